/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * answer.S - a function in assembly, preprocessed.
 */
#define ANSWER 42
	.text
	.globl answer
	.type answer, @function
answer:
	mov $ANSWER, %eax
	ret
	.size answer, .-answer
	.section .note.GNU-stack,"",@progbits
