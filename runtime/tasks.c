/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * tasks.c - reading /proc/self/task (tasks.h).
 */
#include "tasks.h"

#include <fcntl.h>

#include "platform.h"
#include "print.h"

struct entry { /* of getdents64 */
	uint64_t inode, offset;
	uint16_t bytes;
	uint8_t kind;
	char name[];
};

/* Reads /proc/self/task/<tid>/<file>, ended by a zero; false: it is gone. */
static bool file_read(const char *tid, const char *file, char *text, size_t room)
{
	static const char folder[] = "/proc/self/task/";
	char path[64], *end = path;
	long fd, got;

	for (const char *c = folder; *c;)
		*end++ = *c++;
	while (*tid && end < path + 48)
		*end++ = *tid++;
	*end++ = '/';
	while ((*end++ = *file++))
		;
	fd = race_sys_open(path, O_RDONLY | O_CLOEXEC, 0);
	if (fd < 0)
		return false;
	got = race_sys_read((int)fd, text, room - 1);
	race_sys_close((int)fd);
	text[got > 0 ? got : 0] = 0;
	return got > 0;
}

/* A number, 0x1f or 31 or -1, and the blanks before it. */
static int64_t number(const char **text)
{
	const char *c = *text;
	unsigned base = 10;
	uint64_t value = 0;
	bool minus;

	while (*c == ' ')
		c++;
	minus = *c == '-';
	c += minus;
	if (c[0] == '0' && c[1] == 'x') {
		base = 16;
		c += 2;
	}
	for (;; c++) {
		if (*c >= '0' && *c <= '9')
			value = value * base + (unsigned)(*c - '0');
		else if (base == 16 && *c >= 'a' && *c <= 'f')
			value = value * base + (unsigned)(*c - 'a' + 10);
		else
			break;
	}
	*text = c;
	return minus ? -(int64_t)value : (int64_t)value;
}

/* "1234 (name) S ..."; the name may hold anything. */
static void stat_parse(struct race_task *task, const char *text)
{
	const char *open = text, *close = text;
	uint32_t length = 0;

	while (*open && *open != '(')
		open++;
	for (const char *c = open; *c; c++)
		close = *c == ')' ? c : close;
	if (close <= open)
		return;
	for (const char *c = open + 1; c < close && length < sizeof(task->name) - 1; c++)
		task->name[length++] = *c;
	task->name[length] = 0;
	if (close[1])
		task->state = close[2];
}

/* "running", "-1 SP PC", or "NUMBER ARG... SP PC". */
static void syscall_parse(struct race_task *task, const char *text)
{
	if (*text == 'r')
		return;
	task->call = number(&text);
	for (int i = 0; task->call >= 0 && i < 6; i++)
		task->arg[i] = (uint64_t)number(&text);
	task->sp = (uint64_t)number(&text);
	task->pc = (uint64_t)number(&text);
}

static void task_read(struct race_task *task, const char *tid)
{
	const char *digits = tid;
	char text[512];

	*task = (struct race_task){ .tid = (int32_t)number(&digits), .call = RACE_CALL_UNKNOWN };
	if (file_read(tid, "stat", text, sizeof(text)))
		stat_parse(task, text);
	if (file_read(tid, "syscall", text, sizeof(text)))
		syscall_parse(task, text);
}

bool race_task_may_sleep(int32_t tid)
{
	struct race_number digits = race_number((uint64_t)tid);
	struct race_task task = { .state = 'S' };
	char text[512];

	if (file_read(digits.text, "stat", text, sizeof(text)))
		stat_parse(&task, text);
	return task.state == 'S';
}

uint32_t race_tasks_read(struct race_task *out, uint32_t most)
{
	long fd = race_sys_open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), got;
	uint64_t room[256];
	uint32_t count = 0;

	if (fd < 0)
		return 0;
	while ((got = race_syscall(__NR_getdents64, fd, (long)room, sizeof(room), 0, 0, 0)) > 0)
		for (long at = 0; at < got && count < most;) {
			const struct entry *entry = (const struct entry *)((const char *)room + at);

			if (entry->name[0] != '.')
				task_read(&out[count++], entry->name);
			at += entry->bytes;
		}
	race_sys_close((int)fd);
	return count;
}

const char *race_task_call_name(int64_t call, bool *fd)
{
	static const struct {
		short number;
		bool fd;
		const char *name;
	} calls[] = {
#define CALL(name, fd) { __NR_##name, fd, #name }
		CALL(read, true),          CALL(write, true),         CALL(readv, true),
		CALL(writev, true),        CALL(pread64, true),       CALL(pwrite64, true),
		CALL(recvfrom, true),      CALL(recvmsg, true),       CALL(recvmmsg, true),
		CALL(sendto, true),        CALL(sendmsg, true),       CALL(sendmmsg, true),
		CALL(accept, true),        CALL(accept4, true),       CALL(connect, true),
		CALL(fsync, true),         CALL(fdatasync, true),     CALL(flock, true),
		CALL(fcntl, true),         CALL(ioctl, true),         CALL(epoll_wait, true),
		CALL(epoll_pwait, true),   CALL(epoll_pwait2, true),  CALL(sendfile, true),
		CALL(splice, true),        CALL(poll, false),         CALL(ppoll, false),
		CALL(select, false),       CALL(pselect6, false),     CALL(open, false),
		CALL(openat, false),       CALL(wait4, false),        CALL(waitid, false),
		CALL(futex, false),        CALL(nanosleep, false),    CALL(clock_nanosleep, false),
		CALL(pause, false),        CALL(rt_sigsuspend, false), CALL(rt_sigtimedwait, false),
		CALL(mq_timedreceive, true), CALL(mq_timedsend, true), CALL(msgrcv, false),
		CALL(msgsnd, false),       CALL(semop, false),        CALL(semtimedop, false),
		CALL(io_getevents, false), CALL(io_uring_enter, true), CALL(vfork, false),
		CALL(sched_yield, false),  CALL(restart_syscall, false),
#undef CALL
	};

	*fd = false;
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (calls[i].number == call) {
			*fd = calls[i].fd;
			return calls[i].name;
		}
	return NULL;
}
