/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * tasks.h - the threads of this process as the kernel has them, librace's knowledge aside:
 * whether each runs or sleeps, and in which system call. (/proc/self/task/N/stat, syscall.)
 */
#ifndef RACE_TASKS_H
#define RACE_TASKS_H

#include "base.h"

#define RACE_CALL_NONE (-1)    /* it sleeps, but not in a system call */
#define RACE_CALL_UNKNOWN (-2) /* it runs, or the kernel does not say */

struct race_task {
	int32_t tid;
	char state; /* 'R', 'S', 'D', ... */
	char name[16];
	int64_t call; /* the number of its system call */
	uint64_t arg[6];
	uint64_t sp, pc; /* of the program, 0: unknown */
};

/* Fills in those of this process; returns how many. No lock, no memory but the caller's. */
uint32_t race_tasks_read(struct race_task *out, uint32_t most);

/* Does this thread of the process sleep, for all the kernel says? */
bool race_task_may_sleep(int32_t tid);

/* "futex", "epoll_wait", or NULL for those that do not block. *fd: is its first argument a
 * descriptor? */
const char *race_task_call_name(int64_t call, bool *fd);

#endif
