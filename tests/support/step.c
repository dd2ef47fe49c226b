/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * step.c - see step.h. The parent traces its child. At an instruction, a breakpoint is
 * set on it, the signal is delivered and the child let go: it comes back to the
 * breakpoint, at the same depth of stack, behind the handler, or at once if the
 * detector holds the signal back; then the signal comes later by itself, as a stop
 * between two steps, and is let through in the same way.
 */
#define _GNU_SOURCE
#include "step.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t child;

static struct user_regs_struct registers(void)
{
	struct user_regs_struct r;

	ptrace(PTRACE_GETREGS, child, 0, &r);
	return r;
}

/* The status of the next stop; false when the child has ended. */
static int stopped(int *status)
{
	return waitpid(child, status, 0) == child && WIFSTOPPED(*status);
}

/* Is the stop a trap of the processor's (a step, a breakpoint)? */
static int is_trap(int status)
{
	return WSTOPSIG(status) == SIGTRAP;
}

static long peek(unsigned long at)
{
	errno = 0;
	return ptrace(PTRACE_PEEKTEXT, child, at, 0);
}

static void poke(unsigned long at, long word)
{
	ptrace(PTRACE_POKETEXT, child, at, word);
}

/* Delivers the signal here and lets its handler run until the child is here again. */
static int deliver(int number, int *status)
{
	struct user_regs_struct here = registers(), now;
	long word = peek(here.rip), trapped = (word & ~0xffl) | 0xcc;

	poke(here.rip, trapped);
	for (;;) {
		ptrace(PTRACE_CONT, child, 0, number);
		if (!stopped(status))
			return 0;
		number = 0;
		if (!is_trap(*status)) {
			number = WSTOPSIG(*status);
			continue;
		}
		now = registers();
		if (now.rip != here.rip + 1)
			return 0;
		now.rip--;
		ptrace(PTRACE_SETREGS, child, 0, &now);
		poke(here.rip, word);
		if (now.rsp == here.rsp)
			return 1;
		/* The handler does the same further down: over it. */
		ptrace(PTRACE_SINGLESTEP, child, 0, 0);
		if (!stopped(status))
			return 0;
		poke(here.rip, trapped);
	}
}

/* A stop at a late signal is no step: the instruction gets its own signal behind it. */
static void trace(int number, long *instructions, int *status)
{
	/* To the first mark. */
	if (!stopped(status))
		return;
	while (!is_trap(*status)) {
		ptrace(PTRACE_CONT, child, 0, WSTOPSIG(*status));
		if (!stopped(status))
			return;
	}
	while ((peek(registers().rip) & 0xff) != 0xcc) {
		/* One that was held back comes by itself, before the instruction. */
		int late = is_trap(*status) ? 0 : WSTOPSIG(*status);

		if (!deliver(late ? late : number, status))
			return;
		*instructions += !late;
		ptrace(PTRACE_SINGLESTEP, child, 0, 0);
		if (!stopped(status))
			return;
	}
	/* Over the second mark, and on to the end. */
	while (WIFSTOPPED(*status)) {
		ptrace(PTRACE_CONT, child, 0, is_trap(*status) ? 0 : WSTOPSIG(*status));
		if (!stopped(status))
			return;
	}
}

int step_through(int (*region)(void), int number, long *instructions)
{
	int status = 0;

	fflush(0);
	child = fork();
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		_exit(region());
	}
	trace(number, instructions, &status);
	if (WIFSTOPPED(status)) {
		struct user_regs_struct r = registers();

		fprintf(stderr, "step: child stopped by signal %d at %#llx\n", WSTOPSIG(status), r.rip);
		kill(child, SIGKILL);
		waitpid(child, &status, 0);
		return -1;
	}
	if (WIFSIGNALED(status))
		fprintf(stderr, "step: child killed by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
