// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each annotation left out, one at a time, shows that the others carry only what they say.
//
// RUN: %race_cc -O1 -I%S/../../../include %s -DMISSING=1 -o %t && %expect_race %t | FileCheck %s --check-prefixes=ALL,RELEASED
// RUN: %race_cc -O1 -I%S/../../../include %s -DMISSING=2 -o %t && %expect_race %t | FileCheck %s --check-prefixes=ALL,LOCKED
// RUN: %race_cc -O1 -I%S/../../../include %s -DMISSING=3 -o %t && %expect_race %t | FileCheck %s --check-prefixes=ALL,TSAN-RELEASED
// RUN: %race_cc -O1 -I%S/../../../include %s -DMISSING=4 -o %t && %expect_race %t | FileCheck %s --check-prefixes=ALL,TSAN-LOCKED
// RUN: %race_cc -O1 -I%S/../../../include %s -DMISSING=5 -o %t && %expect_race %t | FileCheck %s --check-prefixes=ALL,HAPPENED
// RUN: %race_cc -O1 -I%S/../../../include %s -DMISSING=6 -o %t && %expect_race %t | FileCheck %s --check-prefixes=ALL,RWLOCKED
// RUN: %race_cc -O0 -I%S/../../../include %s -DMISSING=7 -o %t && %expect_race %t | FileCheck %s --check-prefixes=ALL,POOL

#include "annotated.h"

int main(void)
{
	race_benign(&statistics, sizeof(statistics));
	run_two(first, second);
	return 0;
}

// ALL: by thread T2 'second':
// ALL: by thread T1 'first':
// RELEASED: Location: released (int)
// LOCKED: Location: locked (int)
// TSAN-RELEASED: Location: tsan_released (int)
// TSAN-LOCKED: Location: tsan_locked (int)
// HAPPENED: Location: happened (int)
// RWLOCKED: Location: rwlocked (int)
// POOL: Location: pool (long)
// ALL: Found 1 data race(s)
