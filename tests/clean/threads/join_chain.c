// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An edge through several hands: a grandchild's work is joined by the child, the child by
// main.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

static int depth_reached;

static void *descend(void *argument)
{
	long left = (long)argument;

	depth_reached++;
	if (left) {
		pthread_t child;

		pthread_create(&child, 0, descend, (void *)(left - 1));
		pthread_join(child, 0);
		depth_reached++;
	}
	return 0;
}

int main(void)
{
	pthread_t child;

	pthread_create(&child, 0, descend, (void *)20L);
	pthread_join(child, 0);
	printf("%d\n", depth_reached);
	return 0;
}

// CHECK: 41
