/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_send.c - signals are sent, by a call or by a timer that is set, and waited
 * for (signals.h).
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "alloc.h"
#include "intercept_touch.h"
#include "platform.h"
#include "signals.h"
#include "sync.h"
#include "unsafe.h"

static bool is_number(int number)
{
	return number > 0 && number <= 64;
}

static void to_process(int number)
{
	int kept = errno;

	race_unsafe_forget();
	race_signal_expect(number);
	if (race_is_threaded() && is_number(number))
		race_signal_to_process(race_self(), number);
	errno = kept;
}

/* A thread that nobody introduced is as good as the process. */
static void to_thread(const struct race_thread *thread, int number)
{
	int kept = errno;

	race_unsafe_forget();
	race_signal_expect(number);
	if (!race_is_threaded() || !is_number(number))
		return;
	if (thread)
		race_signal_to_thread(race_self(), thread, number);
	else
		race_signal_to_process(race_self(), number);
	errno = kept;
}

static const struct race_thread *thread_of(pthread_t handle)
{
	if (!race_is_threaded())
		return NULL;
	return pthread_equal(handle, pthread_self()) ? race_self() : race_thread_find(handle);
}

static const struct race_thread *thread_with(int kernel_tid)
{
	const struct race_thread *found = NULL;

	if (!race_is_threaded())
		return NULL;
	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids && !found; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		if (thread && thread->words && thread->kernel_tid == kernel_tid)
			found = thread;
	}
	race_thread_unlock();
	return found;
}

/* ---- sent at once ---- */

RACE_STAND_IN(int, kill, (pid_t pid, int number))
{
	if (pid <= 0 || pid == race_sys_getpid())
		to_process(number);
	return RACE_REAL(kill)(pid, number);
}

RACE_STAND_IN(int, sigqueue, (pid_t pid, int number, const union sigval value))
{
	if (pid == race_sys_getpid())
		to_process(number);
	return RACE_REAL(sigqueue)(pid, number, value);
}

RACE_STAND_IN(int, tgkill, (pid_t pid, pid_t tid, int number))
{
	if (pid == race_sys_getpid())
		to_thread(thread_with(tid), number);
	return RACE_REAL(tgkill)(pid, tid, number);
}

RACE_STAND_IN(int, pthread_kill, (pthread_t thread, int number))
{
	to_thread(thread_of(thread), number);
	return RACE_REAL(pthread_kill)(thread, number);
}

RACE_STAND_IN(int, pthread_sigqueue, (pthread_t thread, int number, const union sigval value))
{
	to_thread(thread_of(thread), number);
	return RACE_REAL(pthread_sigqueue)(thread, number, value);
}

RACE_STAND_IN(int, raise, (int number))
{
	race_unsafe_forget();
	return RACE_REAL(raise)(number);
}

/* ---- sent later ---- */

RACE_STAND_IN(unsigned, alarm, (unsigned seconds))
{
	to_process(SIGALRM);
	return RACE_REAL(alarm)(seconds);
}

RACE_STAND_IN(useconds_t, ualarm, (useconds_t first, useconds_t then))
{
	to_process(SIGALRM);
	return RACE_REAL(ualarm)(first, then);
}

RACE_STAND_IN_FOR(int, setitimer,
                  (__itimer_which_t which, const struct itimerval *restrict time,
                   struct itimerval *restrict old),
                  (which, time, old))
{
	int result;

	race_reads(&by, time, time ? sizeof(*time) : 0);
	to_process(which == ITIMER_REAL ? SIGALRM : which == ITIMER_VIRTUAL ? SIGVTALRM : SIGPROF);
	result = RACE_REAL(setitimer)(which, time, old);
	race_writes(&by, old, result == 0 && old ? sizeof(*old) : 0);
	return result;
}

/* ---- waited for ---- */

static void received(int number, const siginfo_t *info)
{
	int kept = errno;

	if (is_number(number) && race_is_threaded())
		race_signal_received(race_self(), number, info);
	errno = kept;
}

RACE_STAND_IN_FOR(int, sigwait, (const sigset_t *restrict set, int *restrict number), (set, number))
{
	int result;

	race_reads_signals(&by, set);
	result = RACE_CALL_WAITS(-1, by.pc, "sigwait", RACE_REAL(sigwait)(set, number));
	if (result == 0) {
		received(*number, NULL);
		race_writes(&by, number, sizeof(*number));
	}
	return result;
}

static int waited(const struct race_caller *by, int number, siginfo_t *info, const siginfo_t *own)
{
	received(number, own);
	race_writes(by, info, info && number >= 0 ? sizeof(*info) : 0);
	return number;
}

RACE_STAND_IN_FOR(int, sigtimedwait,
                  (const sigset_t *restrict set, siginfo_t *restrict info,
                   const struct timespec *restrict time),
                  (set, info, time))
{
	siginfo_t own, *to = info ? info : &own;

	race_reads_signals(&by, set);
	race_reads_time(&by, time);
	return waited(&by, RACE_CALL_WAITS(-1, by.pc, "sigtimedwait",
	                 RACE_REAL(sigtimedwait)(set, to, time)), info, to);
}

RACE_STAND_IN_FOR(int, sigwaitinfo, (const sigset_t *restrict set, siginfo_t *restrict info),
                  (set, info))
{
	siginfo_t own, *to = info ? info : &own;

	race_reads_signals(&by, set);
	return waited(&by, RACE_CALL_WAITS(-1, by.pc, "sigwaitinfo",
	                 RACE_REAL(sigwaitinfo)(set, to)), info, to);
}
