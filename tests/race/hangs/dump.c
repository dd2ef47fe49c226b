// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SIGQUIT tells what each thread does: in Go's words, with its stack, what it waits for,
// who holds that and where it was taken, and what it holds; then the circle. It ends the
// process with status 2, or not.
//
// Under a storm of signals there is no moment at which twelve threads sleep: serves.c is for it.
// UNSUPPORTED: timer
//
// RUN: %race_cc -O0 %s -o %t && %expect 2 env RACE_OPTIONS=detect_deadlocks=0 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 2 env RACE_OPTIONS=detect_deadlocks=0 %t | FileCheck %s
// RUN: %expect 0 env RACE_OPTIONS="detect_deadlocks=0 dump_signal_exit=0 log_path=%t.log" %t | FileCheck --check-prefix=ON %s
// RUN: cat %t.log.* | FileCheck %s && rm %t.log.*
// RUN: %expect 2 env RACE_OPTIONS="detect_deadlocks=0 format=json" %t >%t.json && python3 %support/check_dump.py %t.json | FileCheck --check-prefix=JSON %s
// RUN: %expect 2 env RACE_OPTIONS="detect_deadlocks=0 format=sarif log_path=stdout" %t >%t.sarif && python3 %support/check_sarif.py %t.sarif | FileCheck --check-prefix=SARIF %s

#define _GNU_SOURCE
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "asleep.h"
#include "barrier.h"

#define NOINLINE __attribute__((noinline))

static struct account {
	long balance;
	pthread_mutex_t lock;
} *account;
static pthread_mutex_t a = PTHREAD_MUTEX_INITIALIZER, b = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t meeting;
static mtx_t c11;
static sem_t empty;
static struct barrier both_taken, taken, running;
static pthread_t left_thread;
static volatile long turns;

NOINLINE static void take(pthread_mutex_t *lock)
{
	pthread_mutex_lock(lock);
}

static void *left(void *unused)
{
	pthread_setname_np(pthread_self(), "left");
	take(&a);
	barrier_wait(&both_taken);
	take(&b);
	return unused;
}

static void *right(void *unused)
{
	take(&b);
	barrier_wait(&both_taken);
	take(&a);
	return unused;
}

static void *reader(void *unused)
{
	pthread_rwlock_rdlock(&table);
	take(&account->lock);
	barrier_wait(&taken);
	mtx_lock(&c11);
	return unused;
}

static void *writer(void *unused)
{
	barrier_wait(&taken);
	pthread_rwlock_wrlock(&table);
	return unused;
}

static void *owner(void *unused)
{
	barrier_wait(&taken);
	pthread_mutex_lock(&account->lock);
	return unused;
}

static void *waits(void *unused)
{
	pthread_mutex_t own = PTHREAD_MUTEX_INITIALIZER;

	pthread_mutex_lock(&own);
	pthread_cond_wait(&never, &own);
	return unused;
}

static void *meets(void *unused)
{
	pthread_barrier_wait(&meeting);
	return unused;
}

static void *takes_one(void *unused)
{
	sem_wait(&empty);
	return unused;
}

static void *joins(void *unused)
{
	pthread_join(left_thread, 0);
	return unused;
}

static void *sleeps(void *unused)
{
	while (sleep(1000)) /* a signal's handler ends it */
		;
	return unused;
}

static void *reads(void *pipe)
{
	char c;

	read(*(int *)pipe, &c, 1);
	return pipe;
}

static void *runs(void *unused)
{
	turns++, barrier_wait(&running); /* it is seen here, however late it goes on */
	for (;;)
		turns++;
	return unused;
}

int main(void)
{
	void *(*routine[])(void *) = { right, reader, writer, owner, waits, meets, meets,
				       takes_one, joins, sleeps, runs };
	struct rlimit none = { 0, 0 };
	pthread_t thread;
	int fds[2];

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGQUIT, SIG_DFL);
	account = malloc(sizeof(*account));
	pthread_mutex_init(&account->lock, 0);
	pthread_barrier_init(&meeting, 0, 3);
	barrier_init(&both_taken, 2);
	barrier_init(&taken, 3);
	barrier_init(&running, 2);
	sem_init(&empty, 0, 0);
	mtx_init(&c11, mtx_plain);
	mtx_lock(&c11);
	pipe(fds);
	pthread_create(&left_thread, 0, left, 0);
	for (unsigned i = 0; i < sizeof(routine) / sizeof(routine[0]); i++)
		pthread_create(&thread, 0, routine[i], 0);
	pthread_create(&thread, 0, reads, fds);
	barrier_wait(&running);
	asleep_wait(12);
	raise(SIGQUIT); /* of the process, it may go to any thread */
	puts("goes on");
	fflush(stdout);
	_exit(0);
}

// CHECK: THREAD DUMP: 14 thread(s), asked for by signal 3
// CHECK: Main thread [running]:
// CHECK: main()
// CHECK: dump.c:[[@LINE-9]]
// CHECK: Holds mutex c11, global at {{.*}}dump.c:[[@LINE-137]], taken at:
// CHECK: Thread T1 'left' [mutex lock, {{[0-9]+ m?s}}]:
// CHECK-NEXT: pthread_mutex_lock()
// CHECK-NEXT: <libc>
// CHECK-NEXT: take()
// CHECK-NEXT: dump.c:[[@LINE-134]]
// CHECK-NEXT: left()
// CHECK-NEXT: dump.c:[[@LINE-128]]
// CHECK-NEXT: Waits for mutex b, global at {{.*}}dump.c:[[@LINE-149]]
// CHECK-NEXT: Held by thread T2, taken at:
// CHECK-NEXT: take()
// CHECK-NEXT: dump.c
// CHECK-NEXT: right()
// CHECK-NEXT: dump.c:[[@LINE-128]]
// CHECK: Holds mutex a, global at {{.*}}, taken at:
// CHECK: left()
// CHECK-NEXT: dump.c:[[@LINE-139]]
// CHECK: Created at:
// CHECK-NEXT: main()
// CHECK: Thread T2 [mutex lock
// CHECK: Held by thread T1 'left', taken at:
// CHECK: Thread T3 [mutex lock
// CHECK-NEXT: mtx_lock()
// CHECK: reader()
// CHECK: Waits for mutex c11
// CHECK-NEXT: Held by main thread, taken at:
// CHECK: Holds rwlock (to read) table, global
// CHECK: Holds mutex 0x{{.*}}, 8 bytes into a heap block of size 48, allocated by main thread
// CHECK: Thread T4 [rwlock write
// CHECK: Waits for rwlock table
// CHECK-NEXT: Held by thread T3, taken at:
// CHECK-NEXT: reader()
// CHECK: Thread T5 [mutex lock
// CHECK: Thread T6 [cond wait
// CHECK-NEXT: pthread_cond_wait()
// CHECK: Waits for condition never
// CHECK: Thread T7 [barrier 2/3
// CHECK: Waits for barrier meeting
// CHECK: Thread T8 [barrier 2/3
// CHECK: Thread T9 [semaphore
// CHECK: Waits for semaphore empty
// CHECK: Thread T10 [join T1
// CHECK: joins()
// CHECK: Thread T11 [sleep, {{[0-9]+}} {{m?s}}]
// CHECK: sleeps()
// CHECK: Thread T12 [running]:
// CHECK-NEXT: runs()
// CHECK: Thread T13 [IO wait read(fd {{[0-9]+}}, pipe), {{[0-9]+}} {{m?s}}]
// CHECK: reads()
// CHECK: DEADLOCK: thread T1 'left' waits for the mutex 0x{{.*}} of thread T2; thread T2 waits for the mutex 0x{{.*}} of thread T1 'left'

// ON: goes on

// JSON: 14 threads, 1 deadlocks
// JSON: 1 left: mutex lock pthread_mutex_lock b held by 2
// JSON: 12 None: running

// SARIF: result: THREAD DUMP: Thread T1 'left' [mutex lock, {{[0-9]+ m?s}}]; Waits for mutex b, global at {{.*}}dump.c:{{[0-9]+}}; Held by thread T2; Holds mutex a, global at {{.*}}; Created here at dump.c [[@LINE-186]]
// SARIF-NEXT: related: | Held by thread T2 | Holds mutex a, {{.*}} | Created here
// SARIF-NEXT: flows: {{.*}}left()<take() {{.*}}right()<take() {{.*}}left()<take() main()
// SARIF: result: THREAD DUMP: Thread T12 [running]; Created here at dump.c
// SARIF: result: DEADLOCK: thread T1 'left' waits for the mutex 0x{{.*}} of thread T2; thread T2 waits for the mutex 0x{{.*}} of thread T1 'left'
// SARIF: results: 15
