/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * half.c - the other half.
 */
#include "half.h"

int shared;

void other_half(void)
{
	shared = 2;
}
