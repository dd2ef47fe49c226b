/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * restart.c - starting again (restart.h).
 */
#include "restart.h"

#include <string.h>
#include <sys/personality.h>
#include <sys/resource.h>

#include "platform.h"
#include "program.h"

#define STARTS "RACE_STARTS="
#define FIRST 'a'
#define LAST 'z'

static char **starts_in(char **envp)
{
	for (; *envp; envp++)
		if (strncmp(*envp, STARTS, sizeof(STARTS) - 1) == 0)
			return envp;
	return NULL;
}

/* The environment with one start more in it; NULL when there were enough. */
static char **count_start(char **envp)
{
	static char first[] = { STARTS "a" };
	char **starts = starts_in(envp), **longer;
	size_t count = 0;

	if (starts) {
		char *number = *starts + sizeof(STARTS) - 1;

		if (*number < FIRST || *number >= LAST)
			return NULL;
		++*number;
		return envp;
	}
	while (envp[count])
		count++;
	longer = race_map((count + 2) * sizeof(*longer));
	if (!longer)
		return NULL;
	memcpy(longer, envp, count * sizeof(*longer));
	longer[count] = first;
	return longer;
}

/* With `ulimit -s unlimited` the kernel puts libraries where the shadow is. From now on
 * the stack may grow to a gigabyte. */
static bool limit_stack(void)
{
	struct rlimit limit;

	if (race_syscall(__NR_getrlimit, RLIMIT_STACK, (long)&limit, 0, 0, 0, 0) ||
	    limit.rlim_cur != RLIM_INFINITY)
		return false;
	limit.rlim_cur = 1ul << 30;
	return race_syscall(__NR_setrlimit, RLIMIT_STACK, (long)&limit, 0, 0, 0, 0) == 0;
}

void race_restart(char **argv, char **envp)
{
	long persona = race_sys_personality(0xffffffff);
	char path[RACE_PROGRAM_PATH];

	if (!race_program_path(path))
		return;
	if (limit_stack())
		race_syscall(__NR_execve, (long)path, (long)argv, (long)envp, 0, 0, 0);
	if (persona < 0 || persona & ADDR_NO_RANDOMIZE)
		return;
	if (race_sys_personality((unsigned long)persona | ADDR_NO_RANDOMIZE) < 0)
		envp = count_start(envp);
	if (envp)
		race_syscall(__NR_execve, (long)path, (long)argv, (long)envp, 0, 0, 0);
}

void race_restart_forget(char **envp)
{
	char **starts = starts_in(envp);

	for (; starts && *starts; starts++)
		starts[0] = starts[1];
}
