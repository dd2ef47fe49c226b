/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k9_epochs.c - a structure that all threads read and nobody writes, each with a mutex of its own
 * between short walks: every walk is in another epoch.
 */
#include "kernel.h"

#define NODES 2048
#define WALK 64 /* nodes */
#define WALKS 400000

struct node {
	double position[3];
	double mass;
	struct node *next;
	long pad[3];
};

struct own {
	pthread_mutex_t lock;
	double sum;
} __attribute__((aligned(128)));

static struct node nodes[NODES];
static struct own *own;

static NOINLINE double walk(unsigned at)
{
	double sum = 0;

	for (int i = 0; i < WALK; i++) {
		const struct node *node = &nodes[(at + i * 7) % NODES];

		sum += node->mass * (node->position[0] + node->position[2]);
		if (node->next)
			sum++;
	}
	return sum;
}

static long body(long me)
{
	unsigned seed = me * 77;

	for (int i = 0; i < WALKS / kernel_threads; i++) {
		double sum;

		seed = seed * 1103515245 + 12345;
		sum = walk(seed >> 16);
		pthread_mutex_lock(&own[me].lock);
		own[me].sum += sum;
		pthread_mutex_unlock(&own[me].lock);
	}
	return (long)own[me].sum;
}

int main(int argc, char **argv)
{
	kernel_start(argc, argv);
	own = aligned_alloc(128, kernel_threads * sizeof(*own));
	for (int i = 0; i < NODES; i++) {
		nodes[i].mass = i;
		nodes[i].position[0] = i % 3;
		nodes[i].next = i % 5 ? &nodes[i - 1] : NULL;
	}
	for (int i = 0; i < kernel_threads; i++) {
		pthread_mutex_init(&own[i].lock, NULL);
		own[i].sum = 0;
	}
	printf("%ld\n", kernel_run(body));
	return 0;
}
