/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * arguments.c - tells what it was started with.
 */
#include <stdio.h>
#include <string.h>

extern char **environ;

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		printf("%s ", argv[i]);
	for (char **entry = environ; *entry; entry++)
		if (!strncmp(*entry, "RACE_STARTS", 11))
			puts("RACE_STARTS");
	puts("end");
	return 0;
}
