// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opening a library that is open orders nothing; its constructor is code of the thread that
// opens it; and a place in it still has its name when it is closed and something else is
// mapped there.
//
// RUN: %race_cc -O0 -DLIBRARY=fill -shared -fPIC %s -o %t.so
// RUN: %race_cc -O0 -DLIBRARY=drain -shared -fPIC %s -o %t.other.so
// RUN: %race_cc -O0 -DLIBRARY=keep -shared -fPIC %s -o %t.kept.so
// RUN: %race_cc -rdynamic -O0 %s -o %t && %expect_race %t %t.so %t.other.so %t.kept.so | FileCheck %s
// RUN: %race_cc -O2 -DLIBRARY=fill -shared -fPIC %s -o %t.so
// RUN: %race_cc -O2 -DLIBRARY=drain -shared -fPIC %s -o %t.other.so
// RUN: %race_cc -O2 -DLIBRARY=keep -shared -fPIC %s -o %t.kept.so
// RUN: %race_cc -rdynamic -O2 %s -o %t && %expect_race %t %t.so %t.other.so %t.kept.so | FileCheck %s

extern int of_constructor, of_opener, of_closed;

#ifdef LIBRARY

__attribute__((constructor)) static void make(void) { of_constructor = 1; }
void LIBRARY(void) { of_closed = 1; }

#else

#include <dlfcn.h>

#include "two.h"

int of_constructor, of_opener, of_closed;
static char **libraries;

static void open_use_close(const char *path, const char *function)
{
	void *library = dlopen(path, RTLD_NOW);

	((void (*)(void))dlsym(library, function))();
	dlclose(library);
}

static void fills(void) { open_use_close(libraries[1], "fill"); }
static void drains(void) { open_use_close(libraries[2], "drain"); }

static void opens_first(void)
{
	of_opener = 1;
	dlopen(libraries[3], RTLD_NOW);
}

static void opens_second(void)
{
	dlopen(libraries[3], RTLD_NOW);
	of_opener = 2;
}

int main(int count, char **arguments)
{
	(void)count;
	libraries = arguments;
	dlopen(libraries[3], RTLD_NOW);
	run_two(opens_first, opens_second);
	run_two(fills, drains);
	return 0;
}

#endif

// CHECK: by thread T2:
// CHECK-NEXT: opens_second()
// CHECK: Previous write {{.*}}by thread T1:
// CHECK-NEXT: opens_first()
// CHECK: by thread T4:
// CHECK-NEXT: make()
// CHECK: Previous write {{.*}}by thread T3:
// CHECK-NEXT: make()
// CHECK: by thread T4:
// CHECK-NEXT: drain()
// CHECK-NEXT: open.c:21
// CHECK: Previous write {{.*}}by thread T3:
// CHECK-NEXT: fill()
// CHECK-NEXT: open.c:21
// CHECK: Found 3 data race(s)
