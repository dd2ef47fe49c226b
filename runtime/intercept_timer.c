/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_timer.c - timers whose notice is a function in a thread that libc makes for
 * it. Nobody sees that thread created: what happened before the timer was armed happens
 * before the function.
 *
 * A timer whose notice is a signal orders as one who sends it (signals.h).
 *
 * A timer's record is never freed: a notice may be on its way while the timer is deleted.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <time.h>

#include "alloc.h"
#include "intercept_touch.h"
#include "signals.h"
#include "sync.h"
#include "unsafe.h"

struct timer {
	struct timer *next;
	timer_t id;
	void (*notify)(union sigval);
	union sigval value;
};

static struct timer *timers; /* newest first: an id may be given out anew */

static void run(union sigval opaque)
{
	const struct timer *timer = opaque.sival_ptr;

	if (race_is_threaded())
		race_sync_acquire_at(race_self(), (uint64_t)timer);
	timer->notify(timer->value);
}

static void arm(const struct timer *timer)
{
	race_sync_release_at(race_self(), (uint64_t)timer);
}

static int create(clockid_t clock, struct sigevent *event, timer_t *id);

RACE_STAND_IN_FOR(int, timer_create,
                  (clockid_t clock, struct sigevent *restrict event, timer_t *restrict id),
                  (clock, event, id))
{
	int result;

	race_reads(&by, event, event ? sizeof(*event) : 0);
	result = create(clock, event, id);
	race_writes(&by, id, result == 0 ? sizeof(*id) : 0);
	return result;
}

static int create(clockid_t clock, struct sigevent *event, timer_t *id)
{
	struct sigevent ours;
	struct timer *timer;
	int result;

	if (event)
		race_signal_expect(event->sigev_signo);
	if (!race_is_watching() || !event || event->sigev_notify != SIGEV_THREAD)
		return RACE_REAL(timer_create)(clock, event, id);
	race_thread_expect(race_self());
	timer = race_alloc(sizeof(*timer));
	timer->notify = event->sigev_notify_function;
	timer->value = event->sigev_value;
	ours = *event;
	ours.sigev_notify_function = run;
	ours.sigev_value.sival_ptr = timer;
	result = RACE_REAL(timer_create)(clock, &ours, id);
	if (result != 0) {
		race_free(timer, sizeof(*timer));
		return result;
	}
	timer->id = *id;
	timer->next = race_load(&timers);
	while (!__atomic_compare_exchange_n(&timers, &timer->next, timer, true, __ATOMIC_RELEASE,
	                                    __ATOMIC_RELAXED))
		;
	return result;
}

RACE_STAND_IN_FOR(int, timer_settime,
                  (timer_t id, int flags, const struct itimerspec *restrict time,
                   struct itimerspec *restrict before),
                  (id, flags, time, before))
{
	struct timer *timer = race_is_watching() ? race_load_acquire(&timers) : NULL;
	int result;

	race_reads(&by, time, sizeof(*time));
	race_unsafe_forget();
	while (timer && timer->id != id)
		timer = timer->next;
	if (timer)
		arm(timer);
	else if (race_is_threaded())
		race_signal_by_timer(race_self(), (uint32_t)(uint64_t)id);
	result = RACE_REAL(timer_settime)(id, flags, time, before);
	race_writes(&by, before, result == 0 && before ? sizeof(*before) : 0);
	return result;
}
