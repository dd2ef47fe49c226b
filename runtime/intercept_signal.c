/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_signal.c - the program's signal handlers run as they would without us, but
 * never inside race_enter, where a lock of ours may be held. A signal that arrives there
 * is sent to the thread once more while all signals are held back, from the return of
 * our handler to the end of the section; then the kernel delivers what has gathered.
 * Faults are the exception; they belong to the instruction they happen at.
 *
 * The kernel knows our handler, the program believes in its own: sigaction tells it
 * what it set. A handler comes after who set it and who sent the signal (signals.h).
 *
 * One signal, option dump_signal, has our handler also where the program wants the default:
 * before anything else it dumps all threads (dump.h), wherever it has interrupted what.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <sys/resource.h>
#include <ucontext.h>

#include "apart.h"
#include "dump.h"
#include "floor.h"
#include "intercept_touch.h"
#include "later.h"
#include "options.h"
#include "platform.h"
#include "renumber.h"
#include "signals.h"
#include "sync.h"
#include "unsafe.h"

#define NUMBERS 65
#define BIT RACE_SIGNAL_BIT

/* What the program asked for: its function and, above the address, two of its flags,
 * in one word because other threads' handlers read it. */
#define WITH_INFO (1ull << 62)
#define RESETS (1ull << 63)
#define FUNCTION(word) ((word) & ~(WITH_INFO | RESETS))
static uint64_t actions[NUMBERS];
static struct race_spin lock; /* of changes: the kernel's action and ours go together */

/* Of the signal that dumps: the default as the program set it last, and what stands for it. */
static struct sigaction dump_default, dump_action;

static bool dumps(int number)
{
	return (uint32_t)number == race_options.dump_signal;
}

static void handler(int number, siginfo_t *info, void *context);

RACE_STAND_IN_FOR(int, sigaction,
                  (int number, const struct sigaction *wanted, struct sigaction *old),
                  (number, wanted, old))
{
	int result;

	race_reads(&by, wanted, wanted ? sizeof(*wanted) : 0);
	result = race_signal_set_action(number, wanted, old);
	race_writes(&by, old, result == 0 && old ? sizeof(*old) : 0);
	return result;
}

/* ---- held back ---- */

static bool is_fault(int number, const siginfo_t *info)
{
	return BIT(number) & RACE_SIGNAL_FAULTS && info->si_code > 0;
}

static void send_again(int number, const siginfo_t *info)
{
	race_syscall(__NR_rt_tgsigqueueinfo, race_sys_getpid(), race_sys_gettid(), number,
	             (long)info, 0, 0);
}

/* Real-time signals of a number keep their order: those behind it go behind it again. */
#define BEHIND_MOST 8
static void send_again_in_order(int number, const siginfo_t *info)
{
	uint64_t set = BIT(number);
	struct timespec now = { 0, 0 };
	siginfo_t behind[BEHIND_MOST];
	int count = 0;

	while (count < BEHIND_MOST &&
	       race_syscall(__NR_rt_sigtimedwait, (long)&set, (long)&behind[count], (long)&now,
	                    sizeof(set), 0, 0) == number)
		count++;
	send_again(number, info);
	for (int i = 0; i < count; i++)
		send_again(number, &behind[i]);
}

void race_signal_hold_back(int number, const siginfo_t *info, ucontext_t *context)
{
	uint64_t *mask = (uint64_t *)&context->uc_sigmask;
	uint64_t others = ~RACE_SIGNAL_FAULTS | BIT(number);

	race_sys_sigprocmask(SIG_BLOCK, &others, NULL);
	/* One that interrupted us on the way here took this function's mask for the
	 * program's. */
	if (!__race_self.held || ~*mask & ~RACE_SIGNAL_FAULTS)
		__race_self.held_mask = *mask;
	race_store(&__race_self.held, 1);
	race_store(&__race_self.pending, 1);
	*mask |= others;
	if (number < __SIGRTMIN)
		send_again(number, info);
	else
		send_again_in_order(number, info);
}

void race_deliver_pending(void)
{
	struct race_thread *self = __race_self.thread;
	uint64_t mask;

	race_store(&__race_self.pending, 0);
	if (race_unlikely(self && self->wants_renumbering)) {
		self->wants_renumbering = false;
		race_renumber(self);
	}
	if (race_unlikely(self && self->apart.wanted)) {
		self->apart.wanted = false;
		race_apart_find(self);
	}
	if (!__race_self.held)
		return;
	mask = __race_self.held_mask;
	race_store(&__race_self.held, 0);
	race_sys_sigprocmask(SIG_SETMASK, &mask, NULL);
}

/* libc's own two must come through: setuid waits for each thread's answer. */
uint64_t race_signal_no_more(void)
{
	uint64_t others = ~(RACE_SIGNAL_FAULTS | BIT(32) | BIT(33)), before;

	race_sys_sigprocmask(SIG_BLOCK, &others, &before);
	return before;
}

/* ---- delivery ---- */

/* The program's function; the one that SA_RESETHAND allows one call is taken away. */
static uint64_t take_action(int number)
{
	uint64_t action = race_load(&actions[number]);
	struct sigaction once;

	if (!(action & RESETS))
		return action;
	race_enter();
	race_spin_take(&lock);
	action = race_load(&actions[number]);
	if (action & RESETS && RACE_REAL(sigaction)(number, NULL, &once) == 0 &&
	    once.sa_sigaction == handler) {
		once.sa_handler = SIG_DFL;
		once.sa_flags = (int)(once.sa_flags | SA_RESETHAND) &
		                (action & WITH_INFO ? -1 : ~SA_SIGINFO);
		if (dumps(number)) {
			race_store(&actions[number], 0);
			dump_default = once;
			once = dump_action;
		}
		RACE_REAL(sigaction)(number, &once, NULL);
	}
	race_spin_give(&lock);
	race_leave();
	return action;
}

/* What the program asked for is the default: as Go it ends with status 2, but by the signal
 * itself where the program may leave a core. */
static void end_by(int number)
{
	struct { uint64_t now, most; } core = { 0, 0 };
	uint64_t set = BIT(number), action[4] = { 0 };

	if (!race_options.dump_signal_exit || dump_default.sa_handler == SIG_IGN)
		return;
	race_dump_end();
	race_syscall(__NR_getrlimit, RLIMIT_CORE, (long)&core, 0, 0, 0, 0);
	if (core.now) {
		race_syscall(__NR_rt_sigaction, number, (long)action, 0, sizeof(set), 0, 0);
		race_sys_sigprocmask(SIG_UNBLOCK, &set, NULL);
		race_syscall(__NR_tgkill, race_sys_getpid(), race_sys_gettid(), number, 0, 0, 0);
	}
	race_sys_exit_group(2);
}

static void run(int number, siginfo_t *info, void *context)
{
	int kept = errno;
	uint64_t action = take_action(number);

	if (!FUNCTION(action)) {
		end_by(number);
		return;
	}
	race_unsafe_begin((uint64_t)__builtin_frame_address(0), number, info, context, kept);
	if (race_is_threaded() && __race_self.thread) {
		race_signal_handler_called(__race_self.thread, number);
		race_signal_received(__race_self.thread, number, info);
	}
	errno = kept;
	if (action & WITH_INFO)
		((void (*)(int, siginfo_t *, void *))FUNCTION(action))(number, info, context);
	else
		((void (*)(int))FUNCTION(action))(number);
	race_unsafe_end((uint64_t)__builtin_frame_address(0), FUNCTION(action));
}

/* A fault in a section of ours: at memory of the program, or its stack has ended. The
 * handler may never come back, so the section is left for it. */
static void run_fault(int number, siginfo_t *info, void *context)
{
	struct race_thread *self = __race_self.thread;
	struct race_sync *sync = self ? self->held_sync : NULL;
	struct race_found *races = self ? self->held_races : NULL;
	uint32_t count = self ? self->held_count : 0, busy = __race_self.busy;

	if (self) {
		self->held_sync = NULL;
		self->held_races = NULL;
		self->held_count = 0;
	}
	if (sync)
		race_spin_give(&sync->lock);
	race_store(&__race_self.busy, 0);
	run(number, info, context);
	race_store(&__race_self.busy, busy);
	if (sync)
		race_spin_take(&sync->lock);
	if (self) {
		self->held_sync = sync;
		self->held_races = races;
		self->held_count = count;
	}
}

/* A signal that is held back comes again, but was answered. */
static void answer(int number, const ucontext_t *context)
{
	const greg_t *value = context->uc_mcontext.gregs;
	struct race_registers at = {
		.rbx = (uint64_t)value[REG_RBX], .rbp = (uint64_t)value[REG_RBP],
		.r12 = (uint64_t)value[REG_R12], .r13 = (uint64_t)value[REG_R13],
		.r14 = (uint64_t)value[REG_R14], .r15 = (uint64_t)value[REG_R15],
		/* As a return address is read: of the instruction before it. */
		.rsp = (uint64_t)value[REG_RSP], .rip = (uint64_t)value[REG_RIP] + 1,
	};
	struct race_thread *self = __race_self.thread;
	bool answered = self && self->dumped;

	if (self)
		self->dumped = race_is_busy();
	if (!answered)
		race_dump(-1, number, &at, 0);
}

static void handler(int number, siginfo_t *info, void *context)
{
	if (dumps(number))
		answer(number, context);
	race_later_came(info);
	if (!race_is_busy()) {
		if (is_fault(number, info) || !race_later_keep(info))
			run(number, info, context);
	} else if (is_fault(number, info)) {
		run_fault(number, info, context);
	} else {
		race_signal_hold_back(number, info, context);
	}
}

/* ---- registration ---- */

static bool is_function(const struct sigaction *action)
{
	return action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN &&
	       action->sa_handler != SIG_ERR;
}

static uint64_t word_of(const struct sigaction *action)
{
	return (uint64_t)action->sa_sigaction | (action->sa_flags & SA_SIGINFO ? WITH_INFO : 0) |
	       ((uint32_t)action->sa_flags & SA_RESETHAND ? RESETS : 0);
}

/* What the kernel says, as the program knows it. */
static void tell(struct sigaction *action, uint64_t word)
{
	if (action->sa_sigaction != handler)
		return;
	if (!FUNCTION(word)) {
		*action = dump_default;
		return;
	}
	action->sa_handler = (sighandler_t)FUNCTION(word);
	if (!(word & WITH_INFO))
		action->sa_flags &= ~SA_SIGINFO;
	if (word & RESETS)
		action->sa_flags |= (int)SA_RESETHAND;
}

int race_signal_set_action(int number, const struct sigaction *wanted, struct sigaction *old)
{
	struct sigaction ours, before;
	uint64_t word;
	int result;

	if (number <= 0 || number >= NUMBERS || !race_runtime.ready)
		return RACE_REAL(sigaction)(number, wanted, old);
	if (wanted)
		ours = *wanted;
	if (wanted && is_function(wanted)) {
		if (!race_signal_is_own(number))
			race_floor_expect_handler(BIT(number));
		if (race_is_threaded())
			race_signal_handler_set(race_self(), number);
		race_unsafe_handler_set(number);
	}
	race_enter();
	race_spin_take(&lock);
	word = actions[number];
	if (wanted && is_function(wanted)) {
		/* Before the kernel knows: the handler may run at once. */
		race_store(&actions[number], word_of(wanted));
		ours.sa_sigaction = handler;
		ours.sa_flags = (int)(((uint32_t)ours.sa_flags | SA_SIGINFO) & ~SA_RESETHAND);
	} else if (wanted && dumps(number) && wanted->sa_handler == SIG_DFL) {
		race_store(&actions[number], 0);
		ours = dump_action;
	}
	result = RACE_REAL(sigaction)(number, wanted ? &ours : NULL, &before);
	if (result != 0)
		race_store(&actions[number], word);
	else
		tell(&before, word);
	if (result == 0 && wanted && dumps(number) && wanted->sa_handler == SIG_DFL)
		dump_default = *wanted;
	race_spin_give(&lock);
	race_leave();
	if (result == 0 && old)
		*old = before;
	return result;
}

/* A program that was started with the signal ignored, as in the background of a script, may
 * be asked all the same. */
void race_intercept_signal_init(void)
{
	int number = (int)race_options.dump_signal;

	if (!number || RACE_REAL(sigaction)(number, NULL, &dump_default) != 0)
		return;
	dump_action.sa_sigaction = handler;
	dump_action.sa_flags = SA_SIGINFO | SA_RESTART | SA_ONSTACK;
	RACE_REAL(sigaction)(number, &dump_action, NULL);
}
