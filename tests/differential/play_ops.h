/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * play_ops.h - single operations on the runtime, by the thread that is on stage.
 */
#ifndef DIFFERENTIAL_PLAY_OPS_H
#define DIFFERENTIAL_PLAY_OPS_H

#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>

#include "program.h"

/* A program's memory: zeroed is initialised. */
struct stage {
	char area[AREA] __attribute__((aligned(16)));
	pthread_mutex_t mutexes[MUTEXES];
	pthread_rwlock_t rwlocks[RWLOCKS];
	sem_t semaphores[SEMAPHORES];
};

void play_ops_init(void);

/* An access, fence, lock or block operation. */
void play_op(const struct program *program, const struct op *op, struct stage *stage);

/* The number of the place it was at, 0 when it has no site of its own. */
uint32_t play_leaf(const struct program *program, const struct op *op);

/* A failed compare-exchange and an unchanged vptr are told as reads at their pc. */
static inline bool play_has_no_site(const struct op *op)
{
	return (op->what == VPTR && op->good) || (op->what == ATOMIC_CAS && !op->good);
}

#endif
