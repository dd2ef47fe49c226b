/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * program.c - finding the program's own file (program.h).
 */
#include "program.h"

#include <string.h>
#include <sys/auxv.h>

#include "platform.h"

/* /proc/self/ says nothing any more when the main thread has left by pthread_exit. */
#define LINK "/proc/thread-self/exe"

static char path_at_start[RACE_PROGRAM_PATH];

static size_t read_link(char *path)
{
	long length = race_sys_readlink(LINK, path, RACE_PROGRAM_PATH - 1);

	length = length > 0 ? length : 0;
	path[length] = 0;
	return (size_t)length;
}

void race_program_init(void)
{
	const char *name = (const char *)getauxval(AT_EXECFN);
	size_t length = 0, bytes = name ? strlen(name) + 1 : 0;
	long directory;

	if (!bytes || read_link(path_at_start))
		return;
	if (name[0] != '/') {
		directory = race_sys_getcwd(path_at_start, sizeof(path_at_start));
		length = directory > 0 ? (size_t)directory : 0; /* with its end: a slash's place */
		if (length)
			path_at_start[length - 1] = '/';
	}
	if (length + bytes <= sizeof(path_at_start))
		memcpy(path_at_start + length, name, bytes);
	else
		path_at_start[0] = 0;
}

const char *race_program_file(void)
{
	char path[RACE_PROGRAM_PATH];

	return read_link(path) ? LINK : path_at_start;
}

size_t race_program_path(char path[RACE_PROGRAM_PATH])
{
	size_t length = read_link(path);

	if (length)
		return length;
	memcpy(path, path_at_start, sizeof(path_at_start));
	return strlen(path);
}
