// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What was done after the notice of mq_notify was asked for is not ordered before it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "barrier.h"

static struct barrier turn;
int data;

static void notice(union sigval value)
{
	(void)value;
	barrier_wait(&turn);
	data = 2;
	barrier_wait(&turn);
}

int main(void)
{
	struct sigevent event = { .sigev_notify = SIGEV_THREAD, .sigev_notify_function = notice };
	struct mq_attr attr = { .mq_maxmsg = 4, .mq_msgsize = 8 };
	char name[64];
	mqd_t queue;

	barrier_init(&turn, 2);
	snprintf(name, sizeof(name), "/race_notice_%d", (int)getpid());
	queue = mq_open(name, O_CREAT | O_RDWR | O_EXCL, 0600, &attr);
	if (queue == (mqd_t)-1 || mq_unlink(name) || mq_notify(queue, &event) ||
	    mq_send(queue, "x", 1, 0))
		return 2;
	data = 1;
	barrier_wait(&turn);
	barrier_wait(&turn);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK-NEXT: Write of size 4
// CHECK-NEXT: notice()
// CHECK: Previous write of size 4
// CHECK-NEXT: main()
// CHECK: Found 1 data race(s)
