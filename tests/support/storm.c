/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * storm.c - storm PROGRAM ARG...: runs the program and sends it SIGURG every 100
 * microseconds, to one of its threads after the other; ends as it ends. Who has no
 * handler for SIGURG notices nothing; storm_handler.c has one.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUND 20 /* signals between two looks at which threads there are */

static int next_round(const char *tasks, pid_t *threads, int most)
{
	DIR *directory = opendir(tasks);
	struct dirent *entry;
	int count = 0;

	while (directory && count < most && (entry = readdir(directory)))
		if (atoi(entry->d_name) > 0)
			threads[count++] = atoi(entry->d_name);
	if (directory)
		closedir(directory);
	return count;
}

int main(int argc, char **argv)
{
	const struct timespec pause = { 0, 100000 };
	static pid_t threads[4096];
	char tasks[64];
	int status, count = 0;
	pid_t child;

	if (argc < 2)
		return 2;
	child = fork();
	if (child == 0) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	prctl(PR_SET_TIMERSLACK, 1000);
	snprintf(tasks, sizeof(tasks), "/proc/%d/task", child);
	for (unsigned i = 0; waitpid(child, &status, WNOHANG) == 0; i++) {
		if (i % ROUND == 0)
			count = next_round(tasks, threads, 4096);
		if (count)
			syscall(SYS_tgkill, child, threads[i % (unsigned)count], SIGURG);
		nanosleep(&pause, 0);
	}
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
	signal(WTERMSIG(status), SIG_DFL);
	kill(getpid(), WTERMSIG(status));
	return 128 + WTERMSIG(status);
}
