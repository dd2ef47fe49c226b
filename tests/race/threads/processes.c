// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A race is told in the process that has it: after fork in a child, in a child's child, in
// one made by _Fork, in one that was executed, in a child of vfork (whose memory is its
// parent's, and so is the count).
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "two.h"

extern char **environ;
static atomic_int stop;
int in_child, in_grandchild, in_plain_child, in_new_image, in_borrowed;

#define RACE(name)                                                                     \
	static void name##_first(void) { name = 1; }                                   \
	static void name##_second(void) { name = 2; }                                  \
	static void race_##name(void) { run_two(name##_first, name##_second); }
RACE(in_child)
RACE(in_grandchild)
RACE(in_plain_child)
RACE(in_new_image)

static void *busy(void *unused)
{
	while (!stop)
		free(malloc(100));
	return unused;
}

static int status_of(pid_t child)
{
	int status;

	return waitpid(child, &status, 0) == child && WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static struct barrier turn;

static void *writes_first(void *unused)
{
	in_borrowed = 1;
	barrier_wait(&turn);
	return unused;
}

int main(int argc, char **argv)
{
	char *arguments[] = {argv[0], "new image", 0};
	int fork_status, plain_status, new_status;
	pthread_t thread, writer;
	pid_t child;

	if (argc == 2) {
		race_in_new_image();
		return 0;
	}
	pthread_create(&thread, 0, busy, 0);
	child = fork();
	if (!child) {
		race_in_child();
		child = fork();
		if (!child) {
			race_in_grandchild();
			exit(0);
		}
		exit(status_of(child) == 66 ? 0 : 1);
	}
	fork_status = status_of(child);
	child = _Fork();
	if (!child) {
		race_in_plain_child();
		_exit(0);
	}
	plain_status = status_of(child);
	if (posix_spawn(&child, argv[0], 0, 0, arguments, environ))
		return 1;
	new_status = status_of(child);
	fprintf(stderr, "ended with %d, %d, %d\n", fork_status, plain_status, new_status);

	barrier_init(&turn, 2);
	pthread_create(&writer, 0, writes_first, 0);
	barrier_wait(&turn);
	child = vfork();
	if (!child) {
		in_borrowed = 2;
		_exit(0);
	}
	status_of(child);
	stop = 1;
	pthread_join(thread, 0);
	pthread_join(writer, 0);
	return 0;
}

// CHECK: in_grandchild_second()
// CHECK: Found 1 data race(s)
// CHECK: Found 1 data race(s)
// CHECK: in_plain_child_second()
// CHECK: Found 1 data race(s)
// CHECK: in_new_image_second()
// CHECK: Found 1 data race(s)
// CHECK: ended with 66, 66, 66
// CHECK: Write {{.*}}by main thread
// CHECK: Previous write {{.*}}by thread T2
// CHECK-NEXT: writes_first()
// CHECK: Found 1 data race(s)
