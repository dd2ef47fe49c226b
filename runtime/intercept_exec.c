/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_exec.c - exec reads a path, the arguments and the environment, and does not come
 * back to say so: that is told in front of the call. What is given one by one is put into an
 * array first, as libc does.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <unistd.h>

#include "intercept_touch.h"
#include "platform.h"

static void reads(const struct race_caller *by, const char *path, char *const *argv,
                  char *const *envp)
{
	int kept = errno;

	/* Can the kernel read it? */
	if (path && race_is_threaded() &&
	    race_syscall(__NR_access, (long)path, F_OK, 0, 0, 0, 0) != -EFAULT)
		race_reads_string(by, path);
	race_reads_strings(by, argv);
	race_reads_strings(by, envp);
	errno = kept;
}

#define EXEC(name, params, args, path, argv, envp)                                     \
	RACE_EXPORT int __race_##name params;                                          \
	RACE_EXPORT int __race_##name params                                           \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(#name "()"), true }; \
                                                                                       \
		reads(&by, path, argv, envp);                                          \
		return name args;                                                      \
	}

EXEC(execv, (const char *path, char *const *argv), (path, argv), path, argv, NULL)
EXEC(execvp, (const char *file, char *const *argv), (file, argv), file, argv, NULL)
EXEC(execve, (const char *path, char *const *argv, char *const *envp), (path, argv, envp), path,
     argv, envp)
EXEC(execvpe, (const char *file, char *const *argv, char *const *envp), (file, argv, envp), file,
     argv, envp)
EXEC(fexecve, (int fd, char *const *argv, char *const *envp), (fd, argv, envp), NULL, argv, envp)

/* The strings of a list, and behind its end, of execle, the environment. */
#define EXEC_LIST(name, path, environment, call)                                       \
	RACE_EXPORT int __race_##name(const char *path, const char *first, ...);       \
	RACE_EXPORT int __race_##name(const char *path, const char *first, ...)        \
	{                                                                              \
		struct race_caller by = { RACE_CALLER, RACE_FUNCTION(#name "()"), true }; \
		char *const *envp = NULL;                                              \
		size_t count = first != NULL;                                          \
		va_list list;                                                          \
                                                                                       \
		va_start(list, first);                                                 \
		while (count && va_arg(list, char *))                                  \
			count++;                                                       \
		va_end(list);                                                          \
		char *argv[count + 1];                                                 \
		argv[0] = (char *)first;                                               \
		va_start(list, first);                                                 \
		for (size_t i = 1; i <= count; i++)                                    \
			argv[i] = va_arg(list, char *);                                \
		if (environment)                                                       \
			envp = va_arg(list, char *const *);                            \
		va_end(list);                                                          \
		reads(&by, path, argv, envp);                                          \
		return call;                                                           \
	}

EXEC_LIST(execl, path, false, execv(path, argv))
EXEC_LIST(execlp, file, false, execvp(file, argv))
EXEC_LIST(execle, path, true, execve(path, argv, envp))
