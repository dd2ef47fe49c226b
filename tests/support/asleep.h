/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * asleep.h - asleep_wait(n) returns when n other threads of the process sleep in the
 * kernel, as /proc says. The detector sees nothing of it.
 */
#ifndef RACE_TEST_ASLEEP_H
#define RACE_TEST_ASLEEP_H

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ASLEEP_UNSEEN __attribute__((no_sanitize("thread"), unused))

/* Does /proc/self/task/<name>/syscall begin with a number? */
ASLEEP_UNSEEN static int asleep_is(const char *name)
{
	char path[64] = "/proc/self/task/", state = 'r';
	long fd;

	if (name[0] == '.')
		return 0;
	strcat(strcat(path, name), "/syscall");
	fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
	syscall(SYS_read, fd, &state, 1);
	syscall(SYS_close, fd);
	return state >= '0' && state <= '9';
}

static int asleep_all;

ASLEEP_UNSEEN static int asleep_now(void)
{
	long fd = syscall(SYS_openat, AT_FDCWD, "/proc/self/task", O_RDONLY | O_DIRECTORY), got;
	static char room[1 << 16];
	int count = 0;

	asleep_all = 0;
	while ((got = syscall(SYS_getdents64, fd, room, sizeof(room))) > 0)
		for (long at = 0; at < got; at += *(unsigned short *)(room + at + 16))
			asleep_all += room[at + 19] != '.', count += asleep_is(room + at + 19);
	syscall(SYS_close, fd);
	return count;
}

/* The caller, which asks, is in a system call itself. */
ASLEEP_UNSEEN static void asleep_wait(int threads)
{
	while (asleep_now() < threads + 1)
		sched_yield();
}

/* How many threads there are. */
ASLEEP_UNSEEN static int asleep_threads(void)
{
	asleep_now();
	return asleep_all;
}

#endif
