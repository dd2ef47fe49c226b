// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A thread is in a callback of libc's, which holds a lock that fork wants: of the list of
// streams. What it does there, and in a handler that interrupts it there, while another
// thread forks, does not keep the fork waiting for ever.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>

#include "asleep.h"
#include "case.h"

static atomic_int steps;
static struct barrier inside;

static void handler(int number)
{
	atomic_fetch_add(&steps, number == SIGUSR1);
}

/* Called by fflush(0). */
static ssize_t below(void *how, const char *text, size_t bytes)
{
	(void)text;
	barrier_wait(&inside);
	asleep_wait(1); /* in fork, which has no other place to sleep */
	if (*(int *)how)
		raise(SIGUSR1);
	else
		atomic_fetch_add(&steps, 1);
	return (ssize_t)bytes;
}

static void *flushes(void *how)
{
	FILE *stream = fopencookie(how, "w", (cookie_io_functions_t){ .write = below });

	fputs("text", stream);
	fflush(0);
	return 0;
}

int main(void)
{
	pthread_t thread;

	signal(SIGUSR1, handler);
	barrier_init(&inside, 2);
	for (int how = 0; how < 2; how++) {
		int status;
		pid_t child;

		pthread_create(&thread, 0, flushes, &how);
		barrier_wait(&inside);
		child = fork();
		if (!child)
			exit(atomic_load(&steps) == how + 1 ? 5 : 1);
		WANT(child, waitpid(child, &status, 0));
		WANT(5, WEXITSTATUS(status));
		pthread_join(thread, 0);
	}
	printf("%d steps\n", atomic_load(&steps));
	return 0;
}

// CHECK: 2 steps
