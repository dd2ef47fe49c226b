// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The locks of asm_locks.h without the lock prefix: two threads may both get in. Told
// at the word of the lock, though on this run they came one after the other.
//
// RUN: %race_cc -O0 -DLOCK='""' %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -DLOCK='""' %s -o %t && %expect_race %t | FileCheck %s

#include <stdio.h>

#include "asm_locks.h"
#include "two.h"

static unsigned word, broken;

static void use(void)
{
	asm_locks[broken].lock(&word);
	asm_locks[broken].unlock(&word);
}

int main(void)
{
	for (broken = ASM_LOCKS_BY_XCHG; broken < ASM_LOCKS; broken++) {
		if (asm_locks[broken].unlock == cmpxchg_unlock)
			continue; /* the same place as before */
		fprintf(stderr, "try %s\n", asm_locks[broken].name);
		word = asm_locks[broken].unlocked;
		run_two(use, use);
	}
	return 0;
}

// CHECK: try cmpxchg, mov
// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Write of size 4 at {{.*}} by thread T2
// CHECK-NEXT: exchange_if()
// CHECK: Previous write of size 4 at {{.*}} by thread T1
// CHECK: try setz
// CHECK: WARNING: DATA RACE
// CHECK: try_setz()
// CHECK: try bts
// CHECK: WARNING: DATA RACE
// CHECK: bts_lock()
// CHECK: try goto
// CHECK: WARNING: DATA RACE
// CHECK: goto_lock()
// CHECK: try both dialects
// CHECK: WARNING: DATA RACE
// CHECK: both_lock()
// CHECK: try decb
// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Write of size 1
// CHECK: decb_lock()
// CHECK: try ticket
// CHECK: WARNING: DATA RACE
// CHECK: ticket_lock()
// CHECK: try by register
// CHECK: WARNING: DATA RACE
// CHECK: at_lock()
