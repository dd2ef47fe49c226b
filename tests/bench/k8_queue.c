/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k8_queue.c - pairs of threads, each with its single-producer single-consumer ring of
 * messages, published by atomic indices. One thread alone fills the ring and empties it in turn.
 */
#include "kernel.h"

#include <sched.h>
#include <stdatomic.h>

#define SLOTS 1024
#define MESSAGES 12000000

struct message {
	long id;
	int a, b;
	double real;
	char text[40];
};

struct ring {
	struct message slots[SLOTS];
	_Alignas(64) _Atomic unsigned head;
	_Alignas(64) _Atomic unsigned tail;
};

static struct ring *rings;
static unsigned messages; /* for each ring */

static long produce(struct ring *ring, unsigned first, unsigned end)
{
	for (unsigned i = first; i != end; i++) {
		struct message *message = &ring->slots[i % SLOTS];

		while (i - atomic_load_explicit(&ring->tail, memory_order_acquire) == SLOTS)
			sched_yield();
		message->id = i;
		message->a = i * 3;
		message->b = i ^ 5;
		message->real = i * .5;
		for (unsigned k = 0; k < 8; k++)
			message->text[(k * 5 + i) % 40] = k;
		atomic_store_explicit(&ring->head, i + 1, memory_order_release);
	}
	return 0;
}

static long consume(struct ring *ring, unsigned first, unsigned end)
{
	long sum = 0;

	for (unsigned i = first; i != end;) {
		unsigned head = atomic_load_explicit(&ring->head, memory_order_acquire);

		if (head == i)
			sched_yield();
		for (; i != head; i++) {
			struct message *message = &ring->slots[i % SLOTS];

			sum += message->id + message->a - message->b + (long)message->real;
			for (unsigned k = 0; k < 8; k++)
				sum += message->text[(k * 5 + i) % 40];
			atomic_store_explicit(&ring->tail, i + 1, memory_order_release);
		}
	}
	return sum;
}

static long alone(struct ring *ring)
{
	long sum = 0;

	for (unsigned i = 0; i < messages; i += SLOTS) {
		unsigned end = messages - i < SLOTS ? messages : i + SLOTS;

		sum += produce(ring, i, end) + consume(ring, i, end);
	}
	return sum;
}

static long body(long me)
{
	struct ring *ring = &rings[me / 2];

	if (kernel_threads == 1)
		return alone(ring);
	return me % 2 ? consume(ring, 0, messages) : produce(ring, 0, messages);
}

int main(int argc, char **argv)
{
	int count;

	kernel_start(argc, argv);
	if (kernel_threads > 1)
		kernel_threads &= ~1;
	count = (kernel_threads + 1) / 2;
	messages = MESSAGES / count;
	rings = aligned_alloc(64, count * sizeof(*rings));
	for (int i = 0; i < count; i++) {
		atomic_init(&rings[i].head, 0);
		atomic_init(&rings[i].tail, 0);
	}
	printf("%ld\n", kernel_run(body));
	return 0;
}
