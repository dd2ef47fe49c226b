/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_frames_text.c - stacks with and without the C++ library's frames, letter by letter,
 * and which frame stands for the stack.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "frames_text.h"
#include "options.h"
#include "shown.h"

#define LIBRARY "/usr/include/c++/12/bits/stl_map.h"
#define GTHR "/usr/include/x86_64-linux-gnu/c++/12/bits/gthr-default.h"

static struct race_frames frames;

static int start(void **state)
{
	(void)state;
	frames.count = 0;
	frames.cut = false;
	race_options.frames = "brief";
	return 0;
}

static void add(const char *function, const char *file, uint32_t line)
{
	frames.frame[frames.count++] = (struct race_frame){ .function = function, .file = file, .line = line };
}

static void assert_words(const char *expected)
{
	struct race_text text = { 0 };

	race_frames_text(&text, &frames, false);
	race_text_bytes(&text, "", 1);
	assert_string_equal(text.data, expected);
	race_text_free(&text);
}

#define AT(file, line) "\n      " file ":" #line "\n"

static void inner_frames_are_counted(void **state)
{
	(void)state;
	add("std::f()", LIBRARY, 1);
	add("std::g()", GTHR, 2);
	add("std::map<int, std::less<int> >::h()", LIBRARY, 3);
	add("mine()", "/src/mine.c", 4);
	assert_words("  (2 inner frames of the C++ library)\n  std::map<int>::h()" AT(LIBRARY, 3)
		     "  mine()" AT("/src/mine.c", 4));
	assert_ptr_equal(race_shown_frame(&frames), &frames.frame[3]);
	race_options.frames = "all";
	assert_words("  std::f()" AT(LIBRARY, 1) "  std::g()" AT(GTHR, 2)
		     "  std::map<int, std::less<int> >::h()" AT(LIBRARY, 3) "  mine()" AT("/src/mine.c", 4));
}

static void outer_frames_are_left_out(void **state)
{
	(void)state;
	add("mine()", "/src/mine.c", 4);
	add("std::f()", LIBRARY, 1);
	add("std::g()", LIBRARY, 2);
	add("called_back()", "/src/mine.c", 5);
	add("std::thread::_M_run()", LIBRARY, 3);
	frames.frame[frames.count++] = (struct race_frame){ .function = "std::x()", .symbol = "_ZSt1xv" };
	assert_words("  mine()" AT("/src/mine.c", 4) "  (1 inner frame of the C++ library)\n  std::g()"
		     AT(LIBRARY, 2) "  called_back()" AT("/src/mine.c", 5));
	frames.cut = true;
	frames.count = 2;
	assert_words("  mine()" AT("/src/mine.c", 4) "  ...\n");
}

/* A stack of nothing else is told whole. */
static void the_library_alone(void **state)
{
	(void)state;
	assert_words("");
	add("std::f()", LIBRARY, 1);
	add("std::g()", LIBRARY, 2);
	assert_words("  std::f()" AT(LIBRARY, 1) "  std::g()" AT(LIBRARY, 2));
	assert_ptr_equal(race_shown_frame(&frames), &frames.frame[0]);
	add("no_line()", "/src/merged.c", 0);
	assert_ptr_equal(race_shown_frame(&frames), &frames.frame[0]);
}

/* Only what looks like the library's folder is it. */
static void whose(void **state)
{
	static const char *const theirs[] = { LIBRARY, GTHR, "include/c++/v1/vector",
					      "/usr/lib/llvm-14/bin/../include/c++/v1/__tree" };
	static const char *const ours[] = { "/src/c++/a.h", "/src/include/mine/c++/a.h",
					    "/src/include/a.h", "/include/", "a.c" };

	(void)state;
	for (size_t i = 0; i < sizeof(theirs) / sizeof(theirs[0]); i++)
		assert_true(race_shown_is_librarys(&(struct race_frame){ .file = theirs[i] }));
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		assert_false(race_shown_is_librarys(&(struct race_frame){ .file = ours[i] }));
	assert_true(race_shown_is_librarys(&(struct race_frame){ .symbol = "_ZNSt6thread4joinEv" }));
	assert_false(race_shown_is_librarys(&(struct race_frame){ .symbol = "_ZN4mine4joinEv" }));
	assert_false(race_shown_is_librarys(&(struct race_frame){ .symbol = "join" }));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(inner_frames_are_counted, start),
		cmocka_unit_test_setup(outer_frames_are_left_out, start),
		cmocka_unit_test_setup(the_library_alone, start),
		cmocka_unit_test(whose),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
