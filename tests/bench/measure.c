/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * measure.c - measure FILE PROGRAM ARG...: runs the program and writes to FILE its wait
 * status, CPU seconds (user + system) and peak memory in KiB. Linux counts the memory of
 * the process that forked it in, so bench.py, being large, cannot measure by itself.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct rusage used;
	int status;
	pid_t child;
	FILE *file;

	if (argc < 3 || !(file = fopen(argv[1], "we")))
		return 2;
	child = fork();
	if (!child) {
		execv(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (wait4(child, &status, 0, &used) != child)
		return 2;
	fprintf(file, "%d %f %ld\n", status,
		used.ru_utime.tv_sec + used.ru_stime.tv_sec +
			(used.ru_utime.tv_usec + used.ru_stime.tv_usec) / 1e6,
		used.ru_maxrss);
	return fclose(file) != 0;
}
