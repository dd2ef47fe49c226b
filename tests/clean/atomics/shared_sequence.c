// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several threads head release sequences that end in one value. One of them stores relaxed:
// its own goes on, with all that it released, also behind others' releases and its own
// earlier ones. Read-modify-writes go on with all.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include "heads.h"

int mine, theirs, last;

#define MINE (mine++)
#define THEIRS (theirs++)
#define TAKES (LOAD(flag, acquire), MINE)
#define TAKES_BOTH (LOAD(flag, acquire), MINE, THEIRS)

SEQUENCE(stores, (MINE, STORE(flag, release)), ADD(flag, release), STORE(flag, relaxed), TAKES)
SEQUENCE(knows, (MINE, STORE(flag, release)), ADD(flag, acq_rel), STORE(flag, relaxed), TAKES)
SEQUENCE(fence, (MINE, FENCE(release), STORE(flag, relaxed)), (FENCE(release), ADD(flag, relaxed)),
         STORE(flag, relaxed), TAKES)
SEQUENCE(older_fence, FENCE(release), STORE(flag, release),
         (MINE, ADD(flag, release), ADD(flag, relaxed), STORE(flag, relaxed)), TAKES)
SEQUENCE(joins, , STORE(flag, release), (MINE, ADD(flag, release), STORE(flag, relaxed)), TAKES)
SEQUENCE(again, STORE(flag, release), ADD(flag, acq_rel),
         (MINE, ADD(flag, acq_rel), ADD(flag, relaxed), STORE(flag, relaxed)), TAKES)
SEQUENCE(all, (MINE, STORE(flag, release)), (THEIRS, ADD(flag, release)), ADD(flag, relaxed),
         TAKES_BOTH)
SEQUENCE(released, (MINE, STORE(flag, release)), (THEIRS, ADD(flag, acq_rel)),
         (LOAD(flag, acquire), STORE(flag, release)), TAKES_BOTH)

// Forty heads, each of which has its turn twice, then each stores.
#define HEADS 40
static struct barrier turn;
static int cells[HEADS];

static void *head(void *argument)
{
	int me = (int)(long)argument;

	for (int i = 0; i < 3 * HEADS; i++) {
		if (i % HEADS == me && i < 2 * HEADS) {
			cells[me]++;
			if (i % 3)
				ADD(flag, acq_rel);
			else
				ADD(flag, release);
		} else if (i % HEADS == me) {
			STORE(flag, relaxed);
			ADD(flag, release);
		}
		barrier_wait(&turn);
		if (i >= 2 * HEADS && me == (i + 1) % HEADS) {
			LOAD(flag, acquire);
			last += cells[i % HEADS];
		}
		barrier_wait(&turn);
	}
	return 0;
}

int main(void)
{
	pthread_t threads[HEADS];

	RUN(stores);
	RUN(knows);
	RUN(fence);
	RUN(older_fence);
	RUN(joins);
	RUN(again);
	RUN(all);
	RUN(released);
	barrier_init(&turn, HEADS);
	for (long i = 0; i < HEADS; i++)
		pthread_create(&threads[i], 0, head, (void *)i);
	for (int i = 0; i < HEADS; i++)
		pthread_join(threads[i], 0);
	printf("%d %d %d\n", mine, theirs, last);
	return 0;
}

// CHECK: 16 4 80
