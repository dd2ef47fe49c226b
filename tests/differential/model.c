/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * model.c - happens-before of C11 5.1.2.4 and 7.17 (model.h).
 *
 * Choices, the same as the runtime documents: release sequences as in C11 to C++17
 * (continued by read-modify-writes of any thread and by stores of the heading thread;
 * a store of C++20, RELAXED_ALONE, continues none),
 * seq_cst orders like acq_rel, consume like acquire. A relaxed store behind a release
 * fence heads the hypothetical sequence of 7.17.4. Plain accesses take no part in an
 * atomic's modification order. A semaphore's wait is ordered after all posts before
 * it, a rwlock's writer after all, its readers after writers.
 */
#include "model.h"

#include <string.h>

static void learn(struct clock *clock, const struct clock *from)
{
	for (int t = 0; t < THREADS; t++)
		if (from->at[t] > clock->at[t])
			clock->at[t] = from->at[t];
}

void model_start(struct model *model, const struct program *program)
{
	memset(model, 0, sizeof(*model));
	model->program = program;
	model->life[0] = ALIVE;
	memset(model->owner, -1, sizeof(model->owner));
	memset(model->writer, -1, sizeof(model->writer));
}

/* ---- what can happen ---- */

/* Would `thread`, waiting for target, wait for itself? */
static bool is_circle(const struct model *model, uint32_t thread, uint32_t target)
{
	while (model->life[target] == BLOCKED && target != thread)
		target = model->joining[target];
	return target == thread;
}

static bool is_joined_by_another(const struct model *model, uint32_t target)
{
	for (int t = 0; t < THREADS; t++)
		if (model->life[t] == BLOCKED && model->joining[t] == target)
			return true;
	return false;
}

static bool legal_join(const struct model *model, const struct op *op)
{
	uint32_t target = op->object;

	if (op->what == JOIN_END)
		return model->life[op->thread] == BLOCKED &&
		       model->joining[op->thread] == target && model->life[target] == FINISHED;
	return target && model->life[target] != UNBORN && model->life[target] != JOINED &&
	       !is_joined_by_another(model, target) && !is_circle(model, op->thread, target);
}

bool model_legal(const struct model *model, const struct op *op)
{
	uint32_t object = op->object, self = op->thread;

	if (model->life[self] != (op->what == JOIN_END ? BLOCKED : ALIVE))
		return false;
	switch (op->what) {
	case LOCK:
		return model->owner[object] < 0;
	case UNLOCK:
		return model->owner[object] == (int)self;
	case READ_LOCK:
		return model->writer[object] < 0 && !(model->readers[object] >> self & 1);
	case WRITE_LOCK:
		return model->writer[object] < 0 && !model->readers[object];
	case RW_UNLOCK:
		return model->writer[object] == (int)self || model->readers[object] >> self & 1;
	case WAIT:
		return model->count[object] > 0;
	case CREATE:
		return model->life[object] == UNBORN;
	case FINISH:
		return self != 0;
	case JOIN_BEGIN:
	case JOIN_END:
		return legal_join(model, op);
	case FREE:
		return !model->freed && model->program->block_bytes;
	case ALLOC:
		return model->freed;
	default:
		return true;
	}
}

/* ---- races ---- */

static void read_sequence(const struct sequence *atom, struct clock *clock)
{
	for (int t = 0; t < THREADS; t++)
		if (atom->headed[t])
			learn(clock, &atom->released[t]);
}

static bool acquires_here(const struct op *op)
{
	if (!is_atomic(op) || op->what == ATOMIC_STORE)
		return false;
	return acquires(op->what == ATOMIC_CAS && !op->good ? op->failure : op->order);
}

/* What happens before the operation itself. */
static struct clock past_of(const struct model *model, const struct op *op)
{
	struct clock past = model->now[op->thread];

	if (acquires_here(op))
		read_sequence(&model->atoms[op->object], &past);
	return past;
}

static bool conflict(const struct op *a, const struct op *b)
{
	return (is_write(a) || is_write(b)) && !(is_atomic(a) && is_atomic(b));
}

static bool unordered(const struct model *model, const struct clock *past, uint32_t earlier)
{
	return past->at[model->program->ops[earlier].thread] < model->time[earlier];
}

uint64_t model_races(const struct model *model, const struct op *op)
{
	uint64_t mask = op_bytes(model->program, op), races = 0;
	struct clock past = past_of(model, op);

	if (!is_access(op))
		return 0;
	for (int byte = 0; byte < AREA; byte++) {
		for (int i = 0; mask >> byte & 1 && i < model->access_count[byte]; i++) {
			uint32_t earlier = model->accesses[byte][i];

			if (conflict(op, &model->program->ops[earlier]) &&
			    unordered(model, &past, earlier))
				races |= 1ull << byte;
		}
	}
	return races;
}

uint64_t model_races_with(const struct model *model, const struct op *op, uint32_t earlier)
{
	const struct op *before = &model->program->ops[earlier];
	uint64_t mask = op_bytes(model->program, op), races = 0;
	struct clock past = past_of(model, op);

	if (!conflict(op, before) || !unordered(model, &past, earlier))
		return 0;
	for (int byte = 0; byte < AREA; byte++)
		for (int i = 0; mask >> byte & 1 && i < model->access_count[byte]; i++)
			if (model->accesses[byte][i] == earlier)
				races |= 1ull << byte;
	return races;
}

/* ---- what happens ---- */

static void remember(struct model *model, uint32_t index)
{
	uint64_t mask = op_bytes(model->program, &model->program->ops[index]);

	for (int byte = 0; byte < AREA; byte++)
		if (mask >> byte & 1)
			model->accesses[byte][model->access_count[byte]++] = index;
}

/* A store or read-modify-write by self has become the object's value. */
static void head(struct model *model, const struct op *op)
{
	struct sequence *atom = &model->atoms[op->object];
	uint32_t self = op->thread;

	for (int t = 0; op->what == ATOMIC_STORE && t < THREADS; t++)
		if (t != (int)self || op->order == RELAXED_ALONE)
			atom->headed[t] = false;
	if (!releases(op->order) && !model->fenced[self])
		return;
	if (!atom->headed[self])
		memset(&atom->released[self], 0, sizeof(atom->released[self]));
	atom->headed[self] = true;
	learn(&atom->released[self],
	      releases(op->order) ? &model->now[self] : &model->fence_released[self]);
}

static void apply_atomic(struct model *model, const struct op *op)
{
	if (op->what != ATOMIC_STORE)
		read_sequence(&model->atoms[op->object], &model->fence_pending[op->thread]);
	if (is_write(op))
		head(model, op);
}

static void apply_fence(struct model *model, const struct op *op)
{
	uint32_t self = op->thread;

	if (acquires(op->order))
		learn(&model->now[self], &model->fence_pending[self]);
	if (releases(op->order)) {
		model->fence_released[self] = model->now[self];
		model->fenced[self] = true;
	}
}

static void apply_lock(struct model *model, const struct op *op)
{
	struct clock *now = &model->now[op->thread];
	uint32_t object = op->object;

	switch (op->what) {
	case LOCK:
		model->owner[object] = op->thread;
		learn(now, &model->mutexes[object]);
		break;
	case UNLOCK:
		model->owner[object] = -1;
		learn(&model->mutexes[object], now);
		break;
	case READ_LOCK:
		model->readers[object] |= 1 << op->thread;
		learn(now, &model->written[object]);
		break;
	case WRITE_LOCK:
		model->writer[object] = op->thread;
		learn(now, &model->written[object]);
		learn(now, &model->was_read[object]);
		break;
	case RW_UNLOCK:
		learn(model->writer[object] < 0 ? &model->was_read[object] :
		                                  &model->written[object], now);
		model->writer[object] = -1;
		model->readers[object] &= ~(1 << op->thread);
		break;
	case POST:
		model->count[object]++;
		learn(&model->posted[object], now);
		break;
	case WAIT:
		model->count[object]--;
		learn(now, &model->posted[object]);
	}
}

static void apply_thread(struct model *model, const struct op *op)
{
	uint32_t self = op->thread, other = op->object;

	switch (op->what) {
	case CREATE:
		model->life[other] = ALIVE;
		learn(&model->now[other], &model->now[self]);
		break;
	case FINISH:
		model->life[self] = FINISHED;
		break;
	case JOIN_BEGIN:
		model->life[self] = BLOCKED;
		model->joining[self] = other;
		break;
	case JOIN_END:
		model->life[self] = ALIVE;
		model->life[other] = JOINED;
		learn(&model->now[self], &model->now[other]);
	}
}

static void apply_block(struct model *model, const struct op *op)
{
	const struct program *program = model->program;
	uint64_t mask = op_bytes(program, op);

	model->freed = op->what == FREE;
	for (int a = 0; a < program->atom_count; a++)
		if (op->what == FREE && mask >> program->atoms[a].offset & 1)
			memset(&model->atoms[a], 0, sizeof(model->atoms[a]));
	for (int byte = 0; op->what == ALLOC && byte < AREA; byte++)
		if (mask >> byte & 1)
			model->access_count[byte] = 0;
}

void model_apply(struct model *model, uint32_t index)
{
	const struct op *op = &model->program->ops[index];

	model->now[op->thread] = past_of(model, op);
	model->time[index] = ++model->now[op->thread].at[op->thread];
	if (is_atomic(op))
		apply_atomic(model, op);
	else if (op->what == FENCE)
		apply_fence(model, op);
	else if (op->what >= LOCK && op->what <= WAIT)
		apply_lock(model, op);
	else if (op->what >= CREATE && op->what <= JOIN_END)
		apply_thread(model, op);
	else if (op->what == FREE || op->what == ALLOC)
		apply_block(model, op);
	if (is_access(op) || op->what == ALLOC)
		remember(model, index);
}
