// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Operators new and delete of a program's own: one list of free objects for all
// threads, under a lock of atomics.

#include <atomic>
#include <new>
#include <stdlib.h>

static constexpr size_t Bytes = 4096;
static std::atomic_flag lock;
static struct Free {
	Free *next;
} *list;
static long served;

extern "C" long pool_served()
{
	return served;
}

void *operator new(size_t bytes)
{
	if (bytes > Bytes) {
		void *memory;

		while (!(memory = malloc(bytes))) {
			std::new_handler handler = std::get_new_handler();

			if (!handler)
				throw std::bad_alloc();
			handler();
		}
		return memory;
	}
	while (lock.test_and_set(std::memory_order_acquire))
		;
	if (!list) {
		char *memory = (char *)malloc(64 * Bytes);

		for (int i = 0; i < 64; i++) {
			Free *free = (Free *)(memory + i * Bytes);

			free->next = list;
			list = free;
		}
	}
	Free *object = list;

	list = object->next;
	served++;
	lock.clear(std::memory_order_release);
	return object;
}

void operator delete(void *memory) noexcept
{
	Free *object = (Free *)memory;

	if (!object)
		return;
	while (lock.test_and_set(std::memory_order_acquire))
		;
	object->next = list;
	list = object;
	lock.clear(std::memory_order_release);
}

void operator delete(void *memory, size_t) noexcept
{
	operator delete(memory);
}
