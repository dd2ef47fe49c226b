// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A race in the child of a fork is the child's: reported there, in its exit status. The
// parent raced before; the child does not count that.
//
// RUN: %race_cc -O0 %s -o %t && %expect 66 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 66 %t | FileCheck %s

#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "two.h"

int in_parent, in_child;

static void parent_first(void) { in_parent = 1; }
static void parent_second(void) { in_parent = 2; }
static void child_first(void) { in_child = 1; }
static void child_second(void) { in_child = 2; }

static int child_status(int race)
{
	int status;
	pid_t child = fork();

	if (!child) {
		if (race)
			run_two(child_first, child_second);
		exit(0);
	}
	waitpid(child, &status, 0);
	return WEXITSTATUS(status);
}

int main(void)
{
	int racy, quiet;

	run_two(parent_first, parent_second);
	racy = child_status(1);
	quiet = child_status(0);
	printf("children ended with %d and %d\n", racy, quiet);
	return 0;
}

// CHECK: children ended with 66 and 0
// CHECK: parent_second()
// CHECK: child_second()
// CHECK: Found 1 data race(s)
// CHECK: Found 1 data race(s)
