// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the section ignores something else, has ended or was not begun, the race is told.
//
// RUN: %race_cc -O0 -I%S/../../../include -DMISSING=1 %s -o %t && %expect_race %t | FileCheck --check-prefix ONE %s
// RUN: %race_cc -O0 -I%S/../../../include -DMISSING=2 %s -o %t && %expect_race %t | FileCheck --check-prefix TWO %s
// RUN: %race_cc -O0 -I%S/../../../include -DMISSING=3 %s -o %t && %expect_race %t | FileCheck --check-prefix THREE %s
// RUN: %race_cc -O0 -I%S/../../../include -DMISSING=4 %s -o %t && %expect_race %t | FileCheck --check-prefix FOUR %s
// RUN: %race_cc -O2 -I%S/../../../include -DMISSING=5 %s -o %t && %expect_race %t | FileCheck --check-prefix FIVE %s
// RUN: %race_cc -O2 -I%S/../../../include -DMISSING=6 %s -o %t && %expect_race %t | FileCheck --check-prefix SIX %s
// RUN: %race_cxx -O2 -I%S/../../../include -DMISSING=1 -x c++ %s -o %t && %expect_race %t | FileCheck --check-prefix ONE %s
// RUN: %race_cxx -O2 -I%S/../../../include -DMISSING=2 -x c++ %s -o %t && %expect_race %t | FileCheck --check-prefix TWO %s
// RUN: %race_cxx -O2 -I%S/../../../include -DMISSING=3 -x c++ %s -o %t && %expect_race %t | FileCheck --check-prefix THREE %s
// RUN: %race_cxx -O2 -I%S/../../../include -DMISSING=4 -x c++ %s -o %t && %expect_race %t | FileCheck --check-prefix FOUR %s
// RUN: %race_cxx -O0 -I%S/../../../include -DMISSING=5 -x c++ %s -o %t && %expect_race %t | FileCheck --check-prefix FIVE %s
// RUN: %race_cxx -O0 -I%S/../../../include -DMISSING=6 -x c++ %s -o %t && %expect_race %t | FileCheck --check-prefix SIX %s

#include "ignored.h"

int main(void)
{
	run_two(first, second);
	return 0;
}

// ONE: Location: read_before
// ONE: Found 1 data race(s)
// TWO: Location: read_now
// TWO: Found 1 data race(s)
// THREE: Location: written_before
// THREE: Found 1 data race(s)
// FOUR: Location: written_now
// FOUR: Found 1 data race(s)
// FIVE: Location: nested
// FIVE: Found 1 data race(s)
// SIX: Location: annotated
// SIX: Found 1 data race(s)
