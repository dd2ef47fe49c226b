// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Messages that end the program read their format and what its arguments point to.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t err | FileCheck %s
// RUN: %expect_race %t errx | FileCheck %s && %expect_race %t verr | FileCheck %s && %expect_race %t verrx | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t err | FileCheck %s
// RUN: %expect_race %t errx | FileCheck %s && %expect_race %t verr | FileCheck %s && %expect_race %t verrx | FileCheck %s

#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "two.h"

#ifndef BEYOND
#define BEYOND 0
#endif

// The program ends while the others wait to be joined.
const char *race_default_options(void);
const char *race_default_options(void)
{
	return "atexit_sleep_ms=0 report_thread_leaks=0";
}

static const char *how;
static char text[8] = "ab";

static void first(void)
{
	*(volatile char *)&text[2 + BEYOND] = 0;
}

static void by_list(void (*call)(int, const char *, va_list), const char *format, ...)
{
	va_list list;

	va_start(list, format);
	if (!call)
		verr(0, format, list);
	verrx(0, format, list);
}

static void second(void)
{
	if (!strcmp(how, "err"))
		err(0, "%f %s", 1.5, text);
	if (!strcmp(how, "errx"))
		errx(0, "%f %s", 1.5, text);
	by_list(!strcmp(how, "verr") ? 0 : verrx, "%f %s", 1.5, text);
}

int main(int count, char **values)
{
	how = values[count - 1];
	stderr = stdout; // as it is no report
	run_two(first, second);
	return 0;
}
// CHECK: Read {{.*}}by thread T2
// CHECK-NEXT: {{v?errx?}}()
// CHECK-NEXT: <libc>
// CHECK: Previous write {{.*}}by thread T1
// CHECK-NEXT: first()
// CHECK: Found 1 data race(s)
