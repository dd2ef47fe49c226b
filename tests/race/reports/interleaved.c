// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Twelve threads race with each other at once, in two processes, into one stream: each
// record comes out whole.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race env RACE_OPTIONS=format=json %t > %t.out
// RUN: python3 %support/check_json.py %t.out | grep -c '^now:' | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t > %t.out
// RUN: awk '/^=====/ { inside = !inside; n = 0 } /WARNING/ { if (!inside || n++) exit 1; all++ } /^(Write|Previous)/ && !inside { exit 1 } END { print all }' %t.out | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race env RACE_OPTIONS=format=json %t > %t.out
// RUN: python3 %support/check_json.py %t.out | grep -c '^now:' | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t > %t.out
// RUN: awk '/^=====/ { inside = !inside; n = 0 } /WARNING/ { if (!inside || n++) exit 1; all++ } /^(Write|Previous)/ && !inside { exit 1 } END { print all }' %t.out | FileCheck %s

#include <sys/wait.h>
#include <unistd.h>

#include "two.h"

#define THREADS 12
#define CAT(n) RACE(n##0) RACE(n##1) RACE(n##2) RACE(n##3) RACE(n##4)
#define ALL CAT(1) CAT(2) CAT(3) CAT(4)

#define RACE(n)                                                                        \
	int v##n;                                                                      \
	__attribute__((noinline)) static void set##n(int i)                            \
	{                                                                              \
		v##n = i;                                                              \
	}
ALL
#undef RACE

static struct barrier start;

static void *racer(void *arg)
{
	int i = (int)(long)arg;

	barrier_wait(&start);
#define RACE(n) set##n(i);
	ALL
	return 0;
}

static void race(void)
{
	pthread_t threads[THREADS];

	barrier_init(&start, THREADS);
	for (long i = 0; i < THREADS; i++)
		pthread_create(&threads[i], 0, racer, (void *)i);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], 0);
}

int main(void)
{
	int status;
	pid_t child = fork();

	race();
	if (!child)
		_exit(0);
	waitpid(child, &status, 0);
	return 0;
}

// CHECK: {{^}}40{{$}}
