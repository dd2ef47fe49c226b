// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A timer's notice runs in a thread that libc makes for it: after the timer was armed.
// 3,000 such threads, more than are told apart at once, none of which anybody saw created.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <time.h>

static sem_t told;
static int handed, notices;

static void notice(union sigval value)
{
	handed += *(int *)value.sival_ptr;
	notices++;
	sem_post(&told);
}

int main(void)
{
	static int one = 1;
	struct sigevent event = {.sigev_notify = SIGEV_THREAD,
				 .sigev_value.sival_ptr = &one,
				 .sigev_notify_function = notice};
	struct itimerspec soon = {.it_value.tv_nsec = 1000};
	timer_t timer;

	sem_init(&told, 0, 0);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer))
		return 1;
	for (int i = 0; i < 3000; i++) {
		handed = i;
		timer_settime(timer, 0, &soon, 0);
		sem_wait(&told);
	}
	timer_delete(timer);
	printf("%d %d\n", handed, notices);
	return 0;
}

// CHECK: 3000 3000
