// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A library without instrumentation: counted objects whose counts are atomics inlined
// here, allocated and freed here.

#include <sched.h>
#include <stdlib.h>
#include <string.h>

struct object {
	int count;
	char text[100];
};

static struct object *published;

struct object *object_new(const char *text)
{
	struct object *object = malloc(sizeof(*object));

	object->count = 2;
	strcpy(object->text, text);
	return object;
}

char *object_text(struct object *object)
{
	return object->text;
}

void object_drop(struct object *object)
{
	if (__atomic_sub_fetch(&object->count, 1, __ATOMIC_ACQ_REL) == 0)
		free(object);
}

void object_publish(struct object *object)
{
	while (__atomic_load_n(&published, __ATOMIC_RELAXED))
		sched_yield();
	__atomic_store_n(&published, object, __ATOMIC_RELEASE);
}

struct object *object_await(void)
{
	struct object *object;

	while (!(object = __atomic_exchange_n(&published, 0, __ATOMIC_ACQUIRE)))
		sched_yield();
	return object;
}
