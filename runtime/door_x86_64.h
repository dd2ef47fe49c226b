/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * door_x86_64.h - what the doors have in common (door_x86_64.S): where things stand.
 */

#define WORD %fs:0(%r11)
#define HISTORY %fs:16(%r11)
#define WRAP %fs:24(%r11)
#define THREAD %fs:32(%r11)
#define BUSY %fs:40(%r11)		/* and `pending` behind it */
#define AS_OWNER %fs:48(%r11)
#define WINDOW 0x10000			/* in BUSY (owner.h) */
#define READS 8192			/* in struct race_thread */
#define READS_LAST 8200
#define REREADS_LAST 8212
#define REREADS 8216

#define SHADOW_MASK 0x1ffffffffff8
#define SHADOW_BASE 0x7fff0000
#define TID_BITS 0x3ff
#define LIST 0x3ff
#define PAIR_BITS 13
#define BLOCK_SHIFT 7			/* reads.h */
#define READ_SHIFT 5
#define LIVES 1024
#define REREAD_SHIFT 4			/* rereads.h */
#define PAIR_HASH 0x9e3779b97f4a7c15
#define MASKS 0xffff0000
#define EVERYBODY -1			/* a page's owner */
#define READERS -4
#define OWNER_NONE -3

/* Unwinding may begin at any instruction: a thread can be cancelled here. */
.macro keep reg
	push \reg
	.cfi_adjust_cfa_offset 8
.endm

.macro give reg
	pop \reg
	.cfi_adjust_cfa_offset -8
.endm

/* r8: the granule's cells; r11: where the thread's words stand. */
.macro find_shadow
	movabs $SHADOW_MASK, %r8
	and %rdi, %r8
	lea SHADOW_BASE(%r8,%r8), %r8
	mov __race_self@gottpoff(%rip), %r11
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
