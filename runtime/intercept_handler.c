/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_handler.c - the older ways to set a signal's handler, as glibc has them, and to
 * change what is blocked: what a thread called before that could not be interrupted, or is
 * not known to have been (unsafe.h).
 */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
#define _GNU_SOURCE
#include <signal.h>

#include "intercept_touch.h"
#include "unsafe.h"

#define NUMBERS 65
#define BIT(number) (1ull << ((number) - 1))

/* ---- handlers ---- */

static uint64_t interrupting; /* signals whose calls siginterrupt wants interrupted */

static sighandler_t set_function(int number, sighandler_t function, int flags)
{
	struct sigaction wanted = { .sa_handler = function, .sa_flags = flags }, old;

	if (function == SIG_ERR || number <= 0 || number >= NUMBERS) {
		errno = EINVAL;
		return SIG_ERR;
	}
	if (!((uint32_t)flags & SA_RESETHAND))
		sigaddset(&wanted.sa_mask, number);
	return race_signal_set_action(number, &wanted, &old) == 0 ? old.sa_handler : SIG_ERR;
}

static sighandler_t set_bsd(int number, sighandler_t function)
{
	bool interrupts = number > 0 && number < NUMBERS &&
	                  race_load(&interrupting) & BIT(number);

	return set_function(number, function, interrupts ? 0 : SA_RESTART);
}

static sighandler_t set_sysv(int number, sighandler_t function)
{
	return set_function(number, function, (int)(SA_RESETHAND | SA_NODEFER));
}

RACE_STAND_IN(sighandler_t, signal, (int number, sighandler_t function))
{
	return set_bsd(number, function);
}

extern sighandler_t bsd_signal(int number, sighandler_t function);
RACE_STAND_IN(sighandler_t, bsd_signal, (int number, sighandler_t function))
{
	return set_bsd(number, function);
}

RACE_STAND_IN(sighandler_t, ssignal, (int number, sighandler_t function))
{
	return set_bsd(number, function);
}

RACE_STAND_IN(sighandler_t, sysv_signal, (int number, sighandler_t function))
{
	return set_sysv(number, function);
}

/* What <signal.h> makes of signal() for strict C. */
RACE_STAND_IN(sighandler_t, __sysv_signal, (int number, sighandler_t function))
{
	return set_sysv(number, function);
}

RACE_STAND_IN(int, siginterrupt, (int number, int interrupts))
{
	int result = RACE_REAL(siginterrupt)(number, interrupts);

	if (result == 0 && interrupts)
		__atomic_fetch_or(&interrupting, BIT(number), __ATOMIC_RELAXED);
	else if (result == 0)
		__atomic_fetch_and(&interrupting, ~BIT(number), __ATOMIC_RELAXED);
	return result;
}

RACE_STAND_IN(sighandler_t, sigset, (int number, sighandler_t function))
{
	struct sigaction wanted = { .sa_handler = function }, old;
	sigset_t set, before;

	if (function == SIG_ERR || number <= 0 || number >= NUMBERS) {
		errno = EINVAL;
		return SIG_ERR;
	}
	race_unsafe_forget();
	sigemptyset(&set);
	sigaddset(&set, number);
	if (race_signal_set_action(number, function == SIG_HOLD ? NULL : &wanted, &old) ||
	    sigprocmask(function == SIG_HOLD ? SIG_BLOCK : SIG_UNBLOCK, &set, &before))
		return SIG_ERR;
	return sigismember(&before, number) ? SIG_HOLD : old.sa_handler;
}

/* ---- masks ---- */

static int masked(const struct race_caller *by, int result, const sigset_t *set, const sigset_t *old)
{
	race_reads_signals(by, set);
	race_writes(by, old, result == 0 && old ? RACE_SIGNALS : 0);
	return result;
}

RACE_STAND_IN_FOR(int, sigprocmask, (int how, const sigset_t *restrict set, sigset_t *restrict old),
                  (how, set, old))
{
	race_unsafe_forget();
	return masked(&by, RACE_REAL(sigprocmask)(how, set, old), set, old);
}

RACE_STAND_IN_FOR(int, pthread_sigmask, (int how, const sigset_t *restrict set, sigset_t *restrict old),
                  (how, set, old))
{
	race_unsafe_forget();
	return masked(&by, RACE_REAL(pthread_sigmask)(how, set, old), set, old);
}

RACE_STAND_IN(int, sighold, (int number))
{
	race_unsafe_forget();
	return RACE_REAL(sighold)(number);
}

RACE_STAND_IN(int, sigrelse, (int number))
{
	race_unsafe_forget();
	return RACE_REAL(sigrelse)(number);
}

/* BSD's, of the first 32 signals. */
RACE_STAND_IN(int, sigblock, (int mask))
{
	race_unsafe_forget();
	return RACE_REAL(sigblock)(mask);
}

RACE_STAND_IN(int, sigsetmask, (int mask))
{
	race_unsafe_forget();
	return RACE_REAL(sigsetmask)(mask);
}
