/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * init.c - start (init.h), from .preinit_array, before any constructor: the one place
 * that calls every x_init.
 */
#define _GNU_SOURCE
#include "init.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "dump.h"
#include "fork.h"
#include "intercept.h"
#include "intercept_memory.h"
#include "log.h"
#include "options.h"
#include "owner.h"
#include "platform.h"
#include "print.h"
#include "program.h"
#include "rebind.h"
#include "report.h"
#include "restart.h"
#include "suppress.h"
#include "unwind.h"

/* ---- start ---- */

static bool begun;

/* Did the program begin before us? Then it cannot be started again. */
static bool late;

static void map_shadow(char **argv, char **envp)
{
	uint64_t program = getauxval(AT_PHDR), stack = (uint64_t)__builtin_frame_address(0);
	uint64_t libraries = RACE_STATIC ? program : (uint64_t)dlsym(RTLD_NEXT, "exit");
	const char *why;

	if (!race_shadow_apart(program, stack) || !race_shadow_apart(program, libraries) ||
	    !race_shadow_apart(stack, libraries)) {
		if (!late)
			race_restart(argv, envp);
		race_die(1, "the kernel laid the program out where its shadow does not fit; "
		            "run it under `setarch -R`");
	}
	why = race_shadow_map();
	if (why)
		race_die(1, why);
	if (!late)
		race_restart_forget(envp);
}

/* A version script or --exclude-libs hides our stand-ins from the libraries; as a library
 * of a library we are behind libc. */
static void check_interposition(void)
{
	if (RACE_SHARED && !race_intercept_is_first())
		race_rebind_init();
	else if (!RACE_STATIC && dlsym(RTLD_DEFAULT, "pthread_create") != (void *)pthread_create)
		race_die(1, "libraries do not see librace's pthread_create: link without "
		            "`--exclude-libs` and without a version script that has "
		            "`local: *`, or add `pthread_*` to its globals");
}

/* Once libc is initialised: before the program's constructors, or with the first thread. */
#if !RACE_SHARED
__attribute__((constructor(101)))
#endif
static void open_unwinder(void)
{
	if (!begun)
		return;
	race_enter();
	race_unwind_init();
	race_leave();
}

void race_init(int argc, char **argv, char **envp)
{
	(void)argc;
	if (begun || race_is_second_runtime())
		return;
	begun = true;
	/* At the program's start libc has not run its own yet. */
	late = RACE_SHARED && environ;
	if (!environ)
		environ = envp;
	race_program_init();
	race_options_init();
	race_enter();
	/* Shadow first: a look-up that finds nothing allocates, and the program's own malloc
	 * may be instrumented. */
	map_shadow(argv, envp);
	race_owner_init();
	race_thread_init();
	race_intercept_init();
	check_interposition();
	race_log_init();
	race_suppress_init();
	race_dump_init();
	race_intercept_memory_init();
	race_intercept_new_init();
	race_intercept_thread_init();
	race_intercept_future_init();
	race_intercept_load_init();
	race_fork_init();
	race_intercept_exit_init();
	race_intercept_signal_init();
	if (race_options.verbosity)
		race_print_line("watches process ", race_number((uint64_t)race_sys_getpid()).text,
		                "; reports go to ", race_options.log_path);
	race_leave();
	if (late || RACE_STATIC)
		open_unwinder();
}

/* Libraries have no such array; librace_rt.so is linked to be initialised first. */
#if RACE_SHARED
__attribute__((section(".init_array"), used))
#else
__attribute__((section(".preinit_array"), used))
#endif
static void (*const start)(int, char **, char **) = race_init;
