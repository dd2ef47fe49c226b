// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A dump needs nothing of the program: its allocator's lock is never given back, the thread
// that is asked holds it, others wait for it, block the signal, or are in code that is not
// instrumented. And the program may ask by itself, into a descriptor of its own.
//
// RUN: %race_cc -I%S/../../../include -O0 %s -o %t && %expect 4 %t 2>&1 | FileCheck %s
// RUN: %race_cc -I%S/../../../include -O2 %s -o %t && %expect 4 %t 2>&1 | FileCheck %s
// RUN: rm -f %t.log.* && %expect 4 env RACE_OPTIONS="format=sarif log_path=%t.log" %t >%t.err
// RUN: sed 1d %t.err >%t.own && python3 %support/check_sarif.py %t.own %t.log.* | FileCheck --check-prefix=SARIF %s && rm %t.log.*

#define _GNU_SOURCE
#include <race.h>

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "asleep.h"
#include "barrier.h"

static struct barrier held, never;
static int stuck;
static void *memory[2];

/* The allocator of this program. */
ASLEEP_UNSEEN static void *get(size_t bytes)
{
	static char arena[1 << 20] __attribute__((aligned(16)));
	static size_t used;

	if (__atomic_load_n(&stuck, __ATOMIC_ACQUIRE))
		barrier_wait(&never);
	used += (bytes + 31) & ~15ul;
	return arena + used - ((bytes + 15) & ~15ul);
}

__attribute__((no_sanitize("thread"))) void *malloc(size_t bytes)
{
	return get(bytes);
}

__attribute__((no_sanitize("thread"))) void *calloc(size_t count, size_t bytes)
{
	return get(count * bytes);
}

__attribute__((no_sanitize("thread"))) void *realloc(void *old, size_t bytes)
{
	return old ? old : get(bytes);
}

__attribute__((no_sanitize("thread"))) void free(void *block)
{
	(void)block;
}

__attribute__((noinline)) static void allocates(int i)
{
	memory[i] = malloc(24);
}

static void *blocks_it(void *unused)
{
	sigset_t all;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, 0);
	barrier_wait(&held);
	barrier_wait(&held);
	allocates(0);
	return unused;
}

static void *waits(void *unused)
{
	barrier_wait(&held);
	barrier_wait(&held);
	allocates(1);
	return unused;
}

static void asks(int number)
{
	(void)number;
	write(2, "the program's own\n", 18);
	race_dump_threads(2);
	_exit(4);
}

int main(void)
{
	pthread_t thread;

	barrier_init(&held, 3);
	barrier_init(&never, 100);
	signal(SIGQUIT, asks);
	pthread_create(&thread, 0, blocks_it, 0);
	pthread_create(&thread, 0, waits, 0);
	barrier_wait(&held);
	__atomic_store_n(&stuck, 1, __ATOMIC_RELEASE);
	barrier_wait(&held);
	asleep_wait(2);
	kill(getpid(), SIGQUIT);
	return 1;
}

// CHECK: THREAD DUMP: 3 thread(s), asked for by signal 3
// CHECK: Main thread
// CHECK: main()
// CHECK: Thread T1 [syscall futex]:
// CHECK: allocates()
// CHECK: blocks_it()
// CHECK: Thread T2 [syscall futex]:
// CHECK: allocates()
// CHECK: waits()
// CHECK: the program's own
// CHECK: THREAD DUMP: 3 thread(s)
// CHECK-NOT: signal
// CHECK: Main thread [running]:
// CHECK: asks(
// CHECK: main()

// SARIF: THREAD DUMP: {{.*}}
// SARIF: results: [[#THREADS:]]
// SARIF: THREAD DUMP: {{.*}}
// SARIF: results: [[#THREADS]]
