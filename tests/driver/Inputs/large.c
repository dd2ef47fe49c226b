// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls what every copy of large.py's file has in the section `steps`, from two threads.
#include "two.h"

extern int (*const __start_steps[])(int, int), (*const __stop_steps[])(int, int);
int shared[1000];

/* Stacks of different depth are different races. */
static void down(int depth, int n, int who)
{
	if (depth)
		down(depth - 1, n, who);
	else
		__start_steps[n](n, who);
}

static void all(int who)
{
	for (int i = 0; i < __stop_steps - __start_steps; i++)
		down(i, i, who);
}
static void first(void) { all(1); }
static void second(void) { all(2); }
int main(void) { run_two(first, second); return 0; }
