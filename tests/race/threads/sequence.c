// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 20,000 threads one after the other, joined and detached: memory stays bounded, nothing
// is reported, and the race at the end still is.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdio.h>
#include <sys/resource.h>

#include "two.h"

static int counter;
int shared;

static void *worker(void *done)
{
	if (done)
		barrier_wait(done);
	else
		counter++;
	return 0;
}

static void first(void) { shared = 1; }
static void second(void) { shared = 2; }

static long kilobytes(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

int main(void)
{
	static struct barrier done;
	long early = 0;

	barrier_init(&done, 2);
	for (int i = 0; i < 20000; i++) {
		pthread_t thread;

		pthread_create(&thread, 0, worker, i % 4 == 3 ? &done : 0);
		if (i % 4 == 3) {
			pthread_detach(thread);
			barrier_wait(&done);
		} else {
			pthread_join(thread, 0);
		}
		if (i == 10000)
			early = kilobytes();
	}
	printf("%d, %s\n", counter, kilobytes() < early + 16000 ? "bounded" : "grows");
	run_two(first, second);
	return 0;
}

// CHECK: 15000, bounded
// CHECK: second()
// CHECK: Previous write
// CHECK: first()
// CHECK: Found 1 data race(s)
