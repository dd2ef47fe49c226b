// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All threads block the signal that asks for a dump, and all wait: it is seen pending, and
// stays so. With hang_after nobody has to ask.
//
// RUN: %race_cc -O0 %s -o %t && %expect 4 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 4 %t | FileCheck %s
// RUN: %expect 4 env RACE_OPTIONS=hang_after=1 %t unasked | FileCheck %s
// RUN: %expect 4 env RACE_OPTIONS="dump_signal=0 hang_after=1" %t unasked | FileCheck %s

#define _GNU_SOURCE
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "asleep.h"
#include "barrier.h"

static struct barrier running;
static sem_t never;
static int asked;

static void *waits(void *unused)
{
	barrier_wait(&running);
	sem_wait(&never);
	return unused;
}

/* When the dump must have come: then the signal is still there. */
static void end(int number)
{
	sigset_t pending;

	sigpending(&pending);
	_exit(sigismember(&pending, SIGQUIT) == asked ? 4 : number);
}

/* A process of its own: asks when both threads wait, and when they have been told (stderr is
 * a file) stays for a second dump that must not come. */
ASLEEP_UNSEEN static void child(pid_t parent)
{
	struct stat told = { 0 };

	while (asleep_of(parent) < 2)
		sched_yield();
	if (asked)
		syscall(SYS_kill, parent, SIGQUIT);
	for (int tries = 0; tries < 6000 && told.st_size == 0; tries++) {
		poll(0, 0, 10);
		syscall(SYS_fstat, 2, &told);
	}
	poll(0, 0, 2000);
	syscall(SYS_kill, parent, SIGALRM);
	syscall(SYS_exit_group, 0);
}

int main(int count, char **unasked)
{
	pid_t parent = getpid();
	pthread_t thread;
	sigset_t quit;

	(void)unasked;
	asked = count == 1;
	prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY); /* it reads what we wait for */
	if (fork() == 0)
		child(parent);
	sem_init(&never, 0, 0);
	barrier_init(&running, 2);
	signal(SIGALRM, end);
	sigemptyset(&quit);
	sigaddset(&quit, SIGQUIT);
	pthread_sigmask(SIG_BLOCK, &quit, 0);
	pthread_create(&thread, 0, waits, 0);
	waits(0);
	return 0;
}

// CHECK: THREAD DUMP: 2 thread(s)
// CHECK: Main thread [semaphore, {{[0-9]+ m?s}}]:
// CHECK: main()
// CHECK: Waits for semaphore never
// CHECK: Thread T1 [semaphore, {{[0-9]+ m?s}}]:
// CHECK: waits()
// CHECK-NOT: THREAD DUMP
