/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * signals.c - what a signal orders (signals.h). The objects are bytes that nobody reads,
 * for their address. Threads share them when their numbers are 16,384 apart.
 */
#define _GNU_SOURCE
#include "signals.h"

#include "floor.h"
#include "platform.h"
#include "sync.h"

#define NUMBERS 64 /* 1..64 */
#define LIVES (1u << 14)
#define TIMERS (1u << 12)

static char to_process[NUMBERS], to_thread[LIVES * NUMBERS], by_timer[TIMERS];
static char handlers[NUMBERS];

static uint64_t process_object(int number)
{
	return (uint64_t)&to_process[(number - 1) & (NUMBERS - 1)];
}

static uint64_t thread_object(const struct race_thread *thread, int number)
{
	uint32_t life = thread->life->number & (LIVES - 1);

	return (uint64_t)&to_thread[life * NUMBERS + ((number - 1) & (NUMBERS - 1))];
}

static uint64_t timer_object(uint64_t timer)
{
	return (uint64_t)&by_timer[timer & (TIMERS - 1)];
}

void race_signal_expect(int number)
{
	if (race_runtime.ready && race_signal_is_own(number))
		race_floor_expect_handler(RACE_SIGNAL_BIT(number));
}

void race_signal_to_process(struct race_thread *self, int number)
{
	race_sync_release_at(self, process_object(number));
}

void race_signal_to_thread(struct race_thread *self, const struct race_thread *thread, int number)
{
	race_sync_release_at(self, thread_object(thread, number));
}

void race_signal_by_timer(struct race_thread *self, uint64_t timer)
{
	race_sync_release_at(self, timer_object(timer));
}

static uint64_t handler_object(int number)
{
	return (uint64_t)&handlers[(number - 1) & (NUMBERS - 1)];
}

/* Who has set it last alone comes before its calls. */
void race_signal_handler_set(struct race_thread *self, int number)
{
	struct race_sync *sync = race_sync_get(handler_object(number));

	race_enter();
	sync = race_sync_take(sync);
	race_sync_store(self, sync);
	race_spin_give(&sync->lock);
	race_thread_tick(self);
	race_leave();
}

void race_signal_handler_called(struct race_thread *self, int number)
{
	race_sync_acquire_at(self, handler_object(number));
}

void race_signal_received(struct race_thread *self, int number, const siginfo_t *info)
{
	int code = info ? info->si_code : SI_QUEUE;

	if (code == SI_TIMER)
		race_sync_acquire_at(self, timer_object((uint32_t)info->si_timerid));
	/* Whether SI_QUEUE and SI_USER were meant for one thread, nobody can tell: libc makes
	 * SI_USER of SI_TKILL for who waits. SI_KERNEL: alarm. */
	if (code == SI_TKILL || code == SI_QUEUE || code == SI_USER)
		race_sync_acquire_at(self, thread_object(self, number));
	if (code == SI_KERNEL ||
	    ((code == SI_USER || code == SI_QUEUE) &&
	     (!info || info->si_pid == race_sys_getpid())))
		race_sync_acquire_at(self, process_object(number));
}

/* 1: a sender knew it, 0: senders, but none that knew it, -1: nobody has sent there. */
static int knows(uint64_t object, uint32_t tid, uint64_t epoch)
{
	struct race_sync *sync = race_sync_find(object);
	const struct race_clock *clock;
	int known = -1;

	if (!sync)
		return -1;
	race_enter();
	sync = race_sync_take(sync);
	clock = sync->clock;
	if (clock && clock->size)
		known = tid < clock->size && clock->entry[tid] >= epoch;
	race_spin_give(&sync->lock);
	race_leave();
	return known;
}

bool race_signal_is_timer(int number)
{
	return number == SIGALRM || number == SIGVTALRM || number == SIGPROF;
}

bool race_signal_is_unordered(const struct race_thread *self, int number, const siginfo_t *info,
                              uint32_t tid, uint64_t epoch)
{
	int code = info->si_code, one = -1, all = -1;
	bool ours = info->si_pid == race_sys_getpid();

	if (code == SI_TIMER) {
		one = knows(timer_object((uint32_t)info->si_timerid), tid, epoch);
	} else if (code == SI_KERNEL && race_signal_is_timer(number)) {
		all = knows(process_object(number), tid, epoch);
	} else if (ours && (code == SI_TKILL || code == SI_QUEUE || code == SI_USER) &&
		   number != SIGPIPE && number != SIGXFSZ) {
		one = knows(thread_object(self, number), tid, epoch);
		all = code == SI_TKILL ? -1 : knows(process_object(number), tid, epoch);
	}
	return one <= 0 && all <= 0 && (one == 0 || all == 0);
}
