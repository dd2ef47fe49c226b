/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * play_ops.c - single operations as instrumented code would do them (play_ops.h): plain
 * accesses by the C entry, by the assembly doors, or by the inlined test with the door
 * behind it; atomics by their hooks; locks by their stand-ins.
 */
#include "play_ops.h"

#include "access.h"
#include "sync.h"

/* The doors keep more registers than a C call expects. */
typedef void door_function(void *addr, struct race_site *site, uint64_t third);
extern door_function __race_read1, __race_read2, __race_read4, __race_read8, __race_read16,
	__race_write1, __race_write2, __race_write4, __race_write8, __race_write16,
	__race_read_range, __race_write_range, __race_write_vptr;
static door_function *const doors[2][6] = {
	{ __race_read1, __race_read2, __race_read4, __race_read8, __race_read16,
	  __race_read_range },
	{ __race_write1, __race_write2, __race_write4, __race_write8, __race_write16,
	  __race_write_range },
};
#define RANGE 5

extern int __race_pthread_mutex_lock(pthread_mutex_t *);
extern int __race_pthread_mutex_unlock(pthread_mutex_t *);
extern int __race_pthread_rwlock_rdlock(pthread_rwlock_t *);
extern int __race_pthread_rwlock_wrlock(pthread_rwlock_t *);
extern int __race_pthread_rwlock_unlock(pthread_rwlock_t *);
extern int __race_sem_post(sem_t *);
extern int __race_sem_wait(sem_t *);
extern void __race_fence(uint32_t);

#define ATOMICS(bits, type)                                                            \
	extern type __race_atomic##bits##_load(type *, uint32_t, struct race_site *);      \
	extern void __race_atomic##bits##_store(type *, type, uint32_t, struct race_site *); \
	extern type __race_atomic##bits##_rmw(type *, type, uint32_t, uint32_t,            \
	                                      struct race_site *);                         \
	extern type __race_atomic##bits##_cas(type *, type, type, uint32_t, uint32_t,      \
	                                      struct race_site *);                         \
	static void atomic##bits(const struct op *op, void *addr, struct race_site *site)  \
	{                                                                                  \
		type value = *(type *)addr;                                                \
                                                                                           \
		if (op->what == ATOMIC_LOAD)                                               \
			__race_atomic##bits##_load(addr, op->order, site);                 \
		else if (op->what == ATOMIC_STORE)                                         \
			__race_atomic##bits##_store(addr, value + 1, op->order, site);     \
		else if (op->what == ATOMIC_RMW)                                           \
			__race_atomic##bits##_rmw(addr, 1, op->site & 1, op->order, site); \
		else                                                                       \
			__race_atomic##bits##_cas(addr, value + !op->good, value + 2,      \
			                          op->order, op->failure, site);           \
	}
ATOMICS(8, uint8_t)
ATOMICS(16, uint16_t)
ATOMICS(32, uint32_t)
ATOMICS(64, uint64_t)
ATOMICS(128, unsigned __int128)

/* ---- places ---- */

#define SITES_A_CLASS 4
#define CLASSES 6 /* 1, 2, 4, 8, 16 bytes, any */
#define KINDS (RACE_VPTR_WRITE + 1)
#define FREE_PC 0x2000
#define ALLOC_PC 0x3000

static struct race_site sites[KINDS][CLASSES][SITES_A_CLASS];

static uint32_t class_of(uint32_t bytes)
{
	return bytes & (bytes - 1) || bytes > 16 ? RANGE : (uint32_t)__builtin_ctz(bytes);
}

static struct race_site *site_of(const struct program *program, const struct op *op)
{
	uint32_t bytes = is_atomic(op) ? program->atoms[op->object].bytes : op->bytes;
	uint32_t kind = op->what == READ        ? RACE_READ :
	                op->what == WRITE       ? RACE_WRITE :
	                op->what == VPTR        ? RACE_VPTR_WRITE :
	                op->what == ATOMIC_LOAD ? RACE_ATOMIC_READ :
	                                          RACE_ATOMIC_WRITE;

	return &sites[kind][class_of(bytes)][op->site];
}

/* The last place of each class meets the runtime at its first access, by the door. */
void play_ops_init(void)
{
	uint64_t pc = 0x10000;

	for (int kind = 0; kind < KINDS; kind++)
		for (int class = 0; class < CLASSES; class++)
			for (int i = 0; i < SITES_A_CLASS; i++, pc += 16) {
				struct race_site *site = &sites[kind][class][i];

				site->kind = kind;
				site->bytes = class == RANGE ? 0 : 1 << class;
				if (i + 1 < SITES_A_CLASS)
					race_site_enter(site, pc);
			}
}

uint32_t play_leaf(const struct program *program, const struct op *op)
{
	if (op->what == FREE || op->what == ALLOC)
		return race_site_of(op->what == FREE ? FREE_PC : ALLOC_PC,
		                    op->what == FREE ? RACE_FREE : RACE_ALLOC, 0);
	if (!is_access(op) || play_has_no_site(op))
		return 0;
	return site_of(program, op)->id;
}

/* ---- plain accesses ---- */

/* pass/FastPath.cpp, for an aligned access of up to 8 bytes. */
static bool inlined_test_passes(const struct op *op, uint64_t addr)
{
	const race_cell *cells = race_shadow_of(addr);
	uint64_t mask = (((1u << op->bytes) - 1) << (addr & 7)) & 0xff;
	uint64_t bits = ~0ull << RACE_CELL_TID_SHIFT | mask << RACE_CELL_READ_SHIFT;
	uint64_t x0 = cells[0] ^ __race_self.word, x1 = cells[1] ^ __race_self.word;

	if (op->what == WRITE)
		x1 = ~0ull, bits |= mask << RACE_CELL_WRITE_SHIFT;
	return !(x0 & bits) || !(x1 & bits);
}

static void plain(const struct op *op, char *addr, struct race_site *site)
{
	uint32_t class = class_of(op->bytes);
	uint64_t align = op->bytes < 8 ? op->bytes : 8;

	if (class == RANGE || (uint64_t)addr % align)
		class = RANGE;
	if (op->way == BY_C)
		race_entry_access((uint64_t)addr, site, op->bytes,
		                  0x100000 + 16 * (site - &sites[0][0][0]));
	else if (op->way == BY_DOOR || op->bytes > 8 || class == RANGE ||
	         !inlined_test_passes(op, (uint64_t)addr))
		doors[op->what == WRITE][class](addr, site, op->bytes);
}

/* ---- the rest ---- */

static void atomic(const struct program *program, const struct op *op, char *area)
{
	char *addr = area + program->atoms[op->object].offset;
	struct race_site *site = site_of(program, op);

	switch (program->atoms[op->object].bytes) {
	case 1:
		atomic8(op, addr, site);
		break;
	case 2:
		atomic16(op, addr, site);
		break;
	case 4:
		atomic32(op, addr, site);
		break;
	case 8:
		atomic64(op, addr, site);
		break;
	default:
		atomic128(op, addr, site);
	}
}

/* As note_free and note_alloc in intercept_memory.c. */
static void block(const struct program *program, const struct op *op, char *area)
{
	uint64_t addr = (uint64_t)area + program->block_offset;
	uint32_t leaf = play_leaf(program, op);

	if (!race_runtime.threaded)
		return;
	if (op->what == FREE) {
		race_access(race_self(), addr, program->block_bytes, RACE_FREE, leaf);
		race_sync_forget(addr, program->block_bytes);
	} else {
		race_access_fresh(addr, program->block_bytes, leaf);
	}
}

static void lock(const struct op *op, struct stage *stage)
{
	switch (op->what) {
	case LOCK:
		__race_pthread_mutex_lock(&stage->mutexes[op->object]);
		break;
	case UNLOCK:
		__race_pthread_mutex_unlock(&stage->mutexes[op->object]);
		break;
	case READ_LOCK:
		__race_pthread_rwlock_rdlock(&stage->rwlocks[op->object]);
		break;
	case WRITE_LOCK:
		__race_pthread_rwlock_wrlock(&stage->rwlocks[op->object]);
		break;
	case RW_UNLOCK:
		__race_pthread_rwlock_unlock(&stage->rwlocks[op->object]);
		break;
	case POST:
		__race_sem_post(&stage->semaphores[op->object]);
		break;
	case WAIT:
		__race_sem_wait(&stage->semaphores[op->object]);
	}
}

void play_op(const struct program *program, const struct op *op, struct stage *stage)
{
	char *addr = stage->area + op->offset;

	if (op->what == VPTR)
		__race_write_vptr(addr, site_of(program, op),
		                  *(uint64_t *)addr + !op->good);
	else if (op->what <= WRITE)
		plain(op, addr, site_of(program, op));
	else if (is_atomic(op))
		atomic(program, op, stage->area);
	else if (op->what == FENCE)
		__race_fence(op->order);
	else if (op->what == FREE || op->what == ALLOC)
		block(program, op, stage->area);
	else
		lock(op, stage);
}
