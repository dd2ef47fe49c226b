// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function that does nothing where it is called, and is another one when the program
// runs: weak here and strong elsewhere, or exported by a library and the program's own.
//
// RUN: %race_cc -O2 -g -DLIBRARY -fPIC -shared %s -o %t.so
// RUN: %race_cc -O2 -g -DOTHER -c %s -o %t.o
// RUN: %race_cc -O2 -g -DMAIN -Wl,--export-dynamic-symbol=exported %s %t.o %t.so -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>

extern pthread_mutex_t mutex;
extern int in_library, is_weak;
void exported(void), weak(void), library_first(void);

#if defined(LIBRARY)

int in_library, touched;
__attribute__((noinline)) void exported(void)
{
	touched++;
}

void library_first(void)
{
	in_library = 1;
	exported();
	in_library = 2;
}

#elif defined(OTHER)

pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

void exported(void)
{
	pthread_mutex_unlock(&mutex);
}

void weak(void)
{
	pthread_mutex_unlock(&mutex);
}

#else

#include "case.h"

int is_weak;

__attribute__((weak)) void weak(void)
{
}

static void exported_first(void)
{
	pthread_mutex_lock(&mutex);
	library_first();
}

static void exported_second(void)
{
	WANT(0, pthread_mutex_timedlock(&mutex, LATER(CLOCK_REALTIME)));
	in_library = 3;
	pthread_mutex_unlock(&mutex);
}

static void weak_first(void)
{
	pthread_mutex_lock(&mutex);
	is_weak = 1;
	weak();
	is_weak = 2;
}

static void weak_second(void)
{
	WANT(0, pthread_mutex_timedlock(&mutex, LATER(CLOCK_REALTIME)));
	is_weak = 3;
	pthread_mutex_unlock(&mutex);
}

int main(void)
{
	run_two(exported_first, exported_second);
	run_two(weak_first, weak_second);
	return 0;
}

#endif

// CHECK: exported_second()
// CHECK: library_first()
// CHECK: weak_second()
// CHECK: weak_first()
// CHECK: Found 2 data race(s)
