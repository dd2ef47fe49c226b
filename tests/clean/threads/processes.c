// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A threaded process makes others in every way there is, and they end as without us: fork,
// fork in the child of a fork, _Fork, vfork, posix_spawn, exec, system, popen; handlers of
// pthread_atfork run in their order and may use locks.
//
// RUN: %clang %s -pthread -o %t && %t | FileCheck %s
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_int stop;
static long table[64];
static char steps[100];
static const char *self_path;

static void step(char c)
{
	size_t n = strlen(steps);

	steps[n] = c;
	steps[n + 1] = 0;
}

static void prepare_first(void) { step('2'); }
static void parent_first(void) { step('p'); }
static void child_first(void) { step('c'); }

static void prepare_second(void)
{
	pthread_mutex_lock(&lock);
	step('1');
}

static void parent_second(void)
{
	step('P');
	pthread_mutex_unlock(&lock);
}

static void child_second(void)
{
	step('C');
	pthread_mutex_unlock(&lock);
}

static void *busy(void *unused)
{
	while (!stop) {
		pthread_mutex_lock(&lock);
		table[rand() % 64]++;
		pthread_mutex_unlock(&lock);
		free(malloc(100));
	}
	return unused;
}

static void *adds_one(void *number)
{
	pthread_mutex_lock(&lock);
	*(int *)number += 1;
	pthread_mutex_unlock(&lock);
	return number;
}

static int in_thread(int number)
{
	pthread_t thread;

	pthread_create(&thread, 0, adds_one, &number);
	pthread_join(thread, 0);
	return number;
}

static int status_of(pid_t child)
{
	int status;

	if (child < 0 || waitpid(child, &status, 0) != child)
		return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -status;
}

static int forked_twice(void)
{
	pid_t child = fork();

	if (!child) {
		child = fork();
		if (!child)
			exit(in_thread(10));
		exit(in_thread(status_of(child)));
	}
	return status_of(child);
}

static int forked_without_handlers(void)
{
	pid_t child = _Fork();

	if (!child)
		_exit(21);
	return status_of(child);
}

static int vforked(void)
{
	pid_t child = vfork();

	if (!child) {
		execl(self_path, self_path, "31", (char *)0);
		_exit(1);
	}
	return status_of(child);
}

static int vforked_without_exec(void)
{
	pid_t child = vfork();

	if (!child)
		_exit(32);
	return status_of(child);
}

static int spawned(void)
{
	char *arguments[] = {(char *)self_path, "41", 0};
	pid_t child;

	if (posix_spawn(&child, self_path, 0, 0, arguments, environ))
		return -1;
	return status_of(child);
}

static int by_shell(void)
{
	char command[5000];
	int status;

	snprintf(command, sizeof(command), "exec '%s' 51", self_path);
	status = system(command);
	return WEXITSTATUS(status);
}

static int by_pipe(void)
{
	char command[5000], word[100] = "";
	FILE *pipe;

	snprintf(command, sizeof(command), "'%s' 61; echo $?", self_path);
	pipe = popen(command, "r");
	if (!fgets(word, sizeof(word), pipe) || pclose(pipe) != 0)
		return -1;
	return atoi(word);
}

int main(int argc, char **argv)
{
	pthread_t threads[2];

	self_path = argv[0];
	if (argc == 2)
		return atoi(argv[1]);
	pthread_atfork(prepare_first, parent_first, child_first);
	pthread_atfork(prepare_second, parent_second, child_second);
	for (int i = 0; i < 2; i++)
		pthread_create(&threads[i], 0, busy, 0);
	printf("%d %d %d %d %d %d %d\n", forked_twice(), forked_without_handlers(), vforked(),
	       vforked_without_exec(), spawned(), by_shell(), by_pipe());
	printf("%s\n", steps);
	fflush(stdout);
	if (argc == 1) {
		execl(self_path, self_path, "again", "0", (char *)0);
		return 1;
	}
	stop = 1;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], 0);
	return 0;
}

// CHECK: 12 21 31 32 41 51 61
// CHECK-NEXT: 12pP
// CHECK-NEXT: 12 21 31 32 41 51 61
// CHECK-NEXT: 12pP
