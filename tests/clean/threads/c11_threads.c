// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C11 threads and mutexes.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <stdio.h>
#include <threads.h>

static mtx_t lock;
static int counter;

static int worker(void *argument)
{
	for (int i = 0; i < 1000; i++) {
		mtx_lock(&lock);
		counter++;
		mtx_unlock(&lock);
	}
	return *(int *)argument;
}

int main(void)
{
	int numbers[3] = {1, 2, 3}, sum = 0;
	thrd_t threads[3];

	mtx_init(&lock, mtx_plain);
	for (int i = 0; i < 3; i++)
		thrd_create(&threads[i], worker, &numbers[i]);
	for (int i = 0; i < 3; i++) {
		int result;

		thrd_join(threads[i], &result);
		sum += result;
	}
	printf("%d %d\n", counter, sum);
	return 0;
}

// CHECK: 3000 6
