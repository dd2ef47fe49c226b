/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * child.h - what a function says on stderr, and the status with which it ends, in a process
 * of its own: for what ends the process, or spoils it for the tests behind.
 */
#ifndef RACE_TEST_CHILD_H
#define RACE_TEST_CHILD_H

#include <stdbool.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs `act(argument)` in a child whose stderr is read into `out`, at most `room` - 1 bytes
 * and a 0. Returns the child's exit status; 0 when `act` returned. */
static int child_stderr(void (*act)(const void *argument), const void *argument, char *out,
                        size_t room)
{
	int ends[2], status;
	size_t used = 0;
	ssize_t got;
	pid_t child;

	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		dup2(ends[1], 2);
		act(argument);
		_exit(0);
	}
	close(ends[1]);
	while ((got = read(ends[0], out + used, room - 1 - used)) > 0)
		used += (size_t)got;
	out[used] = 0;
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Is `text` one line, with its end? */
static inline bool child_said_one_line(const char *text)
{
	const char *end = strchr(text, '\n');

	return end && !end[1];
}

#endif
