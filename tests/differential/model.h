/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * model.h - the reference: happens-before as the standards define it, kept the slow
 * way. A thread's time is the number of its operations; a clock has every thread's
 * time; each byte remembers all accesses ever made to it. Nothing is merged, forgotten
 * or approximated.
 */
#ifndef DIFFERENTIAL_MODEL_H
#define DIFFERENTIAL_MODEL_H

#include "program.h"

struct clock {
	uint32_t at[THREADS];
};

enum life { UNBORN, ALIVE, BLOCKED, FINISHED, JOINED };

/* An atomic object: for each thread that heads a release sequence which the present
 * value belongs to, what that thread released. */
struct sequence {
	bool headed[THREADS];
	struct clock released[THREADS];
};

struct model {
	const struct program *program;
	struct clock now[THREADS];
	enum life life[THREADS];
	uint8_t joining[THREADS];
	struct clock fence_released[THREADS], fence_pending[THREADS];
	bool fenced[THREADS];
	struct sequence atoms[ATOMS];
	struct clock mutexes[MUTEXES], written[RWLOCKS], was_read[RWLOCKS], posted[SEMAPHORES];
	int8_t owner[MUTEXES], writer[RWLOCKS];
	uint8_t readers[RWLOCKS];
	uint32_t count[SEMAPHORES];
	bool freed;
	uint32_t time[OPS]; /* of the operation in its thread */
	uint8_t accesses[AREA][OPS];
	uint8_t access_count[AREA];
};

void model_start(struct model *model, const struct program *program);

/* Can the operation happen now? */
bool model_legal(const struct model *model, const struct op *op);

/* The bytes on which it would race with an earlier access. */
uint64_t model_races(const struct model *model, const struct op *op);

/* The same with one earlier operation. */
uint64_t model_races_with(const struct model *model, const struct op *op, uint32_t earlier);

/* It happens: operation `index` of the program. */
void model_apply(struct model *model, uint32_t index);

#endif
