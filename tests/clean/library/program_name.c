// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libc knows the program's name and arguments, and gives them to constructors, those of
// libraries that are opened later, too: what the runtime opens for itself comes behind that.
//
// RUN: %clang -DLIBRARY -shared -fPIC %s -o %t.so
// RUN: %clang -I%support %s -pthread %build/tests/barrier.o -o %t && %t %t.so > %t.native && FileCheck %s < %t.native
// RUN: env LD_PRELOAD=%build/race/librace_rt.so %t %t.so > %t.out && diff %t.native %t.out
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t %t.so > %t.out && diff %t.native %t.out
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t %t.so > %t.out && diff %t.native %t.out

#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void tell(const char *who, int count, char **values)
{
	const char *name = count ? strrchr(values[0], '/') : 0;

	printf("%s: %d, %s, %d %d\n", who, count, name ? name + 1 : "nothing",
	       name && !strcmp(program_invocation_name, values[0]),
	       name && !strcmp(program_invocation_short_name, name + 1));
}

#ifdef LIBRARY
__attribute__((constructor)) static void constructor(int count, char **values)
{
	tell("library", count, values);
}
#else
#include "two.h"

__attribute__((constructor)) static void constructor(int count, char **values)
{
	tell("constructor", count, values);
}

static char **arguments;

static void first(void)
{
	tell("thread", 2, arguments);
}

static void second(void)
{
	if (!dlopen(arguments[1], RTLD_NOW))
		abort();
}

int main(int count, char **values)
{
	arguments = values;
	tell("main", count, values);
	fflush(stdout);
	run_two(first, second);
	return 0;
}
#endif
// CHECK: constructor: 2, program_name.c.tmp, 1 1
// CHECK: main: 2, program_name.c.tmp, 1 1
// CHECK: thread: 2, program_name.c.tmp, 1 1
// CHECK: library: 2, program_name.c.tmp, 1 1
