// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers of pthread_atfork run in the thread that forks: neither their registration by
// another nor the fork orders them with what others do. Told in the parent, and by the
// child of its own.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "two.h"

int before_fork, behind_fork, of_child;

static void prepare(void)
{
	before_fork = 2;
}

static void in_parent(void)
{
	behind_fork = 2;
}

static void child_first(void) { of_child = 1; }
static void child_second(void) { of_child = 2; }

static void in_child(void)
{
	run_two(child_first, child_second);
}

static void registers(void)
{
	pthread_atfork(prepare, in_parent, in_child);
	before_fork = 1;
	behind_fork = 1;
}

static void forks(void)
{
	int status;
	pid_t child = fork();

	if (!child)
		exit(0);
	waitpid(child, &status, 0);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 66)
		puts("wrong");
}

int main(void)
{
	run_two(registers, forks);
	return 0;
}

// CHECK-NOT: wrong
// CHECK: prepare()
// CHECK: Previous write
// CHECK: registers()
// Parent and child report side by side.
// CHECK-DAG: child_second()
// CHECK-DAG: child_first()
// CHECK-DAG: in_parent()
// CHECK-NOT: wrong
