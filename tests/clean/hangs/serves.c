// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A server goes on serving while it is asked for dumps, one after the other: each is whole,
// and names what the first one named, though from the second on nothing is read anew; and
// again behind a library that was opened meanwhile, when all is.
//
// RUN: %race_cc -O0 %s -ldl -o %t && rm -f %t.log.* && %expect 0 env RACE_OPTIONS="dump_signal_exit=0 format=json log_path=%t.log" %t
// RUN: python3 %support/check_dump.py --each %t.log.* | sort -u | FileCheck %s && rm %t.log.*
// RUN: %race_cc -O2 %s -ldl -o %t && rm -f %t.log.* && %expect 0 env RACE_OPTIONS="dump_signal_exit=0 format=json log_path=%t.log" %t
// RUN: python3 %support/check_dump.py --each %t.log.* | sort -u | FileCheck %s && rm %t.log.*

#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>

#define ROUNDS 30
#define REQUESTS 100

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t asked = PTHREAD_COND_INITIALIZER, answered = PTHREAD_COND_INITIALIZER;
static int requests, answers, over;

static void *serve(void *unused)
{
	pthread_mutex_lock(&lock);
	while (!over) {
		if (requests) {
			requests--;
			answers++;
			pthread_cond_signal(&answered);
		} else {
			pthread_cond_wait(&asked, &lock);
		}
	}
	pthread_mutex_unlock(&lock);
	return unused;
}

__attribute__((noinline)) static void ask(int round)
{
	raise(SIGQUIT);
	pthread_mutex_lock(&lock);
	requests += REQUESTS;
	pthread_cond_broadcast(&asked);
	while (answers < (round + 1) * REQUESTS)
		pthread_cond_wait(&answered, &lock);
	pthread_mutex_unlock(&lock);
}

int main(void)
{
	pthread_t servers[2];

	for (int i = 0; i < 2; i++)
		pthread_create(&servers[i], 0, serve, 0);
	for (int round = 0; round < ROUNDS; round++) {
		if (round == ROUNDS / 2 && !dlopen("libresolv.so.2", RTLD_NOW))
			return 1;
		ask(round);
	}
	pthread_mutex_lock(&lock);
	over = 1;
	pthread_cond_broadcast(&asked);
	pthread_mutex_unlock(&lock);
	for (int i = 0; i < 2; i++)
		pthread_join(servers[i], 0);
	return answers != ROUNDS * REQUESTS;
}

// CHECK: {{^}}30 dumps, 3 threads, ask() main(){{$}}
// CHECK-NOT: {{.}}
