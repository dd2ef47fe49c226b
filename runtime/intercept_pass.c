/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_pass.c - from one descriptor into the other, within the kernel: what came in
 * goes on with what is known already; what comes in meanwhile is handed on behind it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include "intercept_io.h"

static void passing(int from, int to)
{
	race_received(0, from);
	race_sending(to);
}

static ssize_t passed(ssize_t result, int from, int to)
{
	if (result > 0)
		passing(from, to);
	return race_sent(result, to);
}

RACE_STAND_IN_FOR(ssize_t, sendfile, (int to, int from, off_t *at, size_t bytes),
                  (to, from, at, bytes))
{
	passing(from, to);
	race_writes(&by, at, at ? sizeof(*at) : 0);
	return passed(RACE_REAL(sendfile)(to, from, at, bytes), from, to);
}

RACE_STAND_IN_FOR(ssize_t, sendfile64, (int to, int from, off64_t *at, size_t bytes),
                  (to, from, at, bytes))
{
	passing(from, to);
	race_writes(&by, at, at ? sizeof(*at) : 0);
	return passed(RACE_REAL(sendfile64)(to, from, at, bytes), from, to);
}

RACE_STAND_IN_FOR(ssize_t, splice,
                  (int from, off64_t *from_at, int to, off64_t *to_at, size_t bytes,
                   unsigned flags),
                  (from, from_at, to, to_at, bytes, flags))
{
	race_writes(&by, from_at, from_at ? sizeof(*from_at) : 0);
	race_writes(&by, to_at, to_at ? sizeof(*to_at) : 0);
	passing(from, to);
	return passed(RACE_REAL(splice)(from, from_at, to, to_at, bytes, flags), from, to);
}

RACE_STAND_IN(ssize_t, tee, (int from, int to, size_t bytes, unsigned flags))
{
	passing(from, to);
	return passed(RACE_REAL(tee)(from, to, bytes, flags), from, to);
}

RACE_STAND_IN_FOR(ssize_t, copy_file_range,
                  (int from, off64_t *from_at, int to, off64_t *to_at, size_t bytes,
                   unsigned flags),
                  (from, from_at, to, to_at, bytes, flags))
{
	race_writes(&by, from_at, from_at ? sizeof(*from_at) : 0);
	race_writes(&by, to_at, to_at ? sizeof(*to_at) : 0);
	passing(from, to);
	return passed(RACE_REAL(copy_file_range)(from, from_at, to, to_at, bytes, flags), from,
	              to);
}
