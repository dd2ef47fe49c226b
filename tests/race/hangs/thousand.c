// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// 1,000 threads that wait for one lock are told within seconds (of the processor: how long
// that takes is the machine's), each whole.
//
// Under a storm of signals there is no moment at which all of them sleep.
// UNSUPPORTED: timer
//
// RUN: %race_cc -O0 %s -o %t && rm -f %t.log.* && %expect 0 env RACE_OPTIONS="dump_signal_exit=0 format=json log_path=%t.log" %t
// RUN: python3 %support/check_dump.py --each %t.log.* | sort -u | FileCheck %s && rm %t.log.*
// RUN: %race_cc -O2 %s -o %t && rm -f %t.log.* && %expect 0 env RACE_OPTIONS="dump_signal_exit=0 format=json log_path=%t.log" %t
// RUN: python3 %support/check_dump.py --each %t.log.* | sort -u | FileCheck %s && rm %t.log.*

#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>

#include "asleep.h"

#define THREADS 1000
#define SECONDS 10

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void *waits(void *unused)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
	return unused;
}

__attribute__((noinline)) static void ask(void)
{
	struct rusage used;

	raise(SIGQUIT);
	getrusage(RUSAGE_CHILDREN, &used); /* of the copy that looked around */
	if (used.ru_utime.tv_sec + used.ru_stime.tv_sec >= SECONDS)
		fprintf(stderr, "%ld s\n", (long)(used.ru_utime.tv_sec + used.ru_stime.tv_sec));
}

int main(void)
{
	static pthread_t thread[THREADS];
	pthread_attr_t small;

	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, PTHREAD_STACK_MIN + 65536);
	pthread_mutex_lock(&lock);
	for (int i = 0; i < THREADS; i++)
		if (pthread_create(&thread[i], &small, waits, 0))
			return 1;
	asleep_wait(THREADS);
	ask();
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < THREADS; i++)
		pthread_join(thread[i], 0);
	return 0;
}

// CHECK: {{^}}1 dumps, 1001 threads, ask() main(){{$}}
// CHECK-NOT: {{.}}
