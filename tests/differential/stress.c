/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stress.c - real threads publish accesses in the same granules at the same time, and
 * no trace of any is erased.
 *
 *   stress [seconds, 5 without]
 *
 * In each round 2 to 8 threads walk over the same fresh granules. Each accesses its own
 * byte there (or all read all bytes), as the round has it; nothing orders them among
 * themselves. Two threads meet at each granule, more of them leave it to the system.
 * Then the main thread, which learned nothing from them, touches every byte: that must
 * be a race with the right thread at the right place. Of rounds where all read all
 * bytes, one by one or by ranges, the shadow must show each reader; where they do so again and
 * again, so that pages become the readers' and everybody's in turn, each in its last epoch.
 * Where they know of each other, the main thread's race is with each one's last access.
 * In every other round
 * the main thread has written the granules before, ordered, so that the floor drops its
 * cell meanwhile. Granules lie side by side, or each in a page of its own, which then
 * changes hands beneath the accesses (owner.h).
 */
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

#include "access.h"
#include "found.h"
#include "overflow.h"
#include "owner.h"
#include "rereads.h"
#include "sync.h"

#define THREADS 8
#define GRANULES 1024
#define MEETING_SPINS 2000 /* the other may not run at all */

typedef void door_function(void *addr, struct race_site *site);
extern door_function __race_read1, __race_write1, __race_read8, __race_write8;
extern void __race_read_range(void *addr, struct race_site *site, uint64_t bytes);
extern uint8_t __race_atomic8_load(uint8_t *, uint32_t, struct race_site *);
extern void __race_atomic8_store(uint8_t *, uint8_t, uint32_t, struct race_site *);

enum pattern { WRITES, READS, BOTH, ATOMICS, WRITE_AND_READ, TICKING, ALL_READ_ALL, ALL_READ_RANGES,
	       READ_AGAIN, TURNS, PATTERNS };

#define RANGE 128 /* granules */

static struct {
	uint32_t number, active, done; /* number goes up when the round begins */
	enum pattern pattern;
	bool initialised, apart, over;
	uint32_t arrived[GRANULES];
} stage;

static uint64_t *memory;

static uint64_t *granule_at(uint32_t granule)
{
	return &memory[granule * (stage.apart ? RACE_PAGE_BYTES / 8 : 1)];
}

static char order_of_main; /* an address to release at */
static uint32_t tids[THREADS];
static struct race_site read_sites[THREADS + 1], write_sites[THREADS + 1],
	atomic_read_sites[THREADS + 1], atomic_write_sites[THREADS + 1];

static __thread bool is_checking;
static struct race_found last;
static uint32_t found_by_main, found_by_others;
static uint64_t failures;

/* ---- what the runtime calls ---- */

void race_found(const struct race_found *race)
{
	if (is_checking) {
		last = *race;
		found_by_main++;
	} else {
		__atomic_fetch_add(&found_by_others, 1, __ATOMIC_RELAXED);
	}
}

/* Nothing is ever held back: race_found takes each at once. */
void race_found_release(void)
{
}

void __wrap_race_found_save_vectors(const struct race_found *race);
void __wrap_race_found_save_vectors(const struct race_found *race)
{
	race_found(race);
}

/* ---- the walkers ---- */

static void meet(uint32_t granule)
{
	if (stage.active != 2)
		return;
	__atomic_fetch_add(&stage.arrived[granule], 1, __ATOMIC_ACQ_REL);
	for (int i = 0; race_load_acquire(&stage.arrived[granule]) < 2; i++) {
		if (i == MEETING_SPINS)
			return;
		__builtin_ia32_pause();
	}
}

static void touch(uint32_t me, uint32_t granule)
{
	uint8_t *byte = (uint8_t *)granule_at(granule) + me;

	switch (stage.pattern) {
	case READS:
		__race_read1(byte, &read_sites[me]);
		break;
	case BOTH:
		(me & 1 ? __race_write1 : __race_read1)(byte, &(me & 1 ? write_sites :
		                                                        read_sites)[me]);
		break;
	case ATOMICS:
		if ((me ^ granule) & 1)
			__race_atomic8_store(byte, 1, 0, &atomic_write_sites[me]);
		else
			__race_atomic8_load(byte, 0, &atomic_read_sites[me]);
		break;
	case WRITE_AND_READ:
		__race_write1(byte, &write_sites[me]);
		__race_read1(byte, &read_sites[me]);
		break;
	case ALL_READ_RANGES:
		if (stage.apart)
			__race_read_range(granule_at(granule), &read_sites[me], 8);
		else if (granule % RANGE == 0)
			__race_read_range(granule_at(granule), &read_sites[me], 8 * RANGE);
		break;
	case ALL_READ_ALL:
		__race_read8(granule_at(granule), &read_sites[me]);
		break;
	default:
		__race_write1(byte, &write_sites[me]);
	}
}

/* Makes the page the readers', or does what they must not do on it. */
static void turn_page(uint32_t me, uint32_t granule)
{
	uint64_t addr = (uint64_t)granule_at(granule);

	if (me & 1) {
		__race_read1((uint8_t *)addr + me, &read_sites[me]);
	} else {
		race_store(&race_page_of(addr)->cost, 0);
		race_owner_note(addr, 0x8000);
	}
}

/* All bytes, in one epoch after the other. */
#define PASSES 24
static uint64_t last_epoch[THREADS];
static void read_again(uint32_t me)
{
	for (uint32_t pass = 0; pass < PASSES; pass++) {
		race_thread_tick(race_self());
		for (uint32_t g = 0; g < GRANULES; g++) {
			if (g % 32 == me * 5 % 32)
				turn_page(me, g);
			if (pass % 4)
				__race_read8(granule_at(g), &read_sites[me]);
			else if (g % RANGE == 0 && !stage.apart)
				__race_read_range(granule_at(g), &read_sites[me], 8 * RANGE);
		}
	}
	for (uint32_t g = 0; g < GRANULES; g++)
		__race_read8(granule_at(g), &read_sites[me]);
	last_epoch[me] = race_cell_epoch(__race_self.word);
}

/* Each its own bytes, epoch by epoch, knowing what the others did before: what lists lend to those
 * who read is taken from them by those who now and then write, at the end, too. The second of them
 * is added to what is lent. */
#define GROUP 32 /* granules */
static uint64_t last_turn[GRANULES / GROUP][THREADS];
static uint32_t next_byte(uint32_t byte)
{
	return byte + (stage.pattern == TURNS ? stage.active : 8);
}

static void take_turns(uint32_t me, uint32_t first)
{
	static char turn;

	meet(first);
	for (uint32_t pass = 0; pass < PASSES; pass++) {
		bool writes = me & 1 && pass % 4 == 3;

		race_sync_acquire_at(race_self(), (uint64_t)&turn);
		race_sync_release_at(race_self(), (uint64_t)&turn);
		for (uint32_t g = first; g < first + GROUP; g++)
			for (uint32_t byte = me; byte < 8; byte = next_byte(byte))
				(writes ? __race_write1 : __race_read1)(
					(uint8_t *)granule_at(g) + byte,
					&(writes ? write_sites : read_sites)[me]);
	}
	last_turn[first / GROUP][me] = race_cell_epoch(__race_self.word);
}

static void walk(uint32_t me)
{
	if (stage.initialised)
		race_sync_acquire_at(race_self(), (uint64_t)&order_of_main);
	if (stage.pattern == READ_AGAIN)
		read_again(me);
	for (uint32_t g = 0; g < GRANULES && stage.pattern == TURNS; g += GROUP)
		take_turns(me, g);
	for (uint32_t g = 0; g < GRANULES && stage.pattern < READ_AGAIN; g++) {
		meet(g);
		touch(me, g);
		if (stage.pattern == TICKING && g % 16 == me)
			race_thread_tick(race_self());
	}
}

static void *walker(void *arg)
{
	uint32_t me = (uint32_t)(uintptr_t)arg, round = 0;

	tids[me] = race_self()->tid;
	for (;;) {
		__atomic_fetch_add(&stage.done, 1, __ATOMIC_RELEASE);
		while (race_load_acquire(&stage.number) == round)
			sched_yield();
		round = stage.number;
		if (stage.over)
			return NULL;
		/* Its remembered reads hold for 64 lists of a granule within an epoch (reads.h);
		 * there are more rounds than that. */
		race_thread_tick(race_self());
		if (me < stage.active)
			walk(me);
	}
}

/* ---- the main thread ---- */

static void wait_for_all(void)
{
	while (race_load_acquire(&stage.done) < THREADS)
		sched_yield();
	race_store(&stage.done, 0);
}

static void complain(uint32_t granule, uint32_t who, const char *what)
{
	if (failures++ < 10)
		printf("round %u, pattern %d, %u threads, granule %u, thread %u: %s\n",
		       stage.number, stage.pattern, stage.active, granule, who, what);
}

/* The leaf that thread `who` left on its byte. */
static bool is_place_of(uint32_t leaf, uint32_t who)
{
	return leaf && (leaf == read_sites[who].id || leaf == write_sites[who].id ||
	                leaf == atomic_read_sites[who].id ||
	                leaf == atomic_write_sites[who].id);
}

static void check_byte(uint32_t granule, uint32_t who, uint32_t byte)
{
	uint32_t count = found_by_main, leaf;

	__race_write1((char *)granule_at(granule) + byte, &write_sites[THREADS]);
	if (found_by_main == count) {
		complain(granule, who, "its access left no trace");
		return;
	}
	leaf = race_site_find(race_cell_site(last.before), last.clash, !last.now_write,
	                      last.now_atomic);
	if (race_cell_tid(last.before) != tids[who])
		complain(granule, who, "the race is told with another thread");
	else if (!is_place_of(leaf, who))
		complain(granule, who, "the race is told with a wrong place");
	else if (stage.pattern == TURNS &&
	         race_cell_epoch(last.before) != last_turn[granule / GROUP][who])
		complain(granule, who, "the race is told with an older access");
}

static bool is_read_of(race_cell c, uint32_t who)
{
	return race_cell_tid(c) == tids[who] && race_cell_plain(c) == 0xff &&
	       (stage.pattern != READ_AGAIN || race_cell_epoch(c) == last_epoch[who]);
}

static void check_readers(uint32_t granule)
{
	const race_cell *cells = race_shadow_of((uint64_t)granule_at(granule));
	struct race_overflow *list = race_cell_is_list(cells[1]) ? race_overflow_of(cells[1]) : NULL;

	for (uint32_t who = 0; who < stage.active; who++) {
		bool there = is_read_of(cells[0], who) || is_read_of(cells[1], who);

		for (uint32_t i = 0; list && i < list->count; i++)
			there |= is_read_of(race_overflow_cells(list, list->room_bits)[i], who);
		if (!there)
			complain(granule, who, "its read is not in the shadow");
	}
}

static void check(void)
{
	is_checking = true;
	race_enter();
	race_rereads_give_back(); /* so that the lists have all */
	race_leave();
	for (uint32_t g = 0; g < GRANULES; g++) {
		if (stage.pattern >= ALL_READ_ALL && stage.pattern <= READ_AGAIN) {
			check_readers(g);
			continue;
		}
		for (uint32_t who = 0; who < stage.active; who++)
			for (uint32_t byte = who; byte < 8; byte = next_byte(byte))
				check_byte(g, who, byte);
	}
	is_checking = false;
	if (found_by_others)
		complain(0, 0, "a thread races though each has its own bytes");
	found_by_others = 0;
}

static void prepare(uint32_t round)
{
	stage.pattern = round % PATTERNS;
	stage.active = round / PATTERNS % 2 ? 2 : 3 + round / PATTERNS / 2 % (THREADS - 2);
	stage.initialised = round / PATTERNS / 4 % 2;
	stage.apart = round / PATTERNS / 2 % 2;
	race_shadow_clear((uint64_t)memory, GRANULES * RACE_PAGE_BYTES);
	for (uint32_t page = 0; page < GRANULES; page++)
		*race_page_of((uint64_t)memory + page * RACE_PAGE_BYTES) = (struct race_page){
			.owner = stage.pattern == READ_AGAIN ? RACE_OWNER_EVERYBODY : 0
		};
	for (uint32_t g = 0; g < GRANULES; g++) {
		stage.arrived[g] = 0;
		if (stage.initialised)
			__race_write8(granule_at(g), &write_sites[THREADS]);
	}
	race_sync_release_at(race_self(), (uint64_t)&order_of_main);
}

static void make_sites(void)
{
	for (uint64_t i = 0; i <= THREADS; i++) {
		read_sites[i].kind = RACE_READ;
		write_sites[i].kind = RACE_WRITE;
		atomic_read_sites[i].kind = RACE_ATOMIC_READ;
		atomic_write_sites[i].kind = RACE_ATOMIC_WRITE;
		race_site_enter(&read_sites[i], 0x1000 + i);
		race_site_enter(&write_sites[i], 0x2000 + i);
		race_site_enter(&atomic_read_sites[i], 0x3000 + i);
		race_site_enter(&atomic_write_sites[i], 0x4000 + i);
	}
}

int main(int argc, char **argv)
{
	double seconds = argc > 1 ? atof(argv[1]) : 5;
	pthread_t threads[THREADS];
	struct timespec start, now;
	uint32_t rounds = 0;

	memory = mmap(NULL, GRANULES * RACE_PAGE_BYTES, PROT_READ | PROT_WRITE,
	                MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	make_sites();
	for (uintptr_t i = 0; i < THREADS; i++)
		pthread_create(&threads[i], NULL, walker, (void *)i);
	wait_for_all();
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		prepare(rounds++);
		race_store_release(&stage.number, stage.number + 1);
		wait_for_all();
		check();
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec + 1e-9 * (now.tv_nsec - start.tv_nsec) < seconds);
	stage.over = true;
	race_store_release(&stage.number, stage.number + 1);
	for (int i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	printf("%u rounds, %u granules each, %u races found, %lu traces lost\n", rounds,
	       GRANULES, found_by_main, failures);
	return failures != 0;
}
