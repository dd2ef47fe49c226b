/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_signal.c - the program's signal handlers run as they would without us, but
 * never inside race_enter, where a lock of ours may be held: a signal that arrives
 * there is noted and sent to the thread once more when it leaves. Faults are the
 * exception; they belong to the instruction they happen at.
 *
 * The kernel knows our handler, the program believes in its own: sigaction tells it
 * what it set.
 */
#define _GNU_SOURCE
#include <signal.h>

#include "intercept.h"
#include "platform.h"
#include "renumber.h"

#define SIGNALS 65

static struct sigaction actions[SIGNALS]; /* what the program asked for */

/* ---- delivery ---- */

static bool is_fault(int number, const siginfo_t *info)
{
	bool fault = number == SIGSEGV || number == SIGBUS || number == SIGFPE ||
	             number == SIGILL || number == SIGTRAP || number == SIGSYS;

	return fault && info->si_code > 0;
}

void race_signal_hold(int number, const siginfo_t *info)
{
	struct race_thread *self = __race_self.thread;

	if (!self)
		return;
	self->pending_info[number] = *info;
	self->pending_signals |= 1ull << (number - 1);
	race_store(&__race_self.pending, 1);
}

/* The signals are sent anew, with what came with them: the kernel then sees to masks,
 * stacks and context as it did the first time. */
void race_deliver_pending(void)
{
	struct race_thread *self = __race_self.thread;
	uint64_t signals;

	race_store(&__race_self.pending, 0);
	if (race_unlikely(self->wants_renumbering)) {
		self->wants_renumbering = false;
		race_renumber(self);
	}
	signals = __atomic_exchange_n(&self->pending_signals, 0, __ATOMIC_RELAXED);
	while (signals) {
		int number = __builtin_ctzll(signals) + 1;

		signals &= signals - 1;
		race_syscall(__NR_rt_tgsigqueueinfo, race_sys_getpid(), race_sys_gettid(), number,
		             (long)&self->pending_info[number], 0, 0);
	}
}

static void handler(int number, siginfo_t *info, void *context)
{
	struct sigaction action = actions[number];

	if (race_is_busy() && !is_fault(number, info)) {
		race_signal_hold(number, info);
		return;
	}
	if (action.sa_flags & SA_RESETHAND)
		signal(number, SIG_DFL);
	if (action.sa_flags & SA_SIGINFO)
		action.sa_sigaction(number, info, context);
	else
		action.sa_handler(number);
}

/* ---- registration ---- */

static bool is_function(const struct sigaction *action)
{
	return action->sa_flags & SA_SIGINFO ||
	       (action->sa_handler != SIG_DFL && action->sa_handler != SIG_IGN);
}

static int set_action(int (*really)(int, const struct sigaction *, struct sigaction *), int number,
                      const struct sigaction *wanted, struct sigaction *old)
{
	struct sigaction ours, before, before_ours;
	int result;

	if (number <= 0 || number >= SIGNALS || !race_runtime.ready)
		return really(number, wanted, old);
	before_ours = actions[number];
	if (wanted) {
		ours = *wanted;
		if (is_function(wanted)) {
			/* Before the kernel knows: the handler may run at once. */
			actions[number] = *wanted;
			ours.sa_sigaction = handler;
			ours.sa_flags = (ours.sa_flags | SA_SIGINFO) & ~SA_RESETHAND;
		}
	}
	result = really(number, wanted ? &ours : NULL, &before);
	if (result != 0)
		actions[number] = before_ours;
	else if (old)
		*old = is_function(&before) && before.sa_sigaction == handler ? before_ours : before;
	return result;
}

RACE_STAND_IN(int, sigaction,
              (int number, const struct sigaction *wanted, struct sigaction *old))
{
	return set_action(RACE_REAL(sigaction), number, wanted, old);
}

/* signal() as glibc has it by default: BSD semantics. */
RACE_STAND_IN(sighandler_t, signal, (int number, sighandler_t function))
{
	struct sigaction wanted = { .sa_handler = function, .sa_flags = SA_RESTART }, old;

	sigemptyset(&wanted.sa_mask);
	sigaddset(&wanted.sa_mask, number);
	if (set_action(RACE_REAL(sigaction), number, &wanted, &old) != 0)
		return SIG_ERR;
	return old.sa_handler;
}
