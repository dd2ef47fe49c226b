/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * door_x86_64.S - the doors: where a check that fails inline arrives. A door keeps
 * every register but r11 (LLVM's preserve_all), so that the program spills nothing for
 * it. Doors for 1, 2, 4 and 8 bytes settle by themselves what is usual: first, that the
 * thread did the same in an earlier epoch; else, that the granule's cells happen before
 * this access, or are reads beside a read, and two cells suffice. All else is undone and
 * starts again in C (access.c), by way of entry_x86_64.S.
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
#include "door_cells_x86_64.h"

/* rax, rcx: cells 0 and 1; rdx: a cell of the access alone. Jumps to 8 where C must do it. */
.macro open bytes, unit
	keep %rax
	keep %rcx
	keep %rdx
	keep %r8
	keep %r9
	find_shadow
	addl $WINDOW, BUSY
	mov WORD, %rdx
	cmp $-1, %rdx			/* nobody, or the world stands still (stop.h) */
	je 8f
	mov (%rsi), %eax
	test %eax, %eax
	jz 8f
	or %rax, %rdx
	/* history: 01 | site | granule */
	shl $44, %rax
	mov %rdi, %rcx
	shr $3, %rcx
	or %rcx, %rax
	bts $62, %rax
	mov HISTORY, %rcx
	mov %rax, (%rcx)
	add $8, %rcx
	and WRAP, %rcx
	mov %rcx, HISTORY
.if \bytes == 8
.if MASKS - \unit * 0xff		/* a write leaves none of them */
	or $(MASKS - \unit * 0xff), %rdx
.endif
.else
.if \bytes
	mov $(\unit * ((1 << \bytes) - 1)), %eax
.else
	mov 16(%rsp), %ecx		/* rdx, as it came: so many */
	mov $1, %eax
	shl %cl, %eax
	dec %eax
	imul $\unit, %eax, %eax
.endif
	mov %edi, %ecx
	and $7, %ecx
	shl %cl, %eax
	xor $MASKS, %eax
	or %rax, %rdx
.endif
	mov (%r8), %rax
	mov 8(%r8), %rcx
.endm

.macro restore_five
	give %r9
	give %r8
	give %rdx
	give %rcx
	give %rax
.endm

.macro leave
	subq $WINDOW, BUSY
	jnz race_door_left		/* signals wait */
	ret
.endm

/* Jumps to \no unless the cell is this thread's, with the bytes of the access and as it,
 * whatever its epoch and place. */
.macro if_other cell, no
	mov \cell, %r9
	xor %rdx, %r9
	shl $22, %r9
	shr $38, %r9
	jnz \no
.endm

/* Jumps to \no unless the cell happens before the present, or is one of reads alone; and if
 * it is this thread's of this epoch, for there is one of these at most. */
.macro if_may_race low, cell, no
	mov \cell, %r9
	xor %rdx, %r9
	shr $32, %r9
	jz \no
	mov \cell, %r9
	shr $32, %r9
	and $TID_BITS, %r9d
	mov THREAD, %r11
	cmp \cell, (%r11,%r9,8)
	mov __race_self@gottpoff(%rip), %r11
	jae 83f
	mov \low, %r9d
	or $0xff00ffff, %r9d
	cmp $-1, %r9d
	jne \no
83:
.endm

/* r9d: the page's owner. */
.macro find_owner
	mov %r8, %r9
	shr $13, %r9
	mov race_pages(%rip), %r11
	mov (%r11,%r9,8), %r9d
	mov __race_self@gottpoff(%rip), %r11
.endm

.macro both_back
	restore_five
	leave
.endm

/* The cell that stands at `at` is the thread's, and takes the new epoch: the owner stores
 * it, and so does a reader on a page of the readers'; everybody exchanges both. rax and rcx
 * are cells 0 and 1 as found. */
.macro renew at, kind
	find_owner
	cmp AS_OWNER, %r9d
	jne 31f
	mov %rdx, \at(%r8)
32:	.cfi_remember_state
	both_back
	.cfi_restore_state
31:	cmp $EVERYBODY, %r9d
	jne 33f
	keep %rbx
	.cfi_rel_offset %rbx, 0
.if \at == 0
	mov %rdx, %rbx
	mov %rcx, %rdx
.else
	mov %rax, %rbx
	xchg %rcx, %rdx
.endif
	lock cmpxchg16b (%r8)
	give %rbx
	.cfi_restore %rbx
	je 32b
	jmp 8f
33:
.ifc \kind,read
	cmp $READERS, %r9d
	jne 8f
	cmpl $OWNER_NONE, AS_OWNER	/* nobody waits for its windows */
	je 8f
	cmp %rax, (%r8)			/* the page may be the readers' only since */
	jne 8f
	cmp %rcx, 8(%r8)
	jne 8f
	mov %rdx, \at(%r8)
	jmp 32b
.else
	jmp 8f
.endif
.endm

/* From here on, as the head of this file has it. */
.macro go_on
	keep %rbx
	.cfi_rel_offset %rbx, 0
	keep %r10
	mov %rdx, %rbx
	mov %edx, %r10d
	not %r10d
	and $MASKS, %r10d
	mov %rcx, %rdx
	mov THREAD, %r9
.endm

.macro restore
	give %r10
	give %rbx
	.cfi_restore %rbx
	restore_five
.endm

/* Undone, before go_on and behind it. */
.macro slow_first slow
8:	.cfi_remember_state
	restore_five
	subq $WINDOW, BUSY
	jmp \slow
	.cfi_restore_state
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
	leave
	.cfi_restore_state
7:	cmp $EVERYBODY, %r9d
	jne 9f
	lock cmpxchg16b (%r8)
	je 6b
9:	mov __race_self@gottpoff(%rip), %r11
	restore
	subq $WINDOW, BUSY
	jmp \slow
.endm

/* A write stands for all that happened before it on its bytes. `bytes` is 0 where rdx says how many
 * of the granule's they are, less than all. */
.macro write_door bytes, name, slow
	door \name
	open \bytes, 0x01010000
	if_other %rax, 1f
	test %rcx, %rcx
	jnz 1f
	renew 0, write
	slow_first \slow
1:	go_on
	if_concurrent %rax, 9f
	if_concurrent %rdx, 9f
.if \bytes == 8
	xor %ecx, %ecx
.else
	if_own_plain %edx, %rdx, 9f	/* two cells of mine would have to become one */
	if_own %rax, 3f
	if_needed %edx, %rdx, 2f
	if_needed %eax, %rax, 1f
	xor %ecx, %ecx			/* both go */
	jmp 5f
1:	mov %rax, %rcx			/* cell 0 takes the place of cell 1 */
	jmp 6f
2:	if_needed %eax, %rax, 9f	/* cell 1 stays */
	mov %rdx, %rcx
	jmp 6f
3:	join_own %ax, %eax, %rax, 9f, 4f
	mov %rdx, %rcx
	jmp 6f
4:	if_needed %edx, %rdx, 9f
	mov %rax, %rcx
6:	behind_write
5:
.endif
	end \slow
	door_end \name
.endm

/* Cell 1 names a list, which may have lent the thread a cell (rereads.h): that one takes the new
 * epoch and place, or, in its own epoch, more bytes. Keeps only r9: the thread. */
.macro end_if_reread no
	mov THREAD, %r9
	mov REREADS(%r9), %r8
	test %r8, %r8
	jz \no
	mov %edi, %eax
	shr $3, %eax
	and REREADS_LAST(%r9), %eax
	shl $REREAD_SHIFT, %eax
	add %rax, %r8
	cmp %rcx, 8(%r8)
	jne \no
	mov (%r8), %rax
	mov %rax, %rcx
	xor %rdx, %rcx
	shr $32, %rcx
	jz 14f
	mov %rax, %rcx
	xor %rdx, %rcx
	shl $22, %rcx			/* tid and bytes */
	shr $38, %rcx
	jnz \no
	lock cmpxchg %rdx, (%r8)
	jne \no
13:	.cfi_remember_state
	both_back
	.cfi_restore_state
14:	mov %edx, %ecx
	not %ecx
	and $MASKS, %ecx
	test %eax, %ecx			/* of the present epoch: has it all the bytes? */
	jz 13b
	.cfi_remember_state
	keep %rbx
	.cfi_rel_offset %rbx, 0
	keep %r10
	mov %rdx, %rbx
	mov %ecx, %r10d
	join_own %ax, %eax, %rax, 15f, 15f
	lock cmpxchg %rbx, (%r8)
	jne 15f
	.cfi_remember_state
	restore
	leave
	.cfi_restore_state
15:	give %r10
	give %rbx
	.cfi_restore %rbx
	mov THREAD, %r9
	jmp \no
	.cfi_restore_state
.endm

/* Cell 1 names a list. Has the thread read these bytes in this epoch (reads.h)? Then all is
 * done. */
.macro end_if_read_before bytes, no
	mov READS(%r9), %rcx
	test %rcx, %rcx
	jz \no
	mov %rdi, %rax
	shr $BLOCK_SHIFT, %rax
	mov %eax, %edx
	and READS_LAST(%r9), %edx
	shl $READ_SHIFT, %edx
	add %rcx, %rdx
	cmp %rax, (%rdx)
	jne \no
	and $(LIVES - 1), %eax
	lea race_shadow_lives(%rip), %rcx
	mov (%rcx,%rax,4), %eax
	or WORD, %rax
	cmp %rax, 8(%rdx)
	jne \no
	mov %edi, %ecx
	shr $3, %ecx
	and $8, %ecx
	mov 16(%rdx,%rcx), %rax
	mov %edi, %ecx
	shr %cl, %rax
	not %eax
	test $((1 << \bytes) - 1), %al
	jnz \no
	both_back
.endm

/* A read keeps an ordered write beside it, and lets concurrent reads be. */
.macro read_door bytes, name, slow
	door \name
	open \bytes, 0x01000000
	mov %rcx, %r9
	shr $32, %r9
	and $TID_BITS, %r9d
	cmp $LIST, %r9d
	je 10f
	if_other %rax, 2f
	test %rcx, %rcx
	jz 1f
	if_may_race %ecx, %rcx, 3f
1:	renew 0, read
2:	if_other %rcx, 3f
	if_may_race %eax, %rax, 3f
	renew 8, read
10:	end_if_reread 11f
11:
.if \bytes
	.cfi_remember_state
	end_if_read_before \bytes, 8f
	.cfi_restore_state
.endif
	slow_first \slow
3:	go_on
	test %rdx, %rdx
	jz 12f
	if_own_plain %edx, %rdx, 13f
	if_concurrent %rax, 3f
	if_own %rax, 4f
	if_concurrent %rdx, 2f
	if_needed %eax, %rax, 1f
	jmp 6f
1:	if_needed %edx, %rdx, 9f	/* cell 0 takes the place of cell 1 */
	mov %rax, %rcx
	jmp 7f
2:	if_changed %edx, 9f		/* cell 1 is a concurrent read and stays */
	if_needed %eax, %rax, 9f
	mov %rdx, %rcx
	jmp 5f
3:	if_concurrent %rdx, 9f
	if_changed %eax, 9f		/* cell 0 is one */
	if_needed %edx, %rdx, 9f
	mov %rax, %rcx
	jmp 5f
4:	if_concurrent %rdx, 15f
	join_own %ax, %eax, %rax, 9f, 1b
6:	mov %rdx, %rcx
	jmp 7f
13:	if_concurrent %rax, 14f		/* cell 1 is mine */
	jmp 9f
14:	if_changed %eax, 9f		/* cell 0 is a concurrent read and stays */
	join_own %dx, %edx, %rdx, 9f, 9f
	mov %rbx, %rcx
	mov %rax, %rbx
	jmp 5f
15:	if_changed %edx, 9f		/* cell 1 is a concurrent read and stays */
	join_own %ax, %eax, %rax, 9f, 9f
	mov %rdx, %rcx
	jmp 5f
12:	if_concurrent %rax, 3f		/* cell 1 is none */
	if_own %rax, 4b
	if_needed %eax, %rax, 1f
	xor %ecx, %ecx
	jmp 5f
3:	if_changed %eax, 9f
	mov %rax, %rcx
	jmp 5f
1:	mov %rax, %rcx
7:	behind_read
	jmp 5f
5:
	end \slow
	door_end \name
.endm

	.hidden race_write_part		/* for the doors of ranges */
	.hidden race_read_part
	.hidden race_runtime
	.hidden race_pages
	.hidden race_shadow_lives
	.hidden race_site_recent_pairs
	.hidden race_site_coarse
	.text
	.irp bytes, 1, 2, 4, 8
	write_door \bytes, __race_write\bytes, race_slow_\bytes
	read_door \bytes, __race_read\bytes, race_slow_\bytes
	.endr
	write_door 0, race_write_part, race_slow_range
	read_door 0, race_read_part, race_slow_range

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

	.section .note.GNU-stack,"",@progbits
