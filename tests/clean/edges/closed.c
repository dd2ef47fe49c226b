// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Descriptors used by one thread and closed by another behind it: ordered by a lock, a join,
// what came through the descriptor; numbers that are given out anew; answers to what another
// thread asked; a child of a fork closes what the parent's threads used.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "two.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int locked, ends[2], asked[2], null, replaced, in_child;
static char bytes[8];

static void want(int true_)
{
	if (!true_)
		abort();
}

static void first(void)
{
	pthread_mutex_lock(&lock);
	want(write(locked, "x", 1) == 1);
	pthread_mutex_unlock(&lock);
	/* What comes through tells that it was sent. */
	want(write(ends[1], "x", 1) == 1);
	/* The other end answers, and this thread does not use it any more. */
	want(send(asked[0], "?", 1, 0) == 1);
	want(write(replaced, "x", 1) == 1);
	want(write(in_child, "x", 1) == 1);
	/* A number, closed and given out anew. */
	want(close(null) == 0);
	null = open("/dev/null", O_WRONLY);
}

static void second(void)
{
	int fd, status;

	pthread_mutex_lock(&lock);
	close(locked);
	pthread_mutex_unlock(&lock);
	want(read(ends[0], bytes, 1) == 1);
	close(ends[1]);
	close(ends[0]);
	want(recv(asked[0], bytes, 1, 0) == 1);
	close(asked[0]);
	/* One file for the other in one step. */
	want(dup2(locked + 100, replaced) == replaced);
	fd = open("/dev/null", O_WRONLY);
	want(fd >= 0 && write(fd, "x", 1) == 1 && close(fd) == 0);
	if (fork() == 0)
		_exit(close(in_child) != 0);
	want(wait(&status) > 0 && status == 0);
}

/* Another process, for all that the detector knows. */
static void answer(void)
{
	if (fork() == 0) {
		char byte;

		_exit(read(asked[1], &byte, 1) != 1 || write(asked[1], "!", 1) != 1);
	}
}

int main(void)
{
	int status;

	locked = open("/dev/null", O_WRONLY);
	null = open("/dev/null", O_WRONLY);
	replaced = open("/dev/null", O_WRONLY);
	in_child = open("/dev/null", O_WRONLY);
	want(dup2(null, locked + 100) >= 0 && pipe(ends) == 0);
	want(socketpair(AF_UNIX, SOCK_STREAM, 0, asked) == 0);
	answer();
	run_two(first, second);
	want(wait(&status) > 0 && status == 0);
	return 0;
}
