/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_unwind.c - both unwinders find the callers of a frame, through a signal too,
 * and neither takes over the names that C++ exceptions need.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "unwind.h"

#define NOINLINE __attribute__((noinline))
#define HERE() ((uint64_t)__builtin_return_address(0))
#define BARRIER() __asm__ volatile("")

static struct race_stack stack;
static uint64_t wanted, caller;
static bool found;

/* Stands for a hook of the runtime, with a frame more of its own inside. */
static NOINLINE void walk(uint64_t pc)
{
	found = race_unwind(pc, &stack);
	BARRIER();
}

static NOINLINE void hook(void)
{
	wanted = HERE();
	walk(wanted);
	BARRIER();
}

static NOINLINE void access_memory(void)
{
	caller = HERE();
	hook();
	BARRIER();
}

static NOINLINE void recurse(int depth)
{
	if (depth)
		recurse(depth - 1);
	else
		access_memory();
	BARRIER();
}

static void starts_at_the_access(void **state)
{
	(void)state;
	access_memory();
	assert_true(found);
	assert_true(stack.count >= 3);
	assert_false(stack.cut);
	assert_int_equal(stack.pc[0], wanted);
	assert_int_equal(stack.pc[1], caller);
}

static void depth_is_counted(void **state)
{
	uint32_t shallow;

	(void)state;
	recurse(0);
	shallow = stack.count;
	recurse(50);
	assert_int_equal(stack.count, shallow + 50);
}

static void deep_stack_is_cut(void **state)
{
	(void)state;
	recurse(2 * RACE_STACK_FRAMES);
	assert_true(found);
	assert_true(stack.cut);
	assert_int_equal(stack.count, RACE_STACK_FRAMES);
	assert_int_equal(stack.pc[0], wanted);
}

static void unknown_pc_stands_alone(void **state)
{
	(void)state;
	errno = 77;
	walk(0x1234);
	assert_int_equal(errno, 77);
	assert_false(found);
	assert_int_equal(stack.count, 1);
	assert_int_equal(stack.pc[0], 0x1234);
}

static void on_signal(int number)
{
	(void)number;
	access_memory();
}

/* Its instruction raises SIGILL; the walk tells the address of that + 1. */
extern const char test_trap[];
static NOINLINE void trap(void)
{
	__asm__ volatile(".globl test_trap\ntest_trap: ud2");
}

static sigjmp_buf after_trap;

static void on_trap(int number)
{
	on_signal(number);
	siglongjmp(after_trap, 1);
}

static bool stack_has(uint64_t pc)
{
	for (uint32_t i = 0; i < stack.count; i++)
		if (stack.pc[i] == pc)
			return true;
	return false;
}

static void signal_is_walked_through(void **state)
{
	struct sigaction action = { .sa_handler = on_trap }, before;

	(void)state;
	assert_int_equal(sigaction(SIGILL, &action, &before), 0);
	if (!sigsetjmp(after_trap, 1))
		trap();
	sigaction(SIGILL, &before, NULL);
	assert_true(found);
	assert_true(stack_has((uint64_t)test_trap + 1));
}

static void exceptions_stay_with_libgcc(void **state)
{
	void *raise_exception = dlsym(RTLD_DEFAULT, "_Unwind_RaiseException");
	Dl_info info;

	(void)state;
	if (raise_exception && dladdr(raise_exception, &info))
		assert_null(strstr(info.dli_fname, "libunwind"));
}

static void fork_leaves_it_usable(void **state)
{
	(void)state;
	race_unwind_before_fork();
	race_unwind_after_fork();
	access_memory();
	assert_true(found);
}

static int use_libunwind(void **state)
{
	(void)state;
	return race_unwind_open(RACE_UNWINDER_LIBUNWIND) ? 0 : -1;
}

static int use_libgcc(void **state)
{
	(void)state;
	return race_unwind_open(RACE_UNWINDER_LIBGCC) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_at_the_access),
		cmocka_unit_test(depth_is_counted),
		cmocka_unit_test(deep_stack_is_cut),
		cmocka_unit_test(unknown_pc_stands_alone),
		cmocka_unit_test(signal_is_walked_through),
		cmocka_unit_test(exceptions_stay_with_libgcc),
		cmocka_unit_test(fork_leaves_it_usable),
	};

	return cmocka_run_group_tests_name("libunwind", tests, use_libunwind, NULL) +
	       cmocka_run_group_tests_name("libgcc", tests, use_libgcc, NULL);
}
