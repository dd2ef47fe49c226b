/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * program.h - a generated program: what its threads do, in the order of the one
 * schedule that is looked at. The operations' order is the schedule, so every load
 * reads the last store before it in the list.
 *
 * An operation that makes no sense where it stands (unlocking what is not held, an act
 * of a thread that was never created) is left out by whoever runs the program: see
 * model_legal. The shrinker may therefore drop any operation.
 */
#ifndef DIFFERENTIAL_PROGRAM_H
#define DIFFERENTIAL_PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#define AREA 64 /* bytes that are accessed: bytes as bits of one word */
#define THREADS 8
#define OPS 96
#define ATOMS 4
#define MUTEXES 3
#define RWLOCKS 2
#define SEMAPHORES 2

enum what {
	READ,
	WRITE,
	VPTR, /* good: the value is there already, which is a read */
	ATOMIC_LOAD,
	ATOMIC_STORE,
	ATOMIC_RMW,
	ATOMIC_CAS, /* good: it succeeds */
	FENCE,
	LOCK,
	UNLOCK,
	READ_LOCK,
	WRITE_LOCK,
	RW_UNLOCK,
	POST,
	WAIT,
	CREATE,
	FINISH,
	JOIN_BEGIN, /* blocked from here */
	JOIN_END,
	FREE,
	ALLOC,
	WHATS
};

/* How a plain access reaches the runtime. */
enum way { BY_C, BY_DOOR, BY_INLINED_TEST, WAYS };

/* Memory orders by their numbers in race_hooks.def. */
enum order { RELAXED, CONSUME, ACQUIRE, RELEASE, ACQ_REL, SEQ_CST, RELAXED_ALONE };

struct op {
	uint8_t what, thread;
	uint8_t object;        /* atom, lock, or the thread created or joined */
	uint8_t offset, bytes; /* of an access */
	uint8_t order, failure;
	uint8_t way, site;
	bool good;
};

struct atom {
	uint8_t offset, bytes;
};

struct program {
	uint64_t seed;
	struct atom atoms[ATOMS];
	uint8_t atom_count;
	uint8_t block_offset, block_bytes; /* what FREE and ALLOC are about */
	uint32_t count;
	struct op ops[OPS];
};

/* Features that --without leaves out of the programs; a set of these bits. */
enum feature {
	WITH_PLAIN_ON_ATOMIC = 1,  /* plain accesses touch atoms */
	WITH_FENCES = 2,
	WITH_BLOCKS = 4,
	WITH_ATOMICS = 8,
	WITH_LOCKS = 16,
	WITH_ALL = 31
};

/* The same program for the same seed and features. */
void generate(struct program *program, uint64_t seed, uint32_t features);

void program_print(const struct program *program);
void op_print(const struct program *program, uint32_t index);

static inline uint64_t bytes_of(uint32_t offset, uint32_t bytes)
{
	return (bytes >= 64 ? ~0ull : (1ull << bytes) - 1) << offset;
}

static inline bool is_atomic(const struct op *op)
{
	return op->what >= ATOMIC_LOAD && op->what <= ATOMIC_CAS;
}

static inline bool is_access(const struct op *op)
{
	return op->what <= ATOMIC_CAS || op->what == FREE;
}

static inline bool is_write(const struct op *op)
{
	switch (op->what) {
	case VPTR:
		return !op->good;
	case ATOMIC_CAS:
		return op->good;
	default:
		return op->what != READ && op->what != ATOMIC_LOAD;
	}
}

/* An access's bytes within the area. */
static inline uint64_t op_bytes(const struct program *program, const struct op *op)
{
	if (is_atomic(op))
		return bytes_of(program->atoms[op->object].offset,
		                program->atoms[op->object].bytes);
	if (op->what == FREE || op->what == ALLOC)
		return bytes_of(program->block_offset, program->block_bytes);
	return bytes_of(op->offset, op->bytes);
}

static inline bool acquires(uint32_t order)
{
	return order != RELAXED && order != RELEASE;
}

static inline bool releases(uint32_t order)
{
	return order >= RELEASE && order <= SEQ_CST;
}

#endif
