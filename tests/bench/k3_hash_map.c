/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k3_hash_map.c - a shared hash map under striped mutexes: one update for three look-ups.
 */
#include "kernel.h"

#define BUCKETS 4096
#define STRIPES 64
#define OPERATIONS 6000000

struct node {
	struct node *next;
	unsigned key;
	unsigned short count;
	unsigned char flags;
	long value;
};

static struct node *buckets[BUCKETS];
static pthread_mutex_t stripes[STRIPES];

static struct node *find(unsigned bucket, unsigned key)
{
	struct node *node = buckets[bucket];

	while (node && node->key != key)
		node = node->next;
	return node;
}

NOINLINE static void update(unsigned key, long value)
{
	unsigned bucket = key * 2654435761u >> 20;
	pthread_mutex_t *lock = &stripes[bucket % STRIPES];
	struct node *node;

	pthread_mutex_lock(lock);
	node = find(bucket, key);
	if (!node) {
		node = kernel_alloc(sizeof(*node));
		node->key = key;
		node->next = buckets[bucket];
		buckets[bucket] = node;
	}
	node->count++;
	node->value += value;
	node->flags |= value;
	pthread_mutex_unlock(lock);
}

NOINLINE static long look_up(unsigned key)
{
	unsigned bucket = key * 2654435761u >> 20;
	pthread_mutex_t *lock = &stripes[bucket % STRIPES];
	struct node *node;
	long result = 0;

	pthread_mutex_lock(lock);
	node = find(bucket, key);
	if (node)
		result = node->value + node->count;
	pthread_mutex_unlock(lock);
	return result;
}

static long body(long me)
{
	unsigned seed = me * 77 + 1;
	long seen = 0;

	for (int i = 0; i < OPERATIONS / kernel_threads; i++) {
		unsigned key = kernel_random(&seed) >> 18;

		if (i % 4)
			seen += look_up(key) != 0;
		else
			update(key, i);
	}
	return seen > 0;
}

int main(int argc, char **argv)
{
	long count = 0;

	kernel_start(argc, argv);
	for (int i = 0; i < STRIPES; i++)
		pthread_mutex_init(&stripes[i], NULL);
	kernel_run(body);
	for (int i = 0; i < BUCKETS; i++)
		for (struct node *node = buckets[i]; node; node = node->next)
			count += node->count;
	printf("%ld\n", count);
	return 0;
}
