/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * entry_x86_64.S - from the doors (door_x86_64.S) into C, which clobbers what the program
 * still needs.
 */

/* With all general registers saved; vectors are not touched there. */

.macro call_c name, function, bytes=0
	.globl \name
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

	.hidden race_door_left
	.irp what, 1, 2, 4, 8, 16, range
	.hidden race_slow_\what
	.endr
	call_c race_door_left, race_entry_left
	call_c race_slow_1, race_entry_access, 1
	call_c race_slow_2, race_entry_access, 2
	call_c race_slow_4, race_entry_access, 4
	call_c race_slow_8, race_entry_access, 8
	call_c race_slow_16, race_entry_access, 16
	call_c race_slow_range, race_entry_access
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

/* What cpuid says of it, asked once: where the processor is a guest's, each cpuid takes some
 * microseconds. 0: not asked yet. */
	.local vectors_bytes
	.comm vectors_bytes, 4, 4
#define WITHOUT_XSAVE 512

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
	mov vectors_bytes(%rip), %ebx
	test %ebx, %ebx
	jnz 3f
	mov $1, %eax
	xor %ecx, %ecx
	cpuid
	mov $WITHOUT_XSAVE, %ebx
	test $(1 << 27), %ecx		/* does the system use xsave? */
	jz 4f
	mov $0xd, %eax
	xor %ecx, %ecx
	cpuid				/* ebx: room for all state in use */
4:	mov %ebx, vectors_bytes(%rip)
3:	cmp $WITHOUT_XSAVE, %ebx
	je 1f
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
