/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k6_tree.c - pointers and small fields: each thread grows, walks and frees its own binary
 * search trees.
 */
#include "kernel.h"

#define TREES 32
#define INSERTS 60000
#define WALKS 4

struct node {
	struct node *left, *right;
	int key;
	short priority;
	char colour, flags;
	int count;
	unsigned char tags[4];
	long sum;
};

static struct node *make(int key)
{
	struct node *node = kernel_alloc(sizeof(*node));

	node->key = key;
	node->priority = key * 31;
	node->colour = key & 1;
	node->count = 1;
	node->tags[0] = key;
	node->sum = key;
	return node;
}

NOINLINE static void insert(struct node **place, int key)
{
	struct node *node;

	while ((node = *place)) {
		node->sum += key;
		node->flags |= 1;
		if (node->key == key) {
			node->count++;
			node->tags[key & 3]++;
			return;
		}
		place = key < node->key ? &node->left : &node->right;
	}
	*place = make(key);
}

NOINLINE static long walk(struct node *node)
{
	long here;

	if (!node)
		return 0;
	here = node->sum + node->count + node->priority + node->colour + node->tags[1];
	node->flags ^= 2;
	return here + walk(node->left) - walk(node->right);
}

static void destroy(struct node *node)
{
	if (!node)
		return;
	destroy(node->left);
	destroy(node->right);
	free(node);
}

static long body(long me)
{
	int trees = (me + 1) * TREES / kernel_threads - me * TREES / kernel_threads;
	unsigned seed = me + 5;
	long result = 0;

	for (int i = 0; i < trees; i++) {
		struct node *root = NULL;

		for (int j = 0; j < INSERTS; j++)
			insert(&root, kernel_random(&seed) >> 17);
		for (int j = 0; j < WALKS; j++)
			result += walk(root);
		destroy(root);
	}
	return result;
}

int main(int argc, char **argv)
{
	kernel_start(argc, argv);
	printf("%ld\n", kernel_run(body));
	return 0;
}
