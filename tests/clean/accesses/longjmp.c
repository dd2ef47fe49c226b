// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// longjmp out of several frames, again and again: the shadow call stack does not grow.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>

static void jump(jmp_buf *back, int depth)
{
	if (!depth)
		longjmp(*back, 1);
	jump(back, depth - 1);
	printf("never %d\n", depth);
}

static void *worker(void *unused)
{
	volatile int jumps = 0;
	jmp_buf back;

	while (jumps < 100000) {
		if (!setjmp(back))
			jump(&back, 20);
		jumps++;
	}
	(void)unused;
	return (void *)(long)jumps;
}

int main(void)
{
	pthread_t thread;
	void *result;

	pthread_create(&thread, 0, worker, 0);
	worker(0);
	pthread_join(thread, &result);
	printf("%ld\n", (long)result);
	return 0;
}

// CHECK-NOT: never
// CHECK: 100000
