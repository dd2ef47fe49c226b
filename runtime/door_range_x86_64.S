/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * door_range_x86_64.S - the doors of short ranges, and of accesses that may cross granules, or lie
 * in one.
 *
 *   rdi  address              r8   shadow cells
 *   rsi  struct race_site     r11  offset of the thread's words from fs
 *   rdx  bytes
 */
#include "door_x86_64.h"

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
	find_shadow
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
	mov %edi, %r11d
	and $7, %r11d
	add %rdx, %r11
	cmp $8, %r11
	ja 9f
	cmp $8, %rdx			/* bytes of one granule after all: they have doors of their own */
	je __race_\kind\()8
	cmp $4, %rdx
	je __race_\kind\()4
	cmp $2, %rdx
	je __race_\kind\()2
	cmp $1, %rdx
	je __race_\kind\()1
	jmp \slow
9:	cmp $8, %rdx
	ja \slow
	cmpl $0, (%rsi)			/* as in door_x86_64.S, of two granules */
	je \slow
	.cfi_remember_state
	keep %rdi
	keep %rdx
	mov %r11, %rdx			/* what is to be done behind the first */
	sub $8, %rdx
	keep %rdx
	sub 8(%rsp), %rdx
	neg %rdx
	call race_\kind\()_part
	add %rdx, %rdi
	give %rdx
	call race_\kind\()_part
	give %rdx
	give %rdi
	ret
	.cfi_restore_state
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

	.section .note.GNU-stack,"",@progbits
