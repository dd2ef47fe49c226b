// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program says what orders it, where the detector cannot see it: by include/race.h
// and by the names that programs annotated for ThreadSanitizer use.
//
// RUN: %race_cc -O0 -I%S/../../../include %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 -I%S/../../../include %s -o %t && %expect_clean %t
// RUN: %race_cxx -x c++ -O1 -I%S/../../../include %s -o %t && %expect_clean %t
// RUN: %clang -pthread -I%support -I%S/../../../include %s -c -o %t.plain

#include "annotated.h"

#ifdef __cplusplus
extern "C" const char *race_default_suppressions(void);
#endif

int main(void)
{
	race_benign(&statistics, sizeof(statistics));
	race_benign(&statistics, sizeof(statistics));
	run_two(first, second);
	return sum == 7 ? 0 : 1;
}
