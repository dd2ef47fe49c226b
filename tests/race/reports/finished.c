// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The earlier access is that of a thread which has ended, though nobody joined it: the report
// says so, and knows its name and where it was created, by another thread.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

int counter;
static pid_t worker_id;
static pthread_t workers_thread;

static void *worker(void *unused)
{
	pthread_setname_np(pthread_self(), "worker");
	counter = 1;
	__atomic_store_n(&worker_id, (pid_t)syscall(SYS_gettid), __ATOMIC_RELAXED);
	return unused;
}

__attribute__((noinline)) static void hire(void)
{
	pthread_create(&workers_thread, 0, worker, 0);
}

static void *manager(void *unused)
{
	hire();
	pthread_join(workers_thread, 0);
	return unused;
}

int main(void)
{
	pthread_t thread;
	pid_t id;

	pthread_create(&thread, 0, manager, 0);
	while (!(id = __atomic_load_n(&worker_id, __ATOMIC_RELAXED)))
		sched_yield();
	/* Gone for the kernel; what it did comes before nothing that this thread knows of. */
	while (syscall(SYS_tgkill, getpid(), id, 0) == 0)
		sched_yield();
	counter = 2;
	pthread_join(thread, 0);
	return 0;
}

// CHECK: {{^}}Write of size 4 at {{.*}} by main thread:
// CHECK-NEXT: main()
// CHECK: {{^}}Previous write of size 4 at {{.*}} by thread T2 'worker':
// CHECK-NEXT: worker(
// CHECK-NOT: {{^}}Thread T1
// CHECK: {{^}}Thread T2 'worker' (finished) created by thread T1 at:
// CHECK-NEXT: hire()
// CHECK-NEXT: finished.c:
// CHECK-NEXT: manager(
// CHECK: Found 1 data race(s)
