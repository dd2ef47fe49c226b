/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * entry_x86_64.S - the doors: where a check that fails inline arrives. A door keeps
 * every register but r11 (LLVM's preserve_all), so that the program spills nothing for
 * it. Doors for 1, 2, 4 and 8 bytes settle by themselves what is usual: the granule's
 * cells happen before this access, or are reads beside a read, and two cells suffice.
 * All else is undone and starts again in C (access.c), which saves what C clobbers.
 * A door is inside of race_enter (self.h) from its first look at the thread's words to
 * its last: a signal waits for that, and so does who stops the world. That is its window
 * on the page's cells, too (owner.h).
 *
 *   rdi  address              rax, rdx  cells 0 and 1 as found
 *   rsi  struct race_site     rbx, rcx  cells 0 and 1 as they shall be
 *   r8   shadow cells         r9        struct race_thread (its clock comes first)
 *   r10  the access's bits in both masks, at their place in the low half of a cell
 *   r11  offset of the thread's words from fs
 */

#define WORD %fs:0(%r11)
#define HISTORY %fs:16(%r11)
#define WRAP %fs:24(%r11)
#define THREAD %fs:32(%r11)
#define BUSY %fs:40(%r11)		/* and `pending` behind it */
#define AS_OWNER %fs:48(%r11)
#define WINDOW 0x10000			/* in BUSY (owner.h) */
#define READS 8192			/* in struct race_thread */

#define SHADOW_MASK 0x1ffffffffff8
#define SHADOW_BASE 0x7fff0000
#define TID_BITS 0x3ff
#define LIST 0x3ff
#define PAIR_BITS 13
#define READS_BITS 18
#define READS_BYTES_SHIFT 42
#define LIST_TOP_BITS 14
#define PAIR_HASH 0x9e3779b97f4a7c15
#define MASKS 0xffff0000

/* Jumps to \no unless the cell in \cell happens before the present. */
.macro if_concurrent cell, no
	mov \cell, %rcx
	shr $32, %rcx
	and $TID_BITS, %ecx
	cmp \cell, (%r9,%rcx,8)
	jb \no
.endm

/* Jumps to \no if the low half of a cell has accesses outside the access's own bits. */
.macro if_more cell, no
	mov \cell, %ecx
	or %r10d, %ecx
	or $0xffff, %ecx
	cmp $-1, %ecx
	jne \no
.endm

/* Jumps to \no if the low half of a cell has written or atomic bytes. */
.macro if_changed cell, no
	mov \cell, %ecx
	or $0xff00ffff, %ecx
	cmp $-1, %ecx
	jne \no
.endm

/* rbx becomes a new cell of the access alone. */
.macro new_cell
	mov %r10d, %ecx
	xor $MASKS, %ecx
	or %rcx, %rbx
.endm

/* Unwinding may begin at any instruction: a thread can be cancelled here. */
.macro keep reg
	push \reg
	.cfi_adjust_cfa_offset 8
.endm

.macro give reg
	pop \reg
	.cfi_adjust_cfa_offset -8
.endm

.macro save
	keep %rax
	keep %rcx
	keep %rdx
	keep %rbx
	.cfi_rel_offset %rbx, 0
	keep %r8
	keep %r9
	keep %r10
	movabs $SHADOW_MASK, %r8
	and %rdi, %r8
	lea SHADOW_BASE(%r8,%r8), %r8
	mov __race_self@gottpoff(%rip), %r11
.endm

.macro begin bytes, unit
	addl $WINDOW, BUSY
	mov WORD, %rbx
	cmp $-1, %rbx			/* nobody, or the world stands still (stop.h) */
	je 9f
	mov (%rsi), %ecx
	test %ecx, %ecx
	jz 9f
	mov THREAD, %r9
	or %rcx, %rbx
	/* history: 01 | site | granule */
	shl $44, %rcx
	mov %rdi, %rax
	shr $3, %rax
	or %rax, %rcx
	bts $62, %rcx
	mov HISTORY, %rax
	mov %rcx, (%rax)
	add $8, %rax
	and WRAP, %rax
	mov %rax, HISTORY
.if \bytes == 8
	mov $(\unit * 0xff), %r10d
.else
	mov %edi, %ecx
	and $7, %ecx
	mov $((1 << \bytes) - 1), %r10d
	shl %cl, %r10d
	imul $\unit, %r10d, %r10d
.endif
	mov (%r8), %rax
	mov 8(%r8), %rdx
.endm

.macro restore
	give %r10
	give %r9
	give %r8
	give %rbx
	.cfi_restore %rbx
	give %rdx
	give %rcx
	give %rax
.endm

/* The page's owner stores the cells, everybody exchanges them. */
.macro end slow
	mov %r8, %r9
	shr $13, %r9
	mov race_pages(%rip), %r10
	mov (%r10,%r9,8), %r9d
	cmp AS_OWNER, %r9d
	jne 7f
	mov %rbx, (%r8)
	mov %rcx, 8(%r8)
6:	.cfi_remember_state
	restore
	subq $WINDOW, BUSY
	jnz race_door_left		/* signals wait */
	ret
7:	.cfi_restore_state
	cmp $-1, %r9d			/* everybody */
	jne 9f
	lock cmpxchg16b (%r8)
	je 6b
9:	mov __race_self@gottpoff(%rip), %r11
	restore
	subq $WINDOW, BUSY
	jmp \slow
.endm

.macro door name
	.globl \name
	.type \name, @function
	.p2align 5
\name:
	.cfi_startproc
.endm

.macro door_end name
	.cfi_endproc
	.size \name, . - \name
.endm

/* Jumps to \no unless every live thread is past the cell (floor.h). */
.macro if_above_floor cell, no
	lea race_runtime(%rip), %r11
	mov \cell, %rcx
	shr $32, %rcx
	and $TID_BITS, %ecx
	cmp \cell, (%r11,%rcx,8)
	mov __race_self@gottpoff(%rip), %r11
	jb \no
.endm

/* Jumps to \no if a cell that happens before the access, or none, must be kept. */
.macro if_needed low, cell, no
	test \cell, \cell
	jz 89f
	if_more \low, 88f
	jmp 89f
88:	if_above_floor \cell, \no
89:
.endm

/* Jumps to \yes if the cell is this thread's of this epoch. */
.macro if_own cell, yes
	mov \cell, %rcx
	xor %rbx, %rcx
	shr $32, %rcx
	jz \yes
.endm

/* The same, but an atomic or an allocation stands beside a plain cell of its thread. */
.macro if_own_plain low, cell, yes
	mov \cell, %rcx
	xor %rbx, %rcx
	shr $32, %rcx
	jnz 84f
	mov \low, %ecx
	shr $24, %ecx
	cmp $0xff, %ecx
	jne \yes
84:
.endm

/* rbx becomes what it shall be where cell 0 is this thread's of this epoch: the access
 * alone if it does all that the cell did; the cell with the access in it if both come
 * from one place, or from two that were met as a pair lately (race_site_pair). Jumps to
 * \beside where the cell is none to join. r9 is free by now. */
.macro join_own no, beside
	cmp %ax, %bx
	je 87f
	if_more %eax, 86f
	new_cell
	jmp 88f
86:	mov %eax, %ecx			/* key: site | leaf | bytes before | bytes */
	shr $24, %ecx
	xor $0xff, %ecx
	jz \beside			/* an atomic or an allocation */
	movzwl %ax, %r9d
	shl $16, %r9
	movzwl %bx, %r11d
	or %r11, %r9
	shl $8, %r9
	or %rcx, %r9
	shl $8, %r9
	mov %r10d, %ecx
	shr $24, %ecx
	or %rcx, %r9
	movabs $PAIR_HASH, %r11
	imul %r9, %r11
	shr $(64 - PAIR_BITS), %r11
	lea race_site_recent_pairs(%rip), %rcx
	mov (%rcx,%r11,8), %rcx		/* key | number of the pair */
	mov %rcx, %r11
	shr $16, %r11
	cmp %r9, %r11
	mov __race_self@gottpoff(%rip), %r11
	jne \no
	mov %rax, %rbx
	mov %cx, %bx
	jmp 85f
87:	mov %rax, %rbx
85:	mov %r10, %rcx
	not %rcx
	and %rcx, %rbx
88:
.endm

/* rcx, a cell, becomes none if it has no bytes left. */
.macro drop_if_bare
	mov %ecx, %r9d
	or $0xffff, %r9d
	cmp $-1, %r9d
	jne 83f
	xor %ecx, %ecx
83:
.endm

/* rcx, a cell that happens before the write, or none, loses these bytes. */
.macro behind_write
	test %rcx, %rcx
	jz 83f
	or %r10, %rcx
	drop_if_bare
.endm


/* A write stands for all that happened before it on its bytes. */
.macro write_door bytes
	door __race_write\bytes
	save
	begin \bytes, 0x01010000
	if_concurrent %rax, 9f
	if_concurrent %rdx, 9f
.if \bytes == 8
	new_cell
	xor %ecx, %ecx
.else
	if_own_plain %edx, %rdx, 9f	/* two cells of mine would have to become one */
	if_own %rax, 3f
	if_needed %edx, %rdx, 2f
	if_needed %eax, %rax, 1f
	new_cell			/* both go */
	xor %ecx, %ecx
	jmp 5f
1:	new_cell			/* cell 0 takes the place of cell 1 */
	mov %rax, %rcx
	jmp 6f
2:	if_needed %eax, %rax, 9f	/* cell 1 stays */
	new_cell
	mov %rdx, %rcx
	jmp 6f
3:	join_own 9f, 4f
	mov %rdx, %rcx
	jmp 6f
4:	if_needed %edx, %rdx, 9f
	new_cell
	mov %rax, %rcx
6:	behind_write
5:
.endif
	end race_slow_\bytes
	door_end __race_write\bytes
.endm

/* Has the thread read these bytes of a granule with a list in this epoch (reads.h)? Then
 * all is done. */
.macro if_read_before bytes
	mov 8(%r8), %rdx		/* names the list, should it have one */
	mov %rdx, %rcx
	shr $32, %rcx
	and $TID_BITS, %ecx
	cmp $LIST, %ecx
	jne 1f
	mov THREAD, %rax
	test %rax, %rax
	jz 1f
	mov READS(%rax), %rcx
	test %rcx, %rcx
	jz 1f
	mov WORD, %rbx
	mov %edx, %eax
	or %rax, %rbx
	mov %rdi, %rax
	shr $3, %rax
	and $((1 << READS_BITS) - 1), %eax
	shl $4, %eax
	cmp %rbx, 8(%rcx,%rax)
	jne 1f
	mov (%rcx,%rax), %rax
	shr $(64 - LIST_TOP_BITS), %rdx
	shl $(64 - LIST_TOP_BITS), %rdx
	movabs $SHADOW_MASK, %rcx
	and %rdi, %rcx
	shr $3, %rcx
	or %rcx, %rdx
	xor %rdx, %rax
	rol $(64 - READS_BYTES_SHIFT), %rax	/* the bytes, if all else is equal */
.if \bytes == 8
	cmp $0xff, %rax
	jne 1f
.else
	cmp $0xff, %rax
	ja 1f
	mov %edi, %ecx
	and $7, %ecx
	shr %cl, %eax
	not %eax
	test $((1 << \bytes) - 1), %al
	jnz 1f
.endif
	.cfi_remember_state
	restore
	ret
	.cfi_restore_state
1:
.endm

/* rcx, a cell that happens before the read, or none, loses its reads of these bytes. */
.macro behind_read
	mov %rcx, %r9
	shl $8, %r9			/* bytes that it has not written */
	and %r10, %r9
	or %r9, %rcx
	drop_if_bare
.endm


/* A read keeps an ordered write beside it, and lets concurrent reads be. */
.macro read_door bytes
	door __race_read\bytes
	save
	if_read_before \bytes
	begin \bytes, 0x01000000
	if_own_plain %edx, %rdx, 9f
	if_concurrent %rax, 3f
	if_own %rax, 4f
	if_concurrent %rdx, 2f
	if_needed %eax, %rax, 1f
	new_cell
	jmp 6f
1:	if_needed %edx, %rdx, 9f	/* cell 0 takes the place of cell 1 */
	new_cell
	mov %rax, %rcx
	jmp 7f
2:	cmp $LIST, %ecx			/* cell 1 names a list, or */
	je 9f
	if_changed %edx, 9f		/* is a concurrent read and stays */
	if_needed %eax, %rax, 9f
	new_cell
	mov %rdx, %rcx
	jmp 5f
3:	if_changed %eax, 9f		/* cell 0 is one */
	if_concurrent %rdx, 9f
	if_needed %edx, %rdx, 9f
	new_cell
	mov %rax, %rcx
	jmp 5f
4:	if_concurrent %rdx, 9f
	join_own 9f, 1b
6:	mov %rdx, %rcx
7:	behind_read
5:
	end race_slow_\bytes
	door_end __race_read\bytes
.endm

	.hidden race_runtime
	.hidden race_pages
	.hidden race_site_recent_pairs
	.text
	write_door 1
	write_door 2
	write_door 4
	write_door 8
	read_door 1
	read_door 2
	read_door 4
	read_door 8

/* Two granules, one after the other. Within the inner doors the return address is not
 * the program's, so the site must be known already; then nobody asks for it. */
.macro double_door kind
	door __race_\kind\()16
	cmpl $0, (%rsi)
	je race_slow_16
	call __race_\kind\()8
	add $8, %rdi
	call __race_\kind\()8
	sub $8, %rdi
	ret
	door_end __race_\kind\()16
.endm
	double_door read
	double_door write

/* A short range, or an access that crosses granules: is all of it this thread's own, of
 * this epoch? Then nothing is to be done, as behind the inlined test. */
#define SHORT 256

/* Jumps to \no unless the bytes in al, of this granule, are done. */
.macro if_part_undone kind, no
.ifc \kind,read
	or $-0x100, %rax		/* not-read bits, and all above */
	mov (%r8), %rcx
	xor WORD, %rcx
	shr $24, %rcx
	test %rax, %rcx
	jz 83f
	mov 8(%r8), %rcx
	xor WORD, %rcx
	shr $24, %rcx
	test %rax, %rcx
	jnz \no
83:
.else
	imul $0x101, %eax, %eax
	or $-0x10000, %rax		/* not-read and not-written bits, and all above */
	mov (%r8), %rcx
	xor WORD, %rcx
	shr $16, %rcx
	test %rax, %rcx
	jnz \no
.endif
.endm

/* r9: bytes from the granule's beginning to the range's end, less 8. */
.macro range_door kind, slow, unit
	door __race_\kind\()_range
	cmp $SHORT, %rdx
	ja \slow
	keep %rax
	keep %rcx
	keep %r8
	keep %r9
	movabs $SHADOW_MASK, %r8
	and %rdi, %r8
	lea SHADOW_BASE(%r8,%r8), %r8
	mov __race_self@gottpoff(%rip), %r11
	mov %edi, %ecx
	lea -8(%rdx), %r9
	and $7, %ecx
	jnz 5f				/* it begins within a granule */
	test %r9, %r9
	js 4f
1:	mov (%r8), %rcx			/* whole granules */
	xor WORD, %rcx
	cmp $\unit, %rcx
	jae 7f
2:	add $16, %r8
	sub $8, %r9
	jns 1b
3:	cmp $-8, %r9
	jle 6f
4:	mov %r9d, %ecx			/* it ends within one */
	neg %ecx
	mov $0xff, %eax
	shr %cl, %eax
	if_part_undone \kind, 9f
6:	.cfi_remember_state
	restore_registers
	ret
5:	.cfi_restore_state
	add %rcx, %r9
	mov $0xff, %eax
	shl %cl, %eax
	test %r9, %r9
	jns 8f
	mov %r9d, %ecx			/* and ends within the same */
	neg %ecx
	shl %cl, %eax
	movzbl %al, %eax
	shr %cl, %eax
8:	movzbl %al, %eax
	if_part_undone \kind, 9f
	add $16, %r8
	sub $8, %r9
	jns 1b
	jmp 3b
7:
.ifc \kind,read
	mov 8(%r8), %rcx
	xor WORD, %rcx
	cmp $\unit, %rcx
	jb 2b
.endif
9:	restore_registers
	jmp \slow
	door_end __race_\kind\()_range
.endm

.macro restore_registers
	give %r9
	give %r8
	give %rcx
	give %rax
.endm

	range_door read, race_slow_range, 0x1000000
	range_door write, race_slow_range, 0x10000

/* ---- into C, with all general registers saved; vectors are not touched there ---- */

.macro call_c name, function, bytes=0
	.type \name, @function
	.p2align 4
\name:
	.cfi_startproc
	push %rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	mov %rsp, %rbp
	.cfi_def_cfa_register %rbp
	push %rax
	push %rcx
	push %rdx
	push %rsi
	push %rdi
	push %r8
	push %r9
	push %r10
	and $-16, %rsp
	cld
.if \bytes
	mov $\bytes, %edx
.endif
	mov 8(%rbp), %rcx
	call \function
	lea -64(%rbp), %rsp
	pop %r10
	pop %r9
	pop %r8
	pop %rdi
	pop %rsi
	pop %rdx
	pop %rcx
	pop %rax
	pop %rbp
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size \name, . - \name
.endm

	call_c race_door_left, race_entry_left
	call_c race_slow_1, race_entry_access, 1
	call_c race_slow_2, race_entry_access, 2
	call_c race_slow_4, race_entry_access, 4
	call_c race_slow_8, race_entry_access, 8
	call_c race_slow_16, race_entry_access, 16
	call_c race_slow_range, race_entry_access
	.globl __race_write_vptr
	call_c __race_write_vptr, race_entry_vptr

/* void race_found_save_vectors(const struct race_found *) */
	.globl race_found_save_vectors
	.hidden race_found_save_vectors
	.type race_found_save_vectors, @function
race_found_save_vectors:
	.cfi_startproc
	lea race_found(%rip), %rsi
	jmp race_call_save_vectors
	.cfi_endproc
	.size race_found_save_vectors, . - race_found_save_vectors

/* void race_call_save_vectors(const void *argument, void (*function)(const void *)) */
	.globl race_call_save_vectors
	.hidden race_call_save_vectors
	.type race_call_save_vectors, @function
race_call_save_vectors:
	.cfi_startproc
	push %rbp
	.cfi_def_cfa_offset 16
	.cfi_offset %rbp, -16
	mov %rsp, %rbp
	.cfi_def_cfa_register %rbp
	push %rbx
	.cfi_offset %rbx, -24
	push %r12
	.cfi_offset %r12, -32
	push %r13
	.cfi_offset %r13, -40
	mov %rdi, %r12
	mov %rsi, %r13
	mov $1, %eax
	xor %ecx, %ecx
	cpuid
	test $(1 << 27), %ecx		/* does the system use xsave? */
	jz 1f
	mov $0xd, %eax
	xor %ecx, %ecx
	cpuid				/* ebx: room for all state in use */
	sub %rbx, %rsp
	and $-64, %rsp
	xor %eax, %eax
	mov $8, %ecx
	lea 512(%rsp), %rdi
	rep stosq			/* xrstor insists on a clean header */
	mov $-1, %eax
	mov $-1, %edx
	xsave64 (%rsp)
	mov %r12, %rdi
	call *%r13
	mov $-1, %eax
	mov $-1, %edx
	xrstor64 (%rsp)
	jmp 2f
1:	sub $512, %rsp
	and $-64, %rsp
	fxsave64 (%rsp)
	mov %r12, %rdi
	call *%r13
	fxrstor64 (%rsp)
2:	lea -24(%rbp), %rsp
	pop %r13
	pop %r12
	pop %rbx
	pop %rbp
	.cfi_def_cfa %rsp, 8
	ret
	.cfi_endproc
	.size race_call_save_vectors, . - race_call_save_vectors

	.section .note.GNU-stack,"",@progbits
