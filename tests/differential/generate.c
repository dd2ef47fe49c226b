/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * generate.c - programs from seeds. Each program draws its own temper: how many threads
 * and granules, which operations are common, and how careful it is. A careful program
 * asks the model before each access and mostly leaves out what would race: long
 * histories of ordered hand-overs arise, with no race at all or one late and deep. Wild
 * ones race soon.
 */
#include <string.h>

#include "model.h"

struct random {
	uint64_t state;
};

/* Steele, Lea & Flood, "Fast splittable pseudorandom number generators", 2014. */
static uint64_t next(struct random *random)
{
	uint64_t z = random->state += 0x9e3779b97f4a7c15ull;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
	z = (z ^ z >> 27) * 0x94d049bb133111ebull;
	return z ^ z >> 31;
}

static uint32_t below(struct random *random, uint32_t limit)
{
	return (next(random) >> 32) * limit >> 32;
}

static bool percent(struct random *random, uint32_t chance)
{
	return below(random, 100) < chance;
}

struct temper {
	struct random random;
	uint32_t features;
	uint32_t threads;   /* lives, the main thread among them */
	uint32_t ops;
	uint32_t atoms;     /* at most */
	uint32_t span;      /* bytes of the area in use */
	uint32_t care;      /* percent of racing accesses left out */
	uint32_t home;      /* percent of accesses to the thread's own bytes */
	uint32_t whole;     /* percent of accesses to whole granules */
	uint32_t weights[WHATS];
	uint64_t atom_bytes;
};

static const uint8_t usual_weights[WHATS] = {
	[READ] = 40, [WRITE] = 30, [VPTR] = 2,
	[ATOMIC_LOAD] = 14, [ATOMIC_STORE] = 10, [ATOMIC_RMW] = 8, [ATOMIC_CAS] = 6,
	[FENCE] = 12,
	[LOCK] = 10, [UNLOCK] = 14,
	[READ_LOCK] = 5, [WRITE_LOCK] = 4, [RW_UNLOCK] = 8,
	[POST] = 4, [WAIT] = 4,
	[CREATE] = 12, [FINISH] = 2, [JOIN_BEGIN] = 3, [JOIN_END] = 12,
	[FREE] = 2, [ALLOC] = 3,
};

static bool is_wanted(uint32_t what, uint32_t features)
{
	if (what >= ATOMIC_LOAD && what <= ATOMIC_CAS)
		return features & WITH_ATOMICS;
	if (what == FENCE)
		return features & WITH_FENCES;
	if (what >= LOCK && what <= WAIT)
		return features & WITH_LOCKS;
	if (what == FREE || what == ALLOC)
		return features & WITH_BLOCKS;
	return true;
}

/* Many threads at one or two atoms: they head release sequences side by side. */
static void crowd(struct temper *temper)
{
	for (int what = 0; what < WHATS; what++)
		if (what >= ATOMIC_LOAD && what <= ATOMIC_CAS)
			temper->weights[what] = is_wanted(what, temper->features) ? 20 : 0;
		else if (what > WRITE && what != CREATE)
			temper->weights[what] = 0;
	temper->threads = 4 + below(&temper->random, 5);
	temper->atoms = 2;
}

/* Several threads read the same again and again, epoch after epoch; seldom somebody writes. */
static void read_often(struct temper *temper)
{
	struct random *random = &temper->random;

	for (int what = 0; what < WHATS; what++)
		if (what == READ)
			temper->weights[what] = 100;
		else if (what == LOCK || what == UNLOCK || what == CREATE)
			temper->weights[what] = is_wanted(what, temper->features) ? 20 : 0;
		else
			temper->weights[what] = is_wanted(what, temper->features) ? below(random, 4) : 0;
	temper->threads = 4 + below(random, 5);
	temper->ops = OPS;
	temper->span = 8 * (1 + below(random, 2));
	temper->home = 0;
	temper->whole = 60 + below(random, 40);
}

static void draw_temper(struct temper *temper)
{
	struct random *random = &temper->random;
	uint32_t kind = below(random, 100);

	temper->threads = 2 + below(random, 5) + (percent(random, 20) ? 2 : 0);
	temper->ops = 8 + below(random, percent(random, 50) ? 24 : OPS - 8);
	temper->span = 8 * (1 + below(random, percent(random, 70) ? 3 : 8));
	temper->care = kind < 28 ? 0 : kind < 48 ? 100 : 65 + below(random, 32);
	temper->home = percent(random, 50) ? 0 : below(random, 100);
	temper->whole = percent(random, 50) ? 0 : below(random, 100);
	for (int what = 0; what < WHATS; what++) {
		uint32_t weight = is_wanted(what, temper->features) ? usual_weights[what] : 0;
		uint32_t luck = below(random, 10);

		temper->weights[what] = 4 * weight;
		if (luck == 0 && what != READ && what != WRITE && what != CREATE)
			temper->weights[what] = 0;
		else if (luck < 4)
			temper->weights[what] = weight;
		else if (luck == 9)
			temper->weights[what] = 16 * weight;
	}
	temper->atoms = ATOMS;
	if (percent(random, 4))
		crowd(temper);
	else if (percent(random, 6))
		read_often(temper);
}

/* Atoms do not overlap; they may share a granule. */
static void draw_places(struct program *program, struct temper *temper)
{
	struct random *random = &temper->random;
	uint32_t wanted = below(random, temper->atoms + 1);

	while (wanted--) {
		uint32_t bytes = 1 << (percent(random, 5) ? 4 : below(random, 4));
		uint32_t offset = below(random, AREA / bytes) * bytes;

		if (percent(random, 70))
			offset = offset % (temper->span < 16 ? 16 : temper->span) & -bytes;
		if (temper->atom_bytes & bytes_of(offset, bytes))
			continue;
		temper->atom_bytes |= bytes_of(offset, bytes);
		program->atoms[program->atom_count++] = (struct atom){ offset, bytes };
	}
	program->block_offset = below(random, temper->span / 8) * 8;
	program->block_bytes = 8 + 8 * below(random, (AREA - program->block_offset) / 8);
}

/* ---- one operation ---- */

static void draw_place(struct temper *temper, struct op *op)
{
	struct random *random = &temper->random;
	uint32_t kind = below(random, 100), bytes;

	if (kind < temper->whole) {
		bytes = 8;
		op->offset = below(random, temper->span / 8) * 8;
	} else if (kind % 20 < 12) {
		bytes = 1 << below(random, 4);
		op->offset = below(random, temper->span / bytes) * bytes;
	} else if (kind % 20 < 15) {
		bytes = 16;
		op->offset = below(random, 7) * 8;
	} else {
		bytes = 1 + below(random, percent(random, 50) ? 8 : 40);
		op->offset = below(random, temper->span);
	}
	if (percent(random, temper->home)) {
		bytes = bytes > 2 ? 1 + bytes % 2 : bytes;
		op->offset = (op->offset & ~7u) + op->thread % 8;
	}
	if (op->what == VPTR)
		bytes = 8, op->offset &= ~7u;
	op->bytes = op->offset + bytes > AREA ? (uint32_t)AREA - op->offset : bytes;
}

static void draw_details(const struct program *program, struct temper *temper,
                         struct op *op)
{
	static const uint8_t load_orders[] = { RELAXED, RELAXED, ACQUIRE, ACQUIRE, SEQ_CST,
		                               CONSUME };
	static const uint8_t store_orders[] = { RELAXED, RELAXED, RELEASE, RELEASE, SEQ_CST,
		                                RELAXED_ALONE };
	static const uint8_t orders[] = { RELAXED, RELAXED, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST };
	struct random *random = &temper->random;

	op->site = below(random, 4);
	op->way = below(random, WAYS);
	op->good = percent(random, 60);
	op->failure = load_orders[below(random, 5)];
	op->order = op->what == ATOMIC_LOAD  ? load_orders[below(random, 6)] :
	            op->what == ATOMIC_STORE ? store_orders[below(random, 6)] :
	            op->what == FENCE        ? orders[2 + below(random, 4)] :
	                                       orders[below(random, 6)];
	if (op->what <= VPTR)
		draw_place(temper, op);
	else if (is_atomic(op))
		op->object = program->atom_count ? below(random, program->atom_count) : 0;
	else if (op->what == LOCK || op->what == UNLOCK)
		op->object = below(random, MUTEXES);
	else if (op->what >= READ_LOCK && op->what <= RW_UNLOCK)
		op->object = below(random, RWLOCKS);
	else if (op->what == POST || op->what == WAIT)
		op->object = below(random, SEMAPHORES);
	else if (op->what >= CREATE && op->what <= JOIN_END)
		op->object = below(random, temper->threads);
}

static void draw(const struct program *program, struct temper *temper, struct op *op)
{
	uint32_t total = 0, pick;

	for (int what = 0; what < WHATS; what++)
		total += temper->weights[what];
	pick = below(&temper->random, total);
	memset(op, 0, sizeof(*op));
	while (pick >= temper->weights[op->what])
		pick -= temper->weights[op->what++];
	op->thread = below(&temper->random, temper->threads);
	draw_details(program, temper, op);
}

static bool is_welcome(const struct model *model, struct temper *temper, const struct op *op)
{
	if (!model_legal(model, op) || (is_atomic(op) && !model->program->atom_count))
		return false;
	if (op->what <= VPTR && !(temper->features & WITH_PLAIN_ON_ATOMIC) &&
	    op_bytes(model->program, op) & temper->atom_bytes)
		return false;
	return !is_access(op) || !percent(&temper->random, temper->care) ||
	       !model_races(model, op);
}

void generate(struct program *program, uint64_t seed, uint32_t features)
{
	struct temper temper = { .random = { seed * 0xd1342543de82ef95ull + 1 },
		                 .features = features };
	struct model model;

	memset(program, 0, sizeof(*program));
	program->seed = seed;
	draw_temper(&temper);
	draw_places(program, &temper);
	model_start(&model, program);
	for (uint32_t tries = 0; tries < 20 * temper.ops && program->count < temper.ops; tries++) {
		draw(program, &temper, &program->ops[program->count]);
		if (is_welcome(&model, &temper, &program->ops[program->count]))
			model_apply(&model, program->count++);
	}
}
