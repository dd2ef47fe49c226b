// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Once orders its routine, and not what is done by who called for it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <threads.h>

#include "case.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static once_flag flag = ONCE_FLAG_INIT;

static void nothing(void)
{
}

CASE(behind, pthread_once(&once, nothing); behind = 1, pthread_once(&once, nothing); behind = 2)
CASE(loser, pthread_once(&once, nothing); loser = 1; pthread_once(&once, nothing), pthread_once(&once, nothing); loser = 2)
CASE(flag_behind, call_once(&flag, nothing); flag_behind = 1, call_once(&flag, nothing); flag_behind = 2)

int main(void)
{
	RUN(behind);
	RUN(loser);
	RUN(flag_behind);
	return 0;
}

// CHECK: behind_second()
// CHECK: Previous write
// CHECK: behind_first()
// CHECK: loser_second()
// CHECK: Previous write
// CHECK: loser_first()
// CHECK: flag_behind_second()
// CHECK: Previous write
// CHECK: flag_behind_first()
// CHECK: Found 3 data race(s)
