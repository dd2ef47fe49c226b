// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Detached threads: their stacks go from one to the next with nobody joining.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static atomic_int ended;

static void *worker(void *unused)
{
	volatile char room[2000];

	memset((char *)room, 1, sizeof(room));
	atomic_fetch_add(&ended, room[100]);
	return unused;
}

int main(void)
{
	pthread_attr_t detached;

	pthread_attr_init(&detached);
	pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
	for (int i = 0; i < 300; i++) {
		pthread_t thread;

		while (pthread_create(&thread, &detached, worker, 0))
			sched_yield();
		if (i % 10 == 9)
			while (atomic_load(&ended) <= i)
				sched_yield();
	}
	printf("%d\n", atomic_load(&ended));
	return 0;
}

// CHECK: 300
