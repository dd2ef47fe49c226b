/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * storm_handler.c - for a test program under storm.c: a handler that does what programs
 * do, calls, accesses, atomics and locks, orders no threads, and is compiled with the
 * detector. The program does not know of it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static __thread long table[16];
static __thread char bytes[64];
static __thread pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_long interrupts;

__attribute__((noinline)) static void step(int i)
{
	table[i]++;
}

/* In a call that waits, glibc lets a thread be cancelled at any instruction, those of a handler
 * that interrupts the call among them: that would leave the mutex locked. (Not by its state:
 * when that allows cancellation again, glibc 2.36 ends the thread with NULL as its result.) */
static void interrupted(int number)
{
	int kept = errno, type;

	(void)number;
	pthread_setcanceltype(PTHREAD_CANCEL_DEFERRED, &type);
	step(1);
	bytes[1] = bytes[2];
	memset(bytes + 8, 1, 40);
	atomic_fetch_add_explicit(&interrupts, 1, memory_order_relaxed);
	if (pthread_mutex_trylock(&lock) == 0) {
		step(2);
		pthread_mutex_unlock(&lock);
	}
	pthread_setcanceltype(type, &type);
	errno = kept;
}

__attribute__((constructor)) static void install(void)
{
	struct sigaction action = { .sa_handler = interrupted, .sa_flags = SA_RESTART }, old;

	/* A test's library has this file, too, and may be closed. */
	if (sigaction(SIGURG, 0, &old) == 0 && old.sa_handler == SIG_DFL)
		sigaction(SIGURG, &action, 0);
}
