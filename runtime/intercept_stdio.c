/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_stdio.c - the lock of a FILE, for who takes it himself: flockfile and its
 * kin. That stdio's own functions take it, too, inside, is nobody's means of order.
 */
#define _GNU_SOURCE
#include <stdio.h>

#include "intercept.h"
#include "intercept_lock.h"

RACE_STAND_IN(void, flockfile, (FILE *file))
{
	RACE_REAL(flockfile)(file);
	race_lock_taken((uint64_t)file, RACE_HOLD_FILE, true, RACE_CALLER);
}

RACE_STAND_IN(int, ftrylockfile, (FILE *file))
{
	int result = RACE_REAL(ftrylockfile)(file);

	if (result == 0)
		race_lock_taken((uint64_t)file, RACE_HOLD_FILE, false, RACE_CALLER);
	return result;
}

RACE_STAND_IN(void, funlockfile, (FILE *file))
{
	race_lock_giving((uint64_t)file);
	RACE_REAL(funlockfile)(file);
}
