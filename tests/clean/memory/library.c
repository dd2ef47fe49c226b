// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Objects of a library that is not instrumented go from thread to thread in ways that
// nobody sees: neither their allocation nor their end, inside the library, is judged.
//
// RUN: %clang -O2 -shared -fPIC %S/Inputs/library.c -o %t.so
// RUN: %race_cc -O0 %s %t.so -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s %t.so -o %t && %expect_clean %t | FileCheck %s

#include <stdio.h>

#include "two.h"

struct object;
struct object *object_new(const char *text);
char *object_text(struct object *object);
void object_drop(struct object *object);
void object_publish(struct object *object);
struct object *object_await(void);

static long sums[2];

static long sum(const char *text)
{
	long result = 0;

	for (; *text; text++)
		result += *text;
	return result;
}

static void *maker(void *unused)
{
	for (int i = 0; i < 100; i++) {
		struct object *object = object_new("some text");

		object_publish(object);
		sums[0] += sum(object_text(object));
		object_drop(object);
	}
	return unused;
}

static void *user(void *unused)
{
	for (int i = 0; i < 100; i++) {
		struct object *object = object_await();

		sums[1] += sum(object_text(object));
		object_drop(object);
	}
	return unused;
}

int main(void)
{
	pthread_t t1, t2;

	pthread_create(&t1, 0, user, 0);
	pthread_create(&t2, 0, maker, 0);
	pthread_join(t1, 0);
	pthread_join(t2, 0);
	printf("%d\n", sums[0] == sums[1]);
	return 0;
}

// CHECK: 1
