// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stacks that the program gives, small ones too: their memory is the program's before and
// after, and another thread's at once.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static char small[16384] __attribute__((aligned(4096)));
static char large[1 << 20] __attribute__((aligned(4096)));
static int sum;

static void *worker(void *where)
{
	char room[1000];

	memset(room, 1, sizeof(room));
	sum += room[999] + (room > (char *)where && room < (char *)where + sizeof(large));
	return 0;
}

static void run(char *stack, size_t bytes)
{
	pthread_attr_t attr;
	pthread_t thread;

	memset(stack, 0xff, bytes);
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, stack, bytes);
	if (pthread_create(&thread, &attr, worker, stack))
		puts("failed");
	pthread_join(thread, 0);
	memset(stack, 0xff, bytes);
}

int main(void)
{
	for (int i = 0; i < 100; i++) {
		run(small, sizeof(small));
		run(large, sizeof(large));
	}
	printf("%d\n", sum);
	return 0;
}

// CHECK: 400
