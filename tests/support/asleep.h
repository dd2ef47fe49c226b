/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * asleep.h - asleep_wait(n) returns when n other threads of the process wait in the kernel
 * for something that has not come: in a call that waits, as /proc says, and not one that
 * has been woken and only has no processor yet. The detector sees nothing of it.
 */
#ifndef RACE_TEST_ASLEEP_H
#define RACE_TEST_ASLEEP_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define ASLEEP_UNSEEN __attribute__((no_sanitize("thread"), unused))

/* Does the futex at `address` still hold what is waited for to change? */
ASLEEP_UNSEEN static int asleep_unchanged(pid_t process, unsigned long address, unsigned value)
{
	unsigned now = value;
	struct iovec here = { &now, sizeof(now) }, there = { (void *)address, sizeof(now) };

	if (syscall(SYS_process_vm_readv, (long)process, &here, 1l, &there, 1l, 0l) < 0)
		return errno != EFAULT; /* we may not look */
	return now == value;
}

/* /proc/<process>/task/<name>/syscall: "NUMBER ARGUMENT...", or "running", or "-1 ..." */
ASLEEP_UNSEEN static int asleep_is(pid_t process, const char *name)
{
	char path[64], text[256], *at = text;
	unsigned long word[4];
	long fd, got;

	snprintf(path, sizeof(path), "/proc/%d/task/%s/syscall", (int)process, name);
	fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);
	got = syscall(SYS_read, fd, text, sizeof(text) - 1);
	syscall(SYS_close, fd);
	text[got > 0 ? got : 0] = 0;
	if (text[0] < '0' || text[0] > '9')
		return 0;
	for (int i = 0; i < 4; i++)
		word[i] = strtoul(at, &at, 0);
	switch (word[0]) {
	case SYS_futex: /* FUTEX_WAIT and FUTEX_WAIT_BITSET */
		return (word[2] & 127) % 9 || asleep_unchanged(process, word[1], (unsigned)word[3]);
	case SYS_read:
	case SYS_pause:
	case SYS_nanosleep:
	case SYS_clock_nanosleep:
	case SYS_readv:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_poll:
	case SYS_epoll_wait:
	case SYS_rt_sigtimedwait:
	case SYS_wait4:
		return 1;
	default: /* may sleep a little on its way */
		return 0;
	}
}

static int asleep_all; /* how many threads there are */

/* How many of a process wait; the caller does not. */
ASLEEP_UNSEEN static int asleep_of(pid_t process)
{
	static char path[64], room[1 << 16];
	int count = 0, me = (int)syscall(SYS_gettid);
	long fd, got;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
	fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_DIRECTORY);
	asleep_all = 0;
	while ((got = syscall(SYS_getdents64, fd, room, sizeof(room))) > 0)
		for (long at = 0; at < got; at += *(unsigned short *)(room + at + 16)) {
			const char *name = room + at + 19;

			if (name[0] == '.')
				continue;
			asleep_all++;
			count += atoi(name) != me && asleep_is(process, name);
		}
	syscall(SYS_close, fd);
	return count;
}

ASLEEP_UNSEEN static void asleep_wait(int threads)
{
	while (asleep_of(getpid()) < threads)
		sched_yield();
}

/* How many threads there are. */
ASLEEP_UNSEEN static int asleep_threads(void)
{
	asleep_of(getpid());
	return asleep_all;
}

#endif
