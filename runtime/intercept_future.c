/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_future.c - what is promised for the end of a thread: set_value_at_thread_exit,
 * make_ready_at_thread_exit. Then the library makes the shared state ready and gives up
 * its share of it, where nobody sees that. So we are told at the promise, hold a share of
 * our own, and give that up when the library is done:
 *
 *     promise    +1 (ours)
 *     end        destructors of the thread, first round: the library makes it ready;
 *                for libstdc++, whose store nobody sees, we release there
 *                second round: our share goes, and what it is the last of
 */
#define _GNU_SOURCE
#include <pthread.h>

#include "alloc.h"
#include "intercept_counts.h"

/* libstdc++'s: an element of its list of what to do, with a weak_ptr to the state. */
struct element {
	struct element *next;
	void (*run)(void *);
	char *state;
	char *block; /* of counts */
};

struct promised {
	struct promised *next;
	struct element *element; /* NULL: libc++'s */
	void (*run)(void *);
	char *object; /* counted: the block, or libc++'s state */
};

struct promises {
	struct promised *first;
	bool in_second_round;
};

typedef void (*method)(char *object);

static method method_of(const char *object, int number)
{
	return (*(const method *const *)object)[number];
}

/* ---- shares ---- */

#define USERS_AT 8
#define WEAK_AT 12
#define STATUS_AT 16 /* in the state */
#define DISPOSE 2
#define DESTROY 3
#define ON_ZERO_SHARED 2

static struct count users(char *block)
{
	return (struct count){ block + USERS_AT, false, 1 };
}

static struct count weak(char *block)
{
	return (struct count){ block + WEAK_AT, false, 1 };
}

static struct count clang_owners(char *state)
{
	return (struct count){ state + USERS_AT, true, 0 };
}

static bool lock(char *block)
{
	int32_t found = (int32_t)owners(users(block));

	while (found && !__atomic_compare_exchange_n((int32_t *)(block + USERS_AT), &found, found + 1,
	                                             false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
		;
	return found != 0;
}

static void drop_gnu(char *block)
{
	if (gave_up(users(block), (uint64_t)block + USERS_AT))
		return;
	*(int32_t *)(block + USERS_AT) = 0;
	method_of(block, DISPOSE)(block);
	if (!gave_up(weak(block), (uint64_t)block + WEAK_AT))
		method_of(block, DESTROY)(block);
}

static void drop_clang(char *state)
{
	if (gave_up(clang_owners(state), (uint64_t)state + USERS_AT))
		return;
	*(int64_t *)(state + USERS_AT) = -1;
	method_of(state, ON_ZERO_SHARED)(state);
}

/* ---- what a thread has promised ---- */

static pthread_key_t key;

static void on_end(void *of_thread)
{
	struct promises *promises = of_thread;
	struct promised *promised;

	if (!promises->in_second_round) {
		promises->in_second_round = true;
		pthread_setspecific(key, promises);
		return;
	}
	while ((promised = promises->first)) {
		struct promised done = *promised;

		promises->first = done.next;
		race_free(promised, sizeof(*promised));
		(done.element ? drop_gnu : drop_clang)(done.object);
	}
	race_free(promises, sizeof(*promises));
}

void race_intercept_future_init(void)
{
	race_enter();
	pthread_key_create(&key, on_end);
	race_leave();
}

static struct promised *remember(struct element *element, char *object)
{
	struct promises *promises = pthread_getspecific(key);
	struct promised *promised;

	race_enter();
	promised = race_alloc(sizeof(*promised));
	if (!promises) {
		promises = race_alloc(sizeof(*promises));
		pthread_setspecific(key, promises);
	}
	*promised = (struct promised){ promises->first, element, NULL, object };
	promises->first = promised;
	race_leave();
	return promised;
}

/* ---- libstdc++ ---- */

static void make_ready(void *opaque)
{
	struct promises *promises = pthread_getspecific(key);
	struct promised *promised = promises->first;

	while (promised->element != opaque)
		promised = promised->next;
	race_sync_release_at(race_self(), (uint64_t)promised->element->state + STATUS_AT);
	promised->run(opaque);
}

RACE_STAND_IN(void, _ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv,
              (struct element *element))
{
	struct promised *promised;

	RACE_REAL(_ZNSt13__future_base13_State_baseV211_Make_ready6_M_setEv)(element);
	if (!race_is_threaded() || !element->block || !lock(element->block))
		return;
	promised = remember(element, element->block);
	promised->run = element->run;
	element->run = make_ready;
}

/* ---- libc++: the header calls the first, the library for itself what may be any ---- */

static void hold(char *state)
{
	if (!race_is_threaded())
		return;
	add_owner(clang_owners(state));
	remember(NULL, state);
}

RACE_STAND_IN(void, _ZNSt3__115__thread_struct27__make_ready_at_thread_exitEPNS_17__assoc_sub_stateE,
              (void *thread, char *state))
{
	hold(state);
	RACE_REAL(_ZNSt3__115__thread_struct27__make_ready_at_thread_exitEPNS_17__assoc_sub_stateE)(
	        thread, state);
}

RACE_STAND_IN(void, _ZNSt3__117__assoc_sub_state24set_value_at_thread_exitEv, (char *state))
{
	hold(state);
	RACE_REAL(_ZNSt3__117__assoc_sub_state24set_value_at_thread_exitEv)(state);
}

RACE_STAND_IN(void, _ZNSt3__117__assoc_sub_state28set_exception_at_thread_exitESt13exception_ptr,
              (char *state, void *exception))
{
	hold(state);
	RACE_REAL(_ZNSt3__117__assoc_sub_state28set_exception_at_thread_exitESt13exception_ptr)(
	        state, exception);
}
