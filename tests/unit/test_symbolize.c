/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_symbolize.c - addresses of this very program (built with -g) named right:
 * function, line, inlined calls, C++ names, libraries opened late, nothing known; in one
 * copy of the process by what another one has read.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "kept.h"
#include "options.h"
#include "self.h"
#include "symbolize.h"

#define NOINLINE __attribute__((noinline))
#define BARRIER() __asm__ volatile("")

static struct race_frames frames;
static struct race_names names;
static uint64_t pc;

/* Its callers stand at the line of the call. */
static NOINLINE void here(void)
{
	pc = (uint64_t)__builtin_return_address(0);
	BARRIER();
}

enum { PLAIN_LINE = __LINE__ + 4 };

static NOINLINE void plain(void)
{
	here();
	BARRIER();
}

enum { INNER_LINE = __LINE__ + 4, OUTER_LINE = __LINE__ + 10 };

static inline __attribute__((always_inline)) void inner(void)
{
	here();
	BARRIER();
}

static NOINLINE void outer(void)
{
	inner();
	BARRIER();
}

/* What a C++ compiler would call Account::deposit(long), and a name it would not. */
void deposit(void) __asm__("_ZN7Account7depositEl");
NOINLINE void deposit(void)
{
	here();
	BARRIER();
}

void unmangled(void) __asm__("_Zunmangled");
NOINLINE void unmangled(void)
{
	here();
	BARRIER();
}

static void symbolize(uint64_t address)
{
	struct race_stack stack = { .count = 1, .pc = { address } };

	race_module_refresh();
	race_symbolize(&stack, &frames, &names);
}

static bool ends_with(const char *string, const char *end)
{
	return strlen(string) >= strlen(end) &&
	       !strcmp(string + strlen(string) - strlen(end), end);
}

static int start(void **state)
{
	(void)state;
	race_options.strip_path_prefix = "";
	names.used = 0;
	return 0;
}

static void function_has_line_and_offset(void **state)
{
	const struct race_frame *frame = &frames.frame[0];

	(void)state;
	plain();
	symbolize(pc);
	assert_int_equal(frames.count, 1);
	assert_string_equal(frame->symbol, "plain");
	assert_string_equal(frame->function, "plain()");
	assert_true(ends_with(frame->file, "/test_symbolize.c"));
	assert_int_equal(frame->line, PLAIN_LINE);
	assert_int_equal(frame->offset, pc - (uint64_t)plain);
	assert_int_equal(frame->pc, pc);
	assert_true(ends_with(frame->module, "/test_symbolize"));
}

static void inlined_calls_are_opened(void **state)
{
	(void)state;
	outer();
	symbolize(pc);
	assert_int_equal(frames.count, 2);
	assert_string_equal(frames.frame[0].function, "inner()");
	assert_int_equal(frames.frame[0].line, INNER_LINE);
	assert_string_equal(frames.frame[1].function, "outer()");
	assert_int_equal(frames.frame[1].line, OUTER_LINE);
	assert_int_equal(frames.frame[0].offset, pc - (uint64_t)outer);
}

static void cxx_names_are_taken_apart(void **state)
{
	(void)state;
	deposit();
	symbolize(pc);
	assert_string_equal(frames.frame[0].symbol, "_ZN7Account7depositEl");
	assert_string_equal(frames.frame[0].function, "Account::deposit(long)");
	unmangled();
	symbolize(pc);
	assert_string_equal(frames.frame[0].function, "_Zunmangled()");
}

static void full_names_leave_the_symbol(void **state)
{
	(void)state;
	deposit();
	names.used = sizeof(names.text) - 5;
	symbolize(pc);
	assert_string_equal(frames.frame[0].function, "_ZN7Account7depositEl");
	assert_true(names.used <= sizeof(names.text));
}

static void prefix_is_stripped(void **state)
{
	static char prefix[4096];
	size_t length;

	(void)state;
	plain();
	symbolize(pc);
	length = strlen(frames.frame[0].file) - strlen("test_symbolize.c");
	memcpy(prefix, frames.frame[0].file, length);
	race_options.strip_path_prefix = prefix;
	symbolize(pc);
	assert_string_equal(frames.frame[0].file, "test_symbolize.c");
	race_options.strip_path_prefix = "/elsewhere/";
	symbolize(pc);
	assert_int_equal(strlen(frames.frame[0].file), length + strlen("test_symbolize.c"));
}

static void nothing_is_known_outside_modules(void **state)
{
	char *page = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)state;
	assert_ptr_not_equal(page, MAP_FAILED);
	symbolize((uint64_t)page + 17);
	assert_int_equal(frames.count, 1);
	assert_null(frames.frame[0].symbol);
	assert_string_equal(frames.frame[0].function, "?\?()");
	assert_null(frames.frame[0].file);
	assert_null(frames.frame[0].module);
	assert_int_equal(frames.frame[0].offset, 0);
	assert_int_equal(frames.frame[0].module_offset, (uint64_t)page + 16);
	munmap(page, 4096);
}

static void late_library_is_known(void **state)
{
	void *library;
	Dl_info info;
	uint64_t at;

	(void)state;
	plain();
	symbolize(pc);
	assert_null(dlopen("libm.so.6", RTLD_NOW | RTLD_NOLOAD));
	library = dlopen("libm.so.6", RTLD_NOW);
	assert_non_null(library);
	at = (uint64_t)dlsym(library, "frexp");
	assert_int_not_equal(dladdr((void *)at, &info), 0);
	symbolize(at + 1);
	assert_true(ends_with(frames.frame[0].module, "/libm.so.6"));
	assert_int_equal(frames.frame[0].module_offset, at - (uint64_t)info.dli_fbase);
	assert_non_null(strstr(frames.frame[0].function, "frexp"));
	assert_int_equal(frames.frame[0].offset, 1);
	dlclose(library);
}

static void long_stacks_are_cut(void **state)
{
	struct race_stack stack = { .count = RACE_STACK_FRAMES };

	(void)state;
	outer(); /* two frames for each address: just fits */
	for (uint32_t i = 0; i < stack.count; i++)
		stack.pc[i] = pc;
	race_symbolize(&stack, &frames, &names);
	assert_int_equal(frames.count, RACE_FRAMES);
	assert_false(frames.cut);
	stack.cut = true;
	race_symbolize(&stack, &frames, &names);
	assert_int_equal(frames.count, RACE_FRAMES);
	assert_true(frames.cut);
}

/* A copy as dump.c makes it: does it name the function? May it open files? */
static char copys_stack[1 << 20];
static int copy(void *files)
{
	struct rlimit none = { 0, 0 };

	race_alone = true;
	race_kept_begin();
	if (!files)
		setrlimit(RLIMIT_NOFILE, &none);
	symbolize(pc);
	race_kept_end();
	_exit(frames.count == 1 && frames.frame[0].line == PLAIN_LINE &&
	      !strcmp(frames.frame[0].function, "plain()"));
}

static bool copy_names_it(bool files)
{
	int status;
	pid_t pid = clone(copy, copys_stack + sizeof(copys_stack), SIGCHLD, files ? &pc : NULL);

	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void copies_read_once(void **state)
{
	(void)state;
	plain();
	race_kept_open();
	assert_false(copy_names_it(false));
	race_kept_forked();
	race_kept_open();
	assert_true(copy_names_it(true));
	assert_true(copy_names_it(false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(function_has_line_and_offset, start),
		cmocka_unit_test_setup(inlined_calls_are_opened, start),
		cmocka_unit_test_setup(cxx_names_are_taken_apart, start),
		cmocka_unit_test_setup(full_names_leave_the_symbol, start),
		cmocka_unit_test_setup(prefix_is_stripped, start),
		cmocka_unit_test_setup(nothing_is_known_outside_modules, start),
		cmocka_unit_test_setup(late_library_is_known, start),
		cmocka_unit_test_setup(long_stacks_are_cut, start),
		cmocka_unit_test_setup(copies_read_once, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
