// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ends of C11 threads: thrd_exit from deep inside, destructors of tss_t, detached ones.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <stdatomic.h>
#include <stdio.h>
#include <threads.h>

static tss_t own;
static int destroyed, written;
static atomic_int ended;

static void destroy(void *value)
{
	destroyed += *(int *)value;
}

static void leave(int depth)
{
	if (!depth)
		thrd_exit(5);
	leave(depth - 1);
	written++;
}

static int worker(void *value)
{
	tss_set(own, value);
	written++;
	leave(10);
	return 1;
}

static int detached(void *unused)
{
	(void)unused;
	thrd_yield();
	atomic_fetch_add(&ended, 1);
	return thrd_equal(thrd_current(), thrd_current());
}

int main(void)
{
	int one = 1, result, sum = 0;
	thrd_t thread;

	tss_create(&own, destroy);
	for (int i = 0; i < 50; i++) {
		thrd_create(&thread, worker, &one);
		thrd_join(thread, &result);
		sum += result;
		thrd_create(&thread, detached, 0);
		thrd_detach(thread);
	}
	while (ended < 50)
		thrd_sleep(&(struct timespec){.tv_nsec = 1000000}, 0);
	printf("%d %d %d\n", sum, destroyed, written);
	return 0;
}

// CHECK: 250 50 50
