/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_owner.c - whose the pages are. (That nothing is lost while they change hands:
 * test_owner_model.c, and stress.c with real threads.)
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <pthread.h>
#include <sys/mman.h>

#include "owner.h"
#include "play.h"
#include "slot.h"

/* `pages` that nobody has. */
static uint64_t fresh(uint64_t pages)
{
	return (uint64_t)mmap(NULL, pages * RACE_PAGE_BYTES, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static uint32_t owner_of(uint64_t addr)
{
	return race_page_of(addr)->owner;
}

static uint32_t name_of(const struct player *player)
{
	return race_slot_name(player->thread->tid);
}

static void first_to_come_has_it(void **state)
{
	uint64_t x = fresh(1);

	(void)state;
	assert_int_equal(owner_of(x), RACE_OWNER_NOBODY);
	play_touch(&a, x, 8, RACE_WRITE);
	assert_int_equal(owner_of(x), name_of(&a));
	assert_int_equal(owner_of(x + 4095), name_of(&a));
	play_touch(&a, x + 64, 1, RACE_READ);
	assert_int_equal(owner_of(x), name_of(&a));
}

static void next_one_gets_it_until_it_is_everybodys(void **state)
{
	uint64_t x = fresh(1);
	int moves = 0;

	(void)state;
	play_touch(&a, x, 8, RACE_WRITE);
	for (; owner_of(x) != RACE_OWNER_EVERYBODY; moves++) {
		struct player *next = moves % 2 ? &a : &b;

		assert_in_range(moves, 0, 20);
		play_touch(next, x + 16 + 16 * (uint64_t)moves, 8, RACE_WRITE);
		assert_true(owner_of(x) == name_of(next) || owner_of(x) == RACE_OWNER_EVERYBODY);
	}
	assert_true(moves > 1);
	play_touch(&c, x + 8, 8, RACE_WRITE);
	assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY);
	assert_true(play_touch(&b, x, 8, RACE_WRITE)); /* a's write is there */
}

static void atomics_and_lists_take_it_too(void **state)
{
	uint64_t x = fresh(2), y = x + RACE_PAGE_BYTES;

	(void)state;
	play_touch(&a, x, 4, RACE_ATOMIC_WRITE);
	assert_int_equal(owner_of(x), name_of(&a));
	play_touch(&b, x, 4, RACE_ATOMIC_WRITE);
	assert_int_equal(owner_of(x), name_of(&b));
	play_touch(&a, y, 8, RACE_READ);
	play_touch(&b, y, 8, RACE_READ);
	play_touch(&c, y, 8, RACE_READ);
	assert_true(race_cell_is_list(race_shadow_of(y)[1]));
	assert_int_equal(owner_of(y), name_of(&c));
}

/* A range takes what it needs at once, and no more. */
static void range_takes_its_pages(void **state)
{
	/* Ranges are cut at 64 KB: this one is not. */
	uint64_t x = (fresh(32) + 0xffff) & ~0xffffull;

	(void)state;
	play_touch(&a, x, 16 * RACE_PAGE_BYTES, RACE_WRITE);
	play_touch(&b, x + RACE_PAGE_BYTES, 4 * RACE_PAGE_BYTES, RACE_WRITE);
	for (uint64_t page = 0; page < 16; page++)
		assert_int_equal(owner_of(x + page * RACE_PAGE_BYTES),
				 page >= 1 && page <= 4 ? name_of(&b) : name_of(&a));
}

static uint32_t renamed(const struct player *player)
{
	return race_slot_name(player->thread->tid) >> RACE_SLOT_NAME_SHIFT;
}

static uint32_t owned_by(const struct player *player, uint64_t addr, uint64_t pages)
{
	uint32_t count = 0;

	for (uint64_t page = 0; page < pages; page++)
		count += owner_of(addr + page * RACE_PAGE_BYTES) == name_of(player);
	return count;
}

/* Who wants page after page of another's gets most of them without asking; what is a third
 * one's, or comes back to the first one, is not touched by that. */
static void all_pages_are_given_up(void **state)
{
	uint64_t x = fresh(1024), y = fresh(8);
	uint32_t before = renamed(&a), moves = 0;

	(void)state;
	play_touch(&a, x, 1000 * RACE_PAGE_BYTES, RACE_WRITE);
	play_touch(&c, y, 8 * RACE_PAGE_BYTES, RACE_WRITE);
	for (uint64_t page = 0; page < 1000; page += 2) {
		uint64_t addr = x + page * RACE_PAGE_BYTES;

		moves += renamed(&a) == before;
		play_touch(&b, addr, 8, RACE_READ);
		assert_int_equal(owner_of(addr), name_of(&b));
	}
	assert_in_range(moves, 2, 20);
	assert_int_equal(renamed(&a), before + 1);
	assert_int_equal(owned_by(&a, x, 1000), 0);
	assert_int_equal(owned_by(&b, x, 1000), 500);
	assert_int_equal(owned_by(&c, y, 8), 8);
	for (uint64_t page = 1; page < 1000; page += 2)
		play_touch(&a, x + page * RACE_PAGE_BYTES, 8, RACE_WRITE);
	assert_int_equal(owned_by(&a, x, 1000), 500);
	assert_int_equal(owned_by(&b, x, 1000), 500);
	/* What it did under the old name is still there. */
	assert_true(play_touch(&b, x + 1000 * RACE_PAGE_BYTES - 8, 8, RACE_WRITE));
}

/* How often a page is taken in turns before it is everybody's, when each time `others` are
 * taken for the same barriers. */
static uint32_t rounds_until_settled(uint64_t others)
{
	uint64_t x = fresh(2), y = x + RACE_PAGE_BYTES, rest = fresh(others + 1);
	uint32_t rounds = 0;

	while (owner_of(x) != RACE_OWNER_EVERYBODY) {
		struct player *last = rounds % 2 ? &a : &b, *next = rounds % 2 ? &b : &a;

		play_touch(last, x, 8, RACE_WRITE);
		play_touch(last, y, 8, RACE_WRITE);
		for (uint64_t page = 0; page < others; page++) {
			*race_page_of(rest + page * RACE_PAGE_BYTES) = (struct race_page){ 0 };
			play_touch(last, rest + page * RACE_PAGE_BYTES, 8, RACE_WRITE);
		}
		/* The other one wants y alone, until all of them are given up. */
		for (uint32_t name = renamed(last); renamed(last) == name;) {
			*race_page_of(y) = (struct race_page){ .owner = name_of(last) };
			play_touch(next, y, 8, RACE_WRITE);
		}
		play_touch(next, x, 8, RACE_WRITE);
		assert_in_range(++rounds, 1, 100);
	}
	return rounds;
}

static void page_settles_by_what_its_barriers_cost(void **state)
{
	(void)state;
	assert_in_range(rounds_until_settled(0), 2, 10);
	assert_in_range(rounds_until_settled(20), 10, 30);
	assert_in_range(rounds_until_settled(200), 30, 100);
}

static bool has_memory(uint64_t page)
{
	uint64_t part;

	return race_shadow_exists(page, 8, &part) &&
	       race_shadow_exists(page + RACE_PAGE_BYTES - 8, 8, &part);
}

/* Memory comes behind a whole block of shadow when a quarter of it is in use. */
static void memory_comes_by_the_block(void **state)
{
	uint64_t x = fresh(192);

	(void)state;
	while ((race_page_of(x) - race_pages) % 64)
		x += RACE_PAGE_BYTES;
	for (uint64_t page = 0; page < 16; page++) {
		assert_false(has_memory(x + 63 * RACE_PAGE_BYTES));
		play_touch(&a, x + page * 4 * RACE_PAGE_BYTES, 8, RACE_WRITE);
	}
	for (uint64_t page = 0; page < 64; page++)
		assert_true(has_memory(x + page * RACE_PAGE_BYTES));
	assert_false(has_memory(x + 64 * RACE_PAGE_BYTES));
}

/* ---- pages of the readers' ---- */

extern void __race_read8(void *addr, struct race_site *site);

/* Players that ended in earlier tests were all this one thread, which runs on. */
static void let_the_ended_be_gone(void)
{
	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids; tid++) {
		struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && !thread->words)
			thread->kernel_tid = -1;
	}
	race_thread_unlock();
}

static void read_page(struct player *player, uint64_t page)
{
	play_as(player);
	race_thread_tick(player->thread);
	play_touch(player, page, RACE_PAGE_BYTES, RACE_READ);
}

static uint64_t readers_page(void)
{
	uint64_t x = fresh(1);

	let_the_ended_be_gone();
	*race_page_of(x) = (struct race_page){ .owner = RACE_OWNER_EVERYBODY };
	for (int i = 0; i < 10 && owner_of(x) != RACE_OWNER_READERS; i++) {
		read_page(&a, x);
		read_page(&b, x);
	}
	assert_int_equal(owner_of(x), RACE_OWNER_READERS);
	return x;
}

static void page_that_is_read_again_is_the_readers(void **state)
{
	struct race_site reads = { .kind = RACE_READ, .bytes = 8 };
	uint64_t x = readers_page();
	bool raced;

	(void)state;
	play_order(&a, &c);
	play_order(&b, &c);
	read_page(&a, x);
	read_page(&b, x);
	play_as(&b);
	race_thread_tick(b.thread);
	__race_read8((void *)(x + 8), &reads);
	assert_int_equal(owner_of(x), RACE_OWNER_READERS);
	for (uint64_t at = x; at < x + RACE_PAGE_BYTES; at += 8) {
		const race_cell *cells = race_shadow_of(at);
		uint64_t word_of_b = race_thread_word(b.thread);

		assert_int_equal(race_cell_same_epoch(cells[0], word_of_b) ||
					 race_cell_same_epoch(cells[1], word_of_b), at == x + 8);
		assert_true((race_cell_tid(cells[0]) == a.thread->tid &&
			     race_cell_tid(cells[1]) == b.thread->tid) ||
			    (race_cell_tid(cells[0]) == b.thread->tid &&
			     race_cell_tid(cells[1]) == a.thread->tid));
	}
	/* c knows what they read first, and not what they read again. */
	raced = play_touch(&c, x + RACE_PAGE_BYTES - 8, 8, RACE_WRITE);
	assert_true(raced);
	assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY);
}

static void readers_page_ends_with_any_other_access(void **state)
{
	static const enum race_kind kinds[] = { RACE_WRITE, RACE_ATOMIC_READ, RACE_ATOMIC_WRITE };

	(void)state;
	for (int i = 0; i < 3; i++) {
		uint64_t x = readers_page();

		play_touch(&a, x + 64, 8, kinds[i]);
		assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY);
		x = readers_page();
		play_touch(&a, x + 65, 1, RACE_READ); /* of bytes that it had read with others */
		play_touch(&c, x + 64, 8, RACE_READ);
		assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY);
	}
}

/* A page whose peace is always disturbed is not asked about for ever. */
static void page_without_peace_stays_everybodys(void **state)
{
	uint64_t x = readers_page();

	(void)state;
	for (int i = 0; i < 200; i++) {
		if (owner_of(x) == RACE_OWNER_READERS)
			play_touch(&c, x, 1, RACE_READ);
		read_page(&a, x);
		read_page(&b, x);
	}
	assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY);
}

/* Its windows are waited for by nobody. */
static void thread_behind_its_end_renews_nothing(void **state)
{
	uint64_t x = fresh(1), y;
	struct player e = { 0 };

	(void)state;
	let_the_ended_be_gone();
	play_birth(&e);
	*race_page_of(x) = (struct race_page){ .owner = RACE_OWNER_EVERYBODY };
	play_touch(&e, x, 16, RACE_READ);
	play_finish(&e);
	for (int i = 0; i < 10; i++) {
		read_page(&a, x);
		assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY); /* e runs on */
	}
	y = readers_page();
	*race_page_of(x) = (struct race_page){ .owner = RACE_OWNER_READERS };
	play_touch(&e, x, 8, RACE_READ);
	assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY);
	assert_int_equal(owner_of(y), RACE_OWNER_READERS);
	race_thread_join(on_stage->thread, e.thread);
}

/* A thread that has ended owns nothing more; what it was is the next one's in its slot. */
static void ended_thread_owns_nothing(void **state)
{
	uint64_t x = fresh(1), y = fresh(1);
	struct player e = { 0 };
	uint32_t name;

	(void)state;
	play_birth(&e);
	name = name_of(&e);
	play_touch(&e, x, 8, RACE_WRITE);
	assert_int_equal(owner_of(x), name);
	play_finish(&e);
	/* Destructors that run behind our own. */
	play_touch(&e, x + 8, 8, RACE_WRITE);
	assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY);
	play_touch(&e, y, 8, RACE_WRITE);
	assert_int_equal(owner_of(y), RACE_OWNER_EVERYBODY);
	race_thread_join(on_stage->thread, e.thread);
}

/* ---- a window is waited for ---- */

static uint64_t shared_page;
static uint32_t has_changed;

static void *takes_it(void *argument)
{
	race_access(race_self(), shared_page, 8, RACE_WRITE,
		    race_site_of(play_pc(), RACE_WRITE, 8));
	race_store(&has_changed, 1);
	return argument;
}

static void window_is_waited_for(void **state)
{
	pthread_t other;

	(void)state;
	shared_page = fresh(1);
	race_enter();
	assert_true(race_owner_open(shared_page, 8));
	pthread_create(&other, NULL, takes_it, NULL);
	while (owner_of(shared_page) != race_owner_moving())
		sched_yield();
	for (int i = 0; i < 1000; i++)
		sched_yield();
	assert_int_equal(race_load(&has_changed), 0);
	assert_int_equal(owner_of(shared_page), race_owner_moving());
	race_owner_close();
	race_leave();
	pthread_join(other, NULL);
	assert_int_equal(has_changed, 1);
	assert_true(owner_of(shared_page) < RACE_OWNER_NONE);
}

/* A thread that is let in may move a page while another forks: in the child nobody ends that. */
static void page_that_moved_in_the_parent_is_the_childs(void **state)
{
	uint64_t x = fresh(1);

	(void)state;
	play_touch(&a, x, 8, RACE_WRITE);
	race_page_of(x)->owner = race_owner_moving();
	race_process++;
	play_touch(&a, x, 8, RACE_WRITE);
	assert_int_equal(owner_of(x), RACE_OWNER_EVERYBODY);
	assert_true(play_touch(&b, x, 8, RACE_WRITE));
	race_process--;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(first_to_come_has_it),
		PLAY_TEST(next_one_gets_it_until_it_is_everybodys),
		PLAY_TEST(atomics_and_lists_take_it_too),
		PLAY_TEST(range_takes_its_pages),
		PLAY_TEST(all_pages_are_given_up),
		PLAY_TEST(page_settles_by_what_its_barriers_cost),
		PLAY_TEST(memory_comes_by_the_block),
		PLAY_TEST(page_that_is_read_again_is_the_readers),
		PLAY_TEST(readers_page_ends_with_any_other_access),
		PLAY_TEST(page_without_peace_stays_everybodys),
		PLAY_TEST(thread_behind_its_end_renews_nothing),
		PLAY_TEST(ended_thread_owns_nothing),
		PLAY_TEST(page_that_moved_in_the_parent_is_the_childs),
		cmocka_unit_test(window_is_waited_for),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
