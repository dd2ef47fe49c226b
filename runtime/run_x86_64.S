/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * run_x86_64.S - a run of granules whose cells look alike (range.h), eight at a time.
 * The program's vector registers are as they were behind it; SSE2 alone leaves their
 * upper parts alone.
 *
 *   rdi  cells                   xmm0  like
 *   rsi  behind                  xmm1  mask
 *   rdx  struct race_run         xmm2  own cell, and none
 *   r8   own cell                xmm3, xmm4
 */

.macro eight name, act
\name:	movdqa (%rdi), %xmm3
	pxor %xmm0, %xmm3
.irp at, 16, 32, 48, 64, 80, 96, 112
	movdqa \at(%rdi), %xmm4
	pxor %xmm0, %xmm4
	por %xmm4, %xmm3
.endr
	pand %xmm1, %xmm3
	pxor %xmm4, %xmm4
	pcmpeqd %xmm4, %xmm3
	pmovmskb %xmm3, %eax
	cmp $0xffff, %eax
	jne 9f
.irp at, 0, 16, 32, 48, 64, 80, 96, 112
	\act \at
.endr
	sub $-128, %rdi
	cmp %rsi, %rdi
	jb \name\()b
	jmp 9f
.endm

.macro nothing at
.endm

.macro only at
	movdqa %xmm2, \at(%rdi)
.endm

.macro beside at
	mov %r8, \at(%rdi)
.endm

.macro shifted at
	movdqa %xmm2, %xmm3
	punpcklqdq \at(%rdi), %xmm3
	movdqa %xmm3, \at(%rdi)
.endm

	.text
	.globl race_run_along
	.hidden race_run_along
	.type race_run_along, @function
	.p2align 5
race_run_along:
	.cfi_startproc
	mov %rsi, %rax
	sub %rdi, %rax
	and $-128, %rax
	lea (%rdi,%rax), %rsi
	cmp %rsi, %rdi
	jae 8f
	sub $88, %rsp
	.cfi_adjust_cfa_offset 88
	movups %xmm0, (%rsp)
	movups %xmm1, 16(%rsp)
	movups %xmm2, 32(%rsp)
	movups %xmm3, 48(%rsp)
	movups %xmm4, 64(%rsp)
	movups (%rdx), %xmm0
	movups 16(%rdx), %xmm1
	movq 32(%rdx), %xmm2
	mov 32(%rdx), %r8
	mov 40(%rdx), %eax
	cmp $2, %eax
	je 2f
	ja 3f
	test %eax, %eax
	jnz 1f
	eight 0, nothing
	eight 1, only
	eight 2, beside
	eight 3, shifted
9:	movups (%rsp), %xmm0
	movups 16(%rsp), %xmm1
	movups 32(%rsp), %xmm2
	movups 48(%rsp), %xmm3
	movups 64(%rsp), %xmm4
	add $88, %rsp
	.cfi_adjust_cfa_offset -88
8:	mov %rdi, %rax
	ret
	.cfi_endproc
	.size race_run_along, . - race_run_along

	.section .note.GNU-stack,"",@progbits
