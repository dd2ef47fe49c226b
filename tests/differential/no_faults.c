/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * no_faults.c - the runtime as it is.
 */
#include "faults.h"

bool fault_choose(const char *name)
{
	(void)name;
	return false;
}
