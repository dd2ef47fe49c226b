/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * door_cells_x86_64.h - what the doors ask about a granule's cells, and what becomes of these.
 * Registers as in door_x86_64.S; rcx is lost, and r9 in what comes last.
 */
#include "door_x86_64.h"

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

/* rbx becomes what it shall be where a cell is this thread's of this epoch: the access
 * alone if it does all that the cell did; the cell with the access in it if both come
 * from one place, or from two that were met as a pair lately (race_site_pair). Jumps to
 * \beside where the cell is none to join. r9 is free by now. */
.macro join_own site, low, cell, no, beside
	cmp \site, %bx
	je 87f
	if_more \low, 86f
	jmp 88f
86:	mov \low, %ecx			/* key: site | leaf | bytes before | bytes */
	shr $24, %ecx
	xor $0xff, %ecx
	jz \beside			/* an atomic or an allocation */
	movzwl \site, %r9d
	shl $16, %r9
	movzwl %bx, %r11d
	or %r11, %r9
	shl $8, %r9
	or %rcx, %r9
	shl $8, %r9
	mov %r10d, %ecx
	shr $24, %ecx
	or %rcx, %r9
	or race_site_coarse(%rip), %r9
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
	mov \cell, %rbx
	mov %cx, %bx
	jmp 85f
87:	mov \cell, %rbx
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

/* rcx, a cell that happens before the read, or none, loses its reads of these bytes. */
.macro behind_read
	mov %rcx, %r9
	shl $8, %r9			/* bytes that it has not written */
	and %r10, %r9
	or %r9, %rcx
	drop_if_bare
.endm
