// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// mq_notify: the notice's function runs in a thread that libc makes for it, after who asked
// for it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <fcntl.h>
#include <mqueue.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static sem_t told;
static int handed, notices;

static void notice(union sigval value)
{
	notices += *(int *)value.sival_ptr + handed;
	sem_post(&told);
}

int main(void)
{
	static int one = 1;
	struct sigevent event = { .sigev_notify = SIGEV_THREAD,
		                  .sigev_value.sival_ptr = &one,
		                  .sigev_notify_function = notice };
	struct mq_attr attr = { .mq_maxmsg = 4, .mq_msgsize = 8 };
	char name[64], message[8] = "x";
	mqd_t queue;

	snprintf(name, sizeof(name), "/race_notice_%d", (int)getpid());
	queue = mq_open(name, O_CREAT | O_RDWR | O_EXCL, 0600, &attr);
	if (queue == (mqd_t)-1)
		return 2;
	mq_unlink(name);
	sem_init(&told, 0, 0);
	for (int i = 0; i < 20; i++) {
		handed = i;
		if (mq_notify(queue, &event) || mq_send(queue, message, 8, 0))
			return 3;
		sem_wait(&told);
		mq_receive(queue, message, 8, 0);
	}
	printf("%d %d\n", mq_notify((mqd_t)-1, &event), notices);
	return 0;
}

// CHECK: -1 210
