// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What happens in ignored sections is not reported, now or when another thread meets it
// later.
//
// RUN: %race_cc -O0 -I%S/../../../include %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 -I%S/../../../include %s -o %t && %expect_clean %t
// RUN: %race_cxx -O2 -x c++ -I%S/../../../include %s -o %t && %expect_clean %t

#include "ignored.h"

int main(void)
{
	run_two(first, second);
	return 0;
}
