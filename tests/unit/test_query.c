/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_query.c - a report made up by hand, asked for through race.h as a program would.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"
#include "query.h"
#include "race.h"

int __race_report_access(const struct race_report *, int, struct race_report_access *);
int __race_report_frame(const struct race_report *, int, unsigned, struct race_report_frame *);
int __race_report_location(const struct race_report *, struct race_report_location *);

static struct race_told told;
static struct race_side now, before;
static const struct race_report *heard;
static uint32_t times;

/* Instead of the runtime's, which is weak. */
void race_on_report(const struct race_report *report)
{
	heard = report;
	times++;
}

static int start(void **state)
{
	(void)state;
	memset(&told, 0, sizeof(told));
	now = (struct race_side){ .addr = 0x1000, .size = 8, .kind = RACE_ATOMIC_WRITE,
				  .thread = { .number = 2, .name = "teller" } };
	before = (struct race_side){ .addr = 0x1004, .size = 4, .kind = RACE_READ };
	told.now.side = &now;
	told.before.side = &before;
	told.now.stack.count = 2;
	told.now.stack.frame[0] = (struct race_frame){ .pc = 0x42, .function = "inc()", .file = "a.c", .line = 7 };
	told.now.stack.frame[1] = (struct race_frame){ .function = "main()" };
	told.location.kind = RACE_LOCATION_HEAP;
	told.location_words = "8 bytes into a heap block of size 24";
	race_options.on_report = "go";
	return 0;
}

static void accesses(void **state)
{
	const struct race_report *report = (const struct race_report *)&told;
	struct race_report_access access = { 0 };

	(void)state;
	assert_true(__race_report_access(report, RACE_REPORT_NOW, &access));
	assert_string_equal(access.kind, "atomic write");
	assert_ptr_equal(access.addr, (void *)0x1000);
	assert_int_equal(access.size, 8);
	assert_int_equal(access.thread, 2);
	assert_string_equal(access.thread_name, "teller");
	assert_int_equal(access.frames, 2);
	assert_true(__race_report_access(report, RACE_REPORT_BEFORE, &access));
	assert_string_equal(access.kind, "read");
	assert_ptr_equal(access.addr, (void *)0x1004);
	assert_int_equal(access.thread, 0);
	assert_int_equal(access.frames, 0);
	access.size = 77;
	assert_false(__race_report_access(report, 2, &access));
	assert_false(__race_report_access(report, -1, &access));
	assert_int_equal(access.size, 77);
}

static void frames(void **state)
{
	const struct race_report *report = (const struct race_report *)&told;
	struct race_report_frame frame = { 0 };

	(void)state;
	assert_true(__race_report_frame(report, RACE_REPORT_NOW, 0, &frame));
	assert_ptr_equal(frame.pc, (void *)0x42);
	assert_string_equal(frame.function, "inc()");
	assert_string_equal(frame.file, "a.c");
	assert_int_equal(frame.line, 7);
	assert_true(__race_report_frame(report, RACE_REPORT_NOW, 1, &frame));
	assert_null(frame.file);
	assert_int_equal(frame.line, 0);
	assert_false(__race_report_frame(report, RACE_REPORT_NOW, 2, &frame));
	assert_false(__race_report_frame(report, RACE_REPORT_BEFORE, 0, &frame));
	assert_false(__race_report_frame(report, 3, 0, &frame));
}

static void location(void **state)
{
	struct race_report_location location;

	(void)state;
	assert_true(__race_report_location((const struct race_report *)&told, &location));
	assert_string_equal(location.kind, "heap");
	assert_string_equal(location.words, "8 bytes into a heap block of size 24");
}

/* on_report=stop without a debugger does not stop. */
static void hears_once(void **state)
{
	(void)state;
	times = 0;
	race_query_report(&told);
	assert_ptr_equal(heard, &told);
	race_options.on_report = "stop";
	race_query_report(&told);
	assert_int_equal(times, 2);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(accesses, start),
		cmocka_unit_test_setup(frames, start),
		cmocka_unit_test_setup(location, start),
		cmocka_unit_test_setup(hears_once, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
