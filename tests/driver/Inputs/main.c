/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * main.c - half of a program in two files: races with the other half.
 */
#include "half.h"

int main(void)
{
	run_two(half, other_half);
	return 0;
}

void half(void)
{
	shared = 1;
}
