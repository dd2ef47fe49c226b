/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept.h - how a stand-in for a libc function is written.
 *
 *     RACE_STAND_IN(int, pthread_spin_lock, (pthread_spinlock_t *lock))
 *     {
 *             int result = RACE_REAL(pthread_spin_lock)(lock);
 *             ...
 *     }
 *
 * defines the function under both names: the libc one, which every module of the
 * process then finds first, and __race_<name>, which instrumented code calls. A
 * stand-in does its own work only while race_is_watching(); it returns what the real
 * function returned, with its errno.
 *
 *     RACE_STAND_IN_FOR(void, free, (void *memory), (memory))
 *     {
 *             if (by.instrumented)
 *             ...
 *     }
 *
 * is the same where it matters who calls: what code that is not instrumented does with
 * memory may be ordered by means that nobody sees (atomics inlined in a library), so it
 * is noted, and not judged. Only the name tells: the caller's address may be that of an
 * instrumented function whose callee ended in a tail call.
 *
 * A program may define a function of libc itself, malloc above all. The names are weak:
 * its own wins the link, and is then the real one for who calls __race_<name>.
 *
 * Linked with -static there are no libraries behind us, and nobody to ask for a name.
 * There the linker's --wrap=<name> makes whoever calls <name>, libc itself, too, call
 * __wrap_<name>, which is ours; __real_<name> is what <name> means in this link.
 */
#ifndef RACE_INTERCEPT_H
#define RACE_INTERCEPT_H

#include <errno.h>
#include <signal.h>

#include "deadlock.h"
#include "site.h"
#include "thread.h"
#include "unsafe.h"

#define RACE_CALLER ((uint64_t)__builtin_return_address(0))

#if RACE_STATIC
#define RACE_NAME(name) __wrap_##name
#define RACE_LINKED(name) __real_##name
#define RACE_DECLARE_LINKED(name) extern __typeof__(name) __real_##name __attribute__((weak));
#else
#define RACE_NAME(name) name
#define RACE_LINKED(name) name
#define RACE_DECLARE_LINKED(name)
#endif

#define RACE_STAND_IN(type, name, params)                                              \
	extern type name params;                                                       \
	RACE_EXPORT type __race_##name params;                                         \
	RACE_EXPORT type RACE_NAME(name) params                                        \
		__attribute__((weak, alias("__race_" #name)));                         \
	RACE_REAL_ENTRY(name, __race_##name)                                           \
	type __race_##name params

/* By the libc name alone; another file has __race_<name>. */
#define RACE_STAND_IN_PLAIN(type, name, params)                                        \
	static type plain_##name params;                                               \
	extern type name params;                                                       \
	RACE_EXPORT type RACE_NAME(name) params                                        \
		__attribute__((weak, alias("plain_" #name)));                          \
	RACE_REAL_ENTRY(name, plain_##name)                                            \
	static type plain_##name params

/* Who calls a stand-in. */
struct race_caller {
	uint64_t pc;
	const struct race_function *function; /* the stand-in, for a report */
	bool instrumented;
};

#define RACE_STAND_IN_FOR(type, name, params, args)                                    \
	RACE_STAND_IN_NAMED(type, name, #name "()", params, args)

#define RACE_STAND_IN_NAMED(type, name, text, params, args)                            \
	static RACE_NOINLINE type name##_for RACE_WITH_CALLER params;                  \
	RACE_EXPORT type __race_##name params                                          \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(text), true };    \
		RACE_CALLS(name, by.pc);                                               \
		return name##_for RACE_BY args;                                        \
	}                                                                              \
	static type plain_##name params                                                \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(text), false };    \
		RACE_CALLS(name, by.pc);                                               \
		return name##_for RACE_BY args;                                        \
	}                                                                              \
	extern type name params;                                                       \
	RACE_EXPORT type RACE_NAME(name) params                                        \
		__attribute__((weak, alias("plain_" #name)));                          \
	RACE_REAL_ENTRY(name, plain_##name)                                            \
	static type name##_for RACE_WITH_CALLER params

/* Another name of that function, which headers write for large files. */
#define RACE_STAND_IN_ALSO(type, also, name, params)                                   \
	RACE_EXPORT type __race_##also params __attribute__((alias("__race_" #name))); \
	extern type also params;                                                       \
	RACE_EXPORT type RACE_NAME(also) params                                        \
		__attribute__((weak, alias("plain_" #name)));                          \
	RACE_REAL_ENTRY(also, plain_##name)

/* One that may have one more argument: `last` stands in front of the ellipsis, all_params
 * have the argument, and args call it `more`. */
#define RACE_STAND_IN_MORE(type, name, params, args, last, all_params)                 \
	static RACE_NOINLINE type name##_for RACE_WITH_CALLER all_params;              \
	RACE_EXPORT type __race_##name params                                          \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(#name "()"), true }; \
		long more;                                                             \
                                                                                       \
		RACE_MORE(more, last);                                                 \
		return name##_for RACE_BY args;                                        \
	}                                                                              \
	static type plain_##name params                                                \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(#name "()"), false }; \
		long more;                                                             \
                                                                                       \
		RACE_MORE(more, last);                                                 \
		return name##_for RACE_BY args;                                        \
	}                                                                              \
	extern type name params;                                                       \
	RACE_EXPORT type RACE_NAME(name) params                                        \
		__attribute__((weak, alias("plain_" #name)));                          \
	RACE_REAL_ENTRY(name, plain_##name)                                            \
	static type name##_for RACE_WITH_CALLER all_params
#define RACE_MORE(more, last)                                                          \
	do {                                                                           \
		va_list list_;                                                         \
                                                                                       \
		va_start(list_, last);                                                 \
		more = va_arg(list_, long);                                            \
		va_end(list_);                                                         \
	} while (0)

#define RACE_WITH_CALLER(...) (struct race_caller by, __VA_ARGS__)
#define RACE_BY(...) (by, __VA_ARGS__)

#define RACE_REAL_ENTRY(function, own)                                                 \
	RACE_DECLARE_LINKED(function)                                                  \
	static __typeof__(&function) real_##function;                                  \
	static const struct race_real entry_##function                                 \
		__attribute__((section("race_reals"), used, retain)) = {               \
			(void **)&real_##function, #function,                          \
			(void *)RACE_LINKED(function), (void *)own                     \
		};

/* The function of that name in the libraries behind us. */
#define RACE_REAL(name)                                                                \
	((__typeof__(real_##name))race_real_function((void **)&real_##name, #name))

/* Every stand-in's, side by side, so that all are looked up before the program runs: a
 * look-up allocates, and disturbs the program's dlerror(). Nothing points there, so a link
 * with --gc-sections is told to retain them. */
struct race_real {
	void **function;
	const char *name;
	void *linked; /* what the name means in this link: `own`, or the program's */
	void *own;
};
extern const struct race_real race_reals_begin[] __asm__("__start_race_reals");
extern const struct race_real race_reals_end[] __asm__("__stop_race_reals");
void race_intercept_init(void);

/* Is this a shared runtime in a program that has brought its own? It does nothing then. */
bool race_is_second_runtime(void);

/* Does a shared runtime stand before libc? */
bool race_intercept_is_first(void);

/* Never NULL: a program that calls what its libc does not have ends with one line. */
void *race_real_find(const char *name);

RACE_INLINE void *race_real_function(void **known, const char *name)
{
	void *function = race_load(known);

	return race_likely(function != NULL) ? function : race_real_find(name);
}

/* Is there work for a stand-in: initialised, and not inside the runtime itself? */
RACE_INLINE bool race_is_watching(void)
{
	return race_runtime.ready && !race_is_busy();
}

/* The same, for work that a program with one thread ever does not need. */
RACE_INLINE bool race_is_threaded(void)
{
	return race_runtime.threaded && !race_is_busy();
}

/* For libc code in a door, which keeps the program's vector registers, too. */
void race_call_save_vectors(const void *argument, void (*function)(const void *));

/* The call, with the thread noted as waiting meanwhile (waiting.h). */
#define RACE_WAITS(kind, may_give_up, on, more, pc, name, ...)                         \
	RACE_WAITS_UNLESS(false, 0, kind, may_give_up, on, more, pc, name, __VA_ARGS__)

/* A call that waits for a descriptor (-1: none), or sleeps. */
#define RACE_CALL_WAITS(fd, pc, name, ...)                                             \
	RACE_WAITS(RACE_WAIT_CALL, true, fd, 0, pc, name, __VA_ARGS__)

/* The same, for locks and joins: where that waits for ever, it is told, and may be left
 * out: the result is `deadlocked` then. */
#define RACE_WAITS_UNLESS(may_deadlock, deadlocked, wait_kind, may_give_up, on, more, pc_, name, ...) \
	({                                                                             \
		struct race_thread *waiter_ = race_is_watching() ? race_self() : NULL; \
		struct race_wait outer_;                                               \
		__typeof__(__VA_ARGS__) waited_;                                       \
                                                                                       \
		if (waiter_)                                                           \
			race_wait_begin(&waiter_->wait, &outer_,                       \
			                (struct race_waits){ wait_kind, may_give_up,   \
			                                     (uint64_t)(on),           \
			                                     (uint64_t)(more), pc_, name }); \
		if ((may_deadlock) && !(may_give_up) && waiter_ &&                     \
		    race_deadlock_found(waiter_))                                      \
			waited_ = (deadlocked);                                        \
		else                                                                   \
			waited_ = (__VA_ARGS__);                                       \
		if (waiter_)                                                           \
			race_wait_end(&waiter_->wait, &outer_);                        \
		waited_;                                                               \
	})

/* A signal that arrived inside of race_enter comes again at race_leave. */
void race_signal_hold_back(int number, const siginfo_t *info, ucontext_t *context);

/* sigaction, for the other ways to set a handler. */
int race_signal_set_action(int number, const struct sigaction *wanted, struct sigaction *old);

/* From here on no handler but for a fault runs in this thread. Returns its mask. */
uint64_t race_signal_no_more(void);

/* Once, before the program's first code; each sets up its file. */
void race_intercept_thread_init(void);
void race_intercept_future_init(void);
void race_intercept_exit_init(void);
void race_intercept_load_init(void);
void race_intercept_signal_init(void);

/* In the child of a fork: self is the only thread left. */
void race_intercept_load_forked(const struct race_thread *self);

#endif
