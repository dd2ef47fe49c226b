/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_tasks.c - the kernel's word about a thread that sleeps in a known call, and about the
 * one that asks.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "tasks.h"

static int fds[2];
static int32_t reader_tid;
static struct race_task tasks[64];

static void *reader(void *unused)
{
	char c;

	pthread_setname_np(pthread_self(), "odd) name (");
	__atomic_store_n(&reader_tid, (int32_t)syscall(SYS_gettid), __ATOMIC_RELEASE);
	assert_int_equal(syscall(SYS_read, fds[0], &c, 1), 1);
	return unused;
}

static const struct race_task *task_of(int32_t tid)
{
	uint32_t count = race_tasks_read(tasks, 64);

	for (uint32_t i = 0; i < count; i++)
		if (tasks[i].tid == tid)
			return &tasks[i];
	return NULL;
}

static void tells_what_each_does(void **state)
{
	const struct race_task *task;
	pthread_t thread;
	bool fd;

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(pthread_create(&thread, NULL, reader, NULL), 0);
	do
		task = task_of(__atomic_load_n(&reader_tid, __ATOMIC_ACQUIRE));
	while (!task || task->call != SYS_read || task->state != 'S'); /* read one after the other */
	assert_int_equal(task->arg[0], fds[0]);
	assert_string_equal(task->name, "odd) name (");
	assert_true(task->sp && task->pc);
	assert_string_equal(race_task_call_name(task->call, &fd), "read");
	assert_true(fd);
	task = task_of((int32_t)syscall(SYS_gettid));
	assert_non_null(task);
	assert_int_equal(task->state, 'R');
	assert_int_equal(write(fds[1], "", 1), 1);
	pthread_join(thread, NULL);
}

static void writes_no_more_than_fits(void **state)
{
	(void)state;
	assert_int_equal(race_tasks_read(tasks, 0), 0);
	assert_int_equal(race_tasks_read(tasks, 1), 1);
	assert_null(race_task_call_name(12345, &(bool){ false }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_what_each_does),
		cmocka_unit_test(writes_no_more_than_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
