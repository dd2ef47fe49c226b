/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_kept.c - what one copy of the process kept, the next one finds at the same place; of
 * one that ended early, or had to keep something elsewhere, it finds nothing.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kept.h"
#include "self.h"

#define MORE_THAN_ALL (2ull << 30)

static char stack[1 << 20];

/* As dump.c makes one: its status. */
static int copy(int (*act)(void *))
{
	int status;
	pid_t pid = clone(act, stack + sizeof(stack), SIGCHLD, NULL);

	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define CHECK(holds) do { if (!(holds)) _exit(__LINE__ % 200 + 1); } while (0)

static void begin(void)
{
	race_alone = true;
	race_kept_begin();
}

static int writes(void *unused)
{
	char **root;

	(void)unused;
	begin();
	root = (char **)race_kept_root();
	CHECK(root && !*root);
	/* By the door that libbacktrace comes through. */
	*root = mmap(NULL, 5000, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(*root != MAP_FAILED);
	memcpy(*root + 4990, "kept", 5);
	race_kept_end();
	_exit(0);
}

static int finds(void *unused)
{
	char **root;

	(void)unused;
	begin();
	root = (char **)race_kept_root();
	CHECK(root && *root && !strcmp(*root + 4990, "kept"));
	race_kept_end();
	_exit(0);
}

static int finds_nothing(void *unused)
{
	(void)unused;
	begin();
	CHECK(race_kept_root() && !*race_kept_root());
	race_kept_end();
	_exit(0);
}

static int ends_early(void *unused)
{
	(void)unused;
	begin();
	CHECK(race_kept_root() && *race_kept_root());
	_exit(0);
}

static int keeps_elsewhere(void *unused)
{
	(void)unused;
	begin();
	CHECK(race_kept_root() && *race_kept_root());
	CHECK(!race_kept_map(MORE_THAN_ALL, -1, 0));
	race_kept_end();
	_exit(0);
}

static int forgets(void *unused)
{
	char *again;

	(void)unused;
	begin();
	CHECK(race_kept_root() && *race_kept_root());
	race_kept_forget();
	CHECK(!*race_kept_root());
	again = race_kept_map(8192, -1, 0);
	CHECK(again && !again[4990] && !again[8191]);
	race_kept_end();
	_exit(0);
}

static void test_next_copy_finds_it(void **state)
{
	(void)state;
	assert_null(race_kept_root());
	assert_int_equal(copy(writes), 0);
	assert_int_equal(copy(finds), 0);
	assert_int_equal(copy(finds), 0);
	assert_null(race_kept_root()); /* here it is not looked at */
}

static void test_not_of_one_that_failed(void **state)
{
	(void)state;
	assert_int_equal(copy(ends_early), 0);
	assert_int_equal(copy(finds_nothing), 0);
	assert_int_equal(copy(writes), 0);
	assert_int_equal(copy(keeps_elsewhere), 0);
	assert_int_equal(copy(finds_nothing), 0);
	assert_int_equal(copy(writes), 0);
	assert_int_equal(copy(forgets), 0);
	assert_int_equal(copy(finds_nothing), 0);
}

/* A file as mmap has it, with zeros behind its end; what is given back comes again as zeros. */
static int maps_a_file(void *unused)
{
	char path[] = "/tmp/race-test-kept-XXXXXX", *file, *next;
	int fd = mkstemp(path);

	(void)unused;
	begin();
	CHECK(fd >= 0 && write(fd, "0123456789", 10) == 10 && !unlink(path));
	file = mmap(NULL, 10, PROT_READ, MAP_PRIVATE, fd, 0);
	CHECK(file != MAP_FAILED && !strcmp(file, "0123456789"));
	CHECK(race_kept_unmap(file, 10));
	file = race_kept_map(4096, fd, 3);
	CHECK(file && !strcmp(file, "3456789"));
	next = race_kept_map(1, -1, 0);
	CHECK(next == file + 4096);
	CHECK(!munmap(next, 1));
	CHECK(race_kept_map(4097, -1, 0) == next && !next[0]);
	CHECK(!race_kept_unmap(stack, 4096));
	CHECK(!race_kept_map(10, 12345, 0)); /* no such file: an error is the caller's */
	_exit(0);
}

static void test_maps_as_the_kernel(void **state)
{
	(void)state;
	assert_int_equal(copy(maps_a_file), 0);
}

/* A child of the program's own is no copy: it shares nothing. */
static void test_child_has_its_own(void **state)
{
	(void)state;
	assert_int_equal(copy(finds_nothing), 0); /* the test before did not come to its end */
	assert_int_equal(copy(writes), 0);
	race_kept_forked();
	assert_int_not_equal(copy(ends_early), 0);
	race_kept_open();
	assert_int_equal(copy(finds_nothing), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next_copy_finds_it),
		cmocka_unit_test(test_not_of_one_that_failed),
		cmocka_unit_test(test_maps_as_the_kernel),
		cmocka_unit_test(test_child_has_its_own),
	};

	race_kept_open();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
