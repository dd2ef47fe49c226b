/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dump_state.c - what a thread does, in Go's words: from what its stand-in noted, else from
 * what the kernel says.
 */
#include <asm/unistd.h>
#include <string.h>

#include "dump.h"
#include "platform.h"

static const char *joined(struct race_names *names, const char *const *pieces)
{
	const char *text = race_names_begin(names);

	for (; *pieces; pieces++)
		race_names_add(names, *pieces, strlen(*pieces));
	race_names_end(names);
	return text;
}
#define JOINED(names, ...) joined(names, (const char *const[]){ __VA_ARGS__, NULL })

/* What a descriptor is: "socket", "pipe", "eventfd", or the file's name. */
static const char *descriptor_kind(int fd, struct race_names *names)
{
	const char *path = JOINED(names, "/proc/self/fd/", race_number((uint64_t)fd).text);
	char target[128];
	long length = race_sys_readlink(path, target, sizeof(target) - 1);
	char *colon;

	if (length <= 0)
		return "closed";
	target[length] = 0;
	if (!strncmp(target, "anon_inode:", 11)) { /* [eventfd] */
		char *name = target + 11 + (target[11] == '[');

		if ((colon = strchr(name, ']')))
			*colon = 0;
		return JOINED(names, name);
	}
	colon = target[0] == '/' ? NULL : strchr(target, ':'); /* socket:[123] */
	if (colon)
		*colon = 0;
	return JOINED(names, target);
}

static const char *io(const char *call, int fd, struct race_names *names)
{
	if (fd < 0)
		return JOINED(names, "IO wait ", call, "()");
	return JOINED(names, "IO wait ", call, "(fd ", race_number((uint64_t)fd).text, ", ",
		      descriptor_kind(fd, names), ")");
}

static const char *task_state(const struct race_task *task, struct race_names *names)
{
	const char *call;
	bool fd;

	if (!task || task->state == 'R' || task->call < 0)
		return task && (task->state == 'T' || task->state == 't') ? "stopped" :
		       task && task->state == 'D'			  ? "disk wait" :
									    "running";
	call = race_task_call_name(task->call, &fd);
	if (!call)
		return JOINED(names, "syscall ", race_number((uint64_t)task->call).text);
	switch (task->call) {
	case __NR_nanosleep:
	case __NR_clock_nanosleep:
		return "sleep";
	case __NR_poll:
	case __NR_ppoll:
	case __NR_select:
	case __NR_pselect6:
		return io(call, -1, names);
	case __NR_rt_sigtimedwait:
	case __NR_rt_sigsuspend:
	case __NR_pause:
		return "signal wait";
	case __NR_wait4:
	case __NR_waitid:
		return "process wait";
	default:
		return fd ? io(call, (int)task->arg[0], names) : JOINED(names, "syscall ", call);
	}
}

static const char *join_state(const struct race_wait *wait, struct race_names *names)
{
	if (!wait->detail)
		return "join main thread";
	return JOINED(names, "join T", race_number(wait->detail).text);
}

const char *race_dump_state(const struct race_wait *wait, const struct race_task *task,
			    uint32_t arrived, struct race_names *names)
{
	switch (wait->kind) {
	case RACE_WAIT_MUTEX:
		return "mutex lock";
	case RACE_WAIT_SPIN:
		return "spin lock";
	case RACE_WAIT_READ:
		return "rwlock read";
	case RACE_WAIT_WRITE:
		return "rwlock write";
	case RACE_WAIT_COND:
		return "cond wait";
	case RACE_WAIT_JOIN:
		return join_state(wait, names);
	case RACE_WAIT_BARRIER:
		return JOINED(names, "barrier ", race_number(arrived).text, "/",
			      race_number(wait->detail).text);
	case RACE_WAIT_SEMAPHORE:
		return "semaphore";
	default:
		return task_state(task, names);
	}
}
