// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a thread does after it registered a handler, or while another registers one, is not
// ordered before it: each way of ending the program tells it and ends with the status of
// a race, quick_exit, _exit and _Exit too, and after a race that was told before.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t exit 2>&1 | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t exit 2>&1 | FileCheck %s
// RUN: %expect_race %t quick | FileCheck %s --check-prefix=QUICK
// RUN: %expect_race %t _exit | FileCheck %s --check-prefix=ONE
// RUN: %expect_race %t _Exit | FileCheck %s --check-prefix=ONE
// RUN: %expect 134 %t abort | FileCheck %s --check-prefix=ABORT

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier done;
int plain, with_status, quick, early;

static void at_exit_handler(void) { plain = 2; }
static void quick_handler(void) { quick = 2; }

static void on_exit_handler(int status, void *shared)
{
	*(int *)shared = status;
}

static void *worker(void *unused)
{
	atexit(at_exit_handler);
	on_exit(on_exit_handler, &with_status);
	at_quick_exit(quick_handler);
	plain = 1;
	with_status = 2;
	quick = 3;
	early = 4;
	barrier_wait(&done);
	return unused;
}

int main(int count, char **way)
{
	pthread_t thread;

	(void)count;
	barrier_init(&done, 2);
	pthread_create(&thread, 0, worker, 0);
	pthread_detach(thread);
	barrier_wait(&done);
	early = 5;
	if (!strcmp(way[1], "quick"))
		quick_exit(0);
	if (!strcmp(way[1], "_exit"))
		_exit(0);
	if (!strcmp(way[1], "_Exit"))
		_Exit(0);
	if (!strcmp(way[1], "abort"))
		abort();
	return 0;
}

// CHECK: main()
// CHECK: on_exit_handler()
// CHECK: at_exit_handler()
// CHECK: Found 3 data race(s)
// QUICK: main()
// QUICK: quick_handler()
// QUICK: Found 2 data race(s)
// ONE: main()
// ONE: Found 1 data race(s)
// ABORT: main()
