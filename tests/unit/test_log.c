/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_log.c - records one behind the other, and a document that is whole after each
 * piece; a forked child has a file of its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"
#include "options.h"

static char folder[] = "/tmp/race_test_log.XXXXXX";
static char name[128];

static void assert_log(pid_t pid, const char *expected)
{
	char path[160], text[256];
	struct stat facts;
	size_t used;
	FILE *file;

	snprintf(path, sizeof(path), "%s.%d", name, (int)pid);
	assert_int_equal(stat(path, &facts), 0);
	assert_int_equal(facts.st_mode & 0777, 0600);
	file = fopen(path, "r");
	assert_non_null(file);
	used = fread(text, 1, sizeof(text) - 1, file);
	fclose(file);
	text[used] = 0;
	assert_string_equal(text, expected);
	unlink(path);
}

static void put(void (*write_it)(struct race_text *), const char *words)
{
	struct race_text text = { 0 };

	race_text_string(&text, words);
	write_it(&text);
	assert_int_equal(text.used, 0);
	race_text_free(&text);
}

static void piece(struct race_text *text)
{
	race_log_piece(text, "[", "]");
}

static void records(void **state)
{
	(void)state;
	put(race_log_write, "one\n");
	put(race_log_write, "two\n");
	assert_log(getpid(), "one\ntwo\n");
}

static void documents(void **state)
{
	int status;
	pid_t child;

	(void)state;
	put(piece, "1");
	put(piece, "2");
	child = fork();
	if (!child) {
		put(piece, "3");
		race_log_end("]");
		_exit(0);
	}
	waitpid(child, &status, 0);
	assert_int_equal(status, 0);
	put(piece, "4");
	race_log_end("]");
	assert_log(child, "[3]");
	assert_log(getpid(), "[1,\n2,\n4]");
	assert_false(race_log_is_terminal());
}

/* What somebody put there for us to overwrite stays as it is; the report goes to stderr. */
static void no_symbolic_link(void **state)
{
	char link[160], target[160], told[16] = { 0 };
	int pipes[2], kept = dup(2);
	struct stat facts;

	(void)state;
	snprintf(link, sizeof(link), "%s.%d", name, (int)getpid());
	snprintf(target, sizeof(target), "%s/target", folder);
	assert_int_equal(symlink(target, link), 0);
	assert_int_equal(pipe(pipes), 0);
	dup2(pipes[1], 2);
	put(race_log_write, "one\n");
	dup2(kept, 2);
	close(kept);
	assert_true(read(pipes[0], told, sizeof(told) - 1) > 0);
	assert_int_equal(stat(target, &facts), -1);
	assert_int_equal(unlink(link), 0);
	close(pipes[0]);
	close(pipes[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(records), cmocka_unit_test(documents),
					    cmocka_unit_test(no_symbolic_link) };
	int result;

	if (!mkdtemp(folder))
		return 1;
	snprintf(name, sizeof(name), "%s/log", folder);
	race_options.log_path = name;
	race_log_init();
	result = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(folder);
	return result;
}
