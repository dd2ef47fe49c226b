// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is done after a timer was armed is not ordered before its notice.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <signal.h>
#include <time.h>

#include "barrier.h"

static struct barrier turn;
int shared;

static void notice(union sigval value)
{
	barrier_wait(&turn);
	shared = value.sival_int;
	barrier_wait(&turn);
}

int main(void)
{
	struct sigevent event = {.sigev_notify = SIGEV_THREAD, .sigev_notify_function = notice};
	struct itimerspec soon = {.it_value.tv_nsec = 1000};
	timer_t timer;

	barrier_init(&turn, 2);
	if (timer_create(CLOCK_MONOTONIC, &event, &timer))
		return 1;
	timer_settime(timer, 0, &soon, 0);
	shared = 1;
	barrier_wait(&turn);
	barrier_wait(&turn);
	return 0;
}

// CHECK: Write {{.*}}by thread T{{[0-9]+}}
// CHECK-NEXT: notice({{.*}})
// CHECK: Previous write {{.*}}by main thread
// CHECK: was not seen being created
// CHECK: Found 1 data race(s)
