/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * play.h - several threads of the runtime, played by one thread of the system, so that
 * a test says itself who does what when. A player is what race_thread_start gives a
 * thread; the one on stage has its words in __race_self. Include it behind cmocka.h.
 *
 *	play_birth(&a);			the one on stage creates a thread
 *	play_as(&a);			from here on it is a who acts
 *	play_order(&a, &b);		all that a did is known to b
 *	play_touch(&b, x, 4, RACE_READ)	was that a race?
 */
#ifndef RACE_TEST_PLAY_H
#define RACE_TEST_PLAY_H

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "access.h"
#include "options.h"
#include "report.h"
#include "sync.h"

struct player {
	struct race_words words; /* while off stage */
	struct race_thread *thread;
};

static struct player play_main;
static struct player *on_stage;

/* Reports go nowhere, cmocka's own lines to stderr all the same. Group setup. */
static inline int play_begin(void **state)
{
	FILE *kept = fdopen(dup(2), "w");
	int nowhere = open("/dev/null", O_WRONLY);

	(void)state;
	setvbuf(kept, NULL, _IONBF, 0);
	stderr = kept;
	dup2(nowhere, 2);
	race_options.exitcode = 0; /* these races are not of the test itself */
	race_options.atexit_sleep_ms = 0;
	race_options.halt_on_error = 0;
	play_main.thread = race_self();
	on_stage = &play_main;
	return 0;
}

static inline void play_leave_stage(void)
{
	on_stage->words = __race_self;
	if (on_stage->thread->words)
		on_stage->thread->words = &on_stage->words;
}

static inline void play_enter_stage(struct player *player)
{
	__race_self = player->words;
	if (player->thread->words)
		player->thread->words = &__race_self;
	on_stage = player;
}

static inline void play_as(struct player *player)
{
	play_leave_stage();
	play_enter_stage(player);
}

/* A code address that no site had before. */
static inline uint64_t play_pc(void)
{
	static uint64_t last = 0x10000;

	return last += 16;
}

/* A granule that nobody touched; the seven behind it, too. */
static inline uint64_t play_memory(void)
{
	static uint64_t memory[1 << 16] __attribute__((aligned(64)));
	static uint64_t used;

	used += 8;
	return (uint64_t)&memory[used & ((1 << 16) - 1)];
}

static inline void play_birth(struct player *player)
{
	struct player *creator = on_stage;

	player->thread = race_thread_create(creator->thread, play_pc());
	play_leave_stage();
	race_thread_start(player->thread);
	on_stage = player;
	play_as(creator);
}

static inline void play_finish(struct player *player)
{
	struct player *before = on_stage;

	play_as(player);
	race_thread_finish(player->thread);
	play_as(before);
}

/* The player ends and the one on stage joins it. */
static inline void play_join(struct player *player)
{
	play_finish(player);
	race_thread_join(on_stage->thread, player->thread);
}

static inline void play_order(struct player *from, struct player *to)
{
	static char objects[1 << 16];
	static uint32_t used;
	uint64_t object = (uint64_t)&objects[++used & 0xffff];
	struct player *before = on_stage;

	play_as(from);
	race_sync_release_at(from->thread, object);
	play_as(to);
	race_sync_acquire_at(to->thread, object);
	play_as(before);
}

/* Does `who` know all that the player did before its present epoch? */
static inline bool play_knows(const struct player *who, uint64_t word)
{
	return race_thread_knows(who->thread, word);
}

static inline uint64_t play_word(const struct player *player)
{
	return player == on_stage ? __race_self.word : player->words.word;
}

static inline bool play_touch_from(struct player *player, uint64_t addr, uint64_t bytes,
				   enum race_kind kind, uint32_t site)
{
	struct player *before = on_stage;
	uint64_t reports = race_report_count();

	play_as(player);
	race_access(player->thread, addr, bytes, kind, site);
	play_as(before);
	return race_report_count() > reports;
}

/* An access from a place of its own. Was it a race? */
static inline bool play_touch(struct player *player, uint64_t addr, uint64_t bytes,
			      enum race_kind kind)
{
	return play_touch_from(player, addr, bytes, kind,
			       race_site_of(play_pc(), kind, (uint32_t)bytes));
}

/* ---- a cast of four, unordered among themselves: setup and teardown of a test ---- */
static struct player a, b, c, d;

static inline int play_cast(void **state)
{
	(void)state;
	play_birth(&a);
	play_birth(&b);
	play_birth(&c);
	play_birth(&d);
	return 0;
}

static inline int play_curtain(void **state)
{
	(void)state;
	play_as(&play_main);
	play_join(&a);
	play_join(&b);
	play_join(&c);
	play_join(&d);
	return 0;
}

#define PLAY_TEST(name) cmocka_unit_test_setup_teardown(name, play_cast, play_curtain)

#endif
