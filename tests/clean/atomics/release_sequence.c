// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reference counts: relaxed increments continue a release sequence; the last one out,
// acquiring, may destroy.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

struct object {
	atomic_int users;
	int parts[3];
};

static void drop(struct object *object, int who)
{
	object->parts[who]++;
	if (atomic_fetch_sub_explicit(&object->users, 1, memory_order_release) == 1) {
		atomic_thread_fence(memory_order_acquire);
		if (object->parts[0] + object->parts[1] + object->parts[2] != 3)
			puts("wrong");
		free(object);
	}
}

static void *one(void *object)
{
	drop(object, 1);
	return 0;
}

static void *two(void *object)
{
	drop(object, 2);
	return 0;
}

int main(void)
{
	for (int i = 0; i < 300; i++) {
		struct object *object = calloc(1, sizeof(*object));
		pthread_t a, b;

		atomic_init(&object->users, 1);
		atomic_fetch_add_explicit(&object->users, 2, memory_order_relaxed);
		pthread_create(&a, 0, one, object);
		pthread_create(&b, 0, two, object);
		drop(object, 0);
		pthread_join(a, 0);
		pthread_join(b, 0);
	}
	puts("right");
	return 0;
}

// CHECK-NOT: wrong
// CHECK: right
