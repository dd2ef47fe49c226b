/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_report_text.c - the words of a report, letter by letter.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "report.h"

#define RULE "==================\n"

static struct race_told told;
static struct race_race race;

static void frame_set(struct race_frames *frames, const char *function, const char *file,
		      uint32_t line, uint64_t offset)
{
	frames->frame[frames->count++] = (struct race_frame){
		.function = function, .file = file, .line = line, .offset = offset
	};
}

static int start(void **state)
{
	(void)state;
	memset(&race, 0, sizeof(race));
	memset(&told, 0, sizeof(told));
	race.now = (struct race_side){ .addr = 0x7f60c8001010, .size = 8, .kind = RACE_WRITE,
				       .thread = { .number = 2, .created_by_us = true,
						   .name = "name" } };
	race.before = (struct race_side){ .addr = 0x7f60c8001010, .size = 8,
					  .kind = RACE_READ };
	told.now.side = &race.now;
	told.before.side = &race.before;
	told.location.field = told.location.object = told.location.frame = "";
	told.advice = "";
	frame_set(&told.now.stack, "inc()", "/src/counter.c", 21, 0x44);
	frame_set(&told.now.stack, "worker()", "/src/counter.c", 40, 0x12);
	frame_set(&told.now.creation, "main()", "/src/main.c", 14, 0x88);
	frame_set(&told.before.stack, "value()", "/src/counter.c", 26, 0x3c);
	return 0;
}

static void assert_words(const char *expected)
{
	struct race_text text = { 0 };

	race_report_text(&text, &told);
	race_text_bytes(&text, "", 1);
	assert_string_equal(text.data, expected);
	race_text_free(&text);
}

#define NOW \
	RULE "WARNING: DATA RACE\n" \
	     "Write of size 8 at 0x7f60c8001010 by thread T2 'name':\n" \
	     "  inc()\n      /src/counter.c:21 +0x44\n" \
	     "  worker()\n      /src/counter.c:40 +0x12\n"
#define NOW_CREATED \
	"Thread T2 'name' (running) created at:\n  main()\n      /src/main.c:14 +0x88\n"
#define BEFORE_STACK "  value()\n      /src/counter.c:26 +0x3c\n"

static void main_thread_has_no_creation(void **state)
{
	(void)state;
	assert_words(NOW "Previous read of size 8 at 0x7f60c8001010 by main thread:\n" BEFORE_STACK
			     NOW_CREATED RULE);
}

static void finished_thread_of_a_thread(void **state)
{
	(void)state;
	race.before.kind = RACE_ATOMIC_WRITE;
	race.before.size = 1;
	race.before.addr = 0x1011;
	race.before.thread = (struct race_thread_facts){ .number = 1, .finished = true,
							 .created_by_us = true,
							 .creator_number = 4 };
	frame_set(&told.before.creation, "spawn()", "/src/pool.c", 7, 0x9);
	assert_words(NOW "Previous atomic write of size 1 at 0x1011 by thread T1:\n" BEFORE_STACK
			     NOW_CREATED "Thread T1 (finished) created by thread T4 at:\n"
			 "  spawn()\n      /src/pool.c:7 +0x9\n" RULE);
}

static void unseen_thread_and_freed_block(void **state)
{
	(void)state;
	race.before.kind = RACE_FREE;
	race.before.thread.number = 5;
	assert_words(NOW "Previous free of memory at 0x7f60c8001010 by thread T5:\n" BEFORE_STACK
			     NOW_CREATED "Thread T5 (running) was not seen being created\n" RULE);
}

static void lost_stack_says_so(void **state)
{
	(void)state;
	race.before.stack_lost = true;
	told.history_wanted = 3;
	assert_words(NOW "Previous read of size 8 at 0x7f60c8001010 by main thread:\n" BEFORE_STACK
			 "  (the rest of this stack is gone from history; "
			 "RACE_OPTIONS=history_size=3 keeps more)\n" NOW_CREATED RULE);
	told.history_wanted = 0;
	assert_words(NOW "Previous read of size 8 at 0x7f60c8001010 by main thread:\n" BEFORE_STACK
			 "  (the rest of this stack is gone from history)\n" NOW_CREATED RULE);
}

static void frames_without_lines(void **state)
{
	(void)state;
	race.before.kind = RACE_VPTR_READ;
	told.before.stack.count = 0;
	told.before.stack.cut = true;
	frame_set(&told.before.stack, "f()", NULL, 0, 0x10);
	told.before.stack.frame[0].module = "/lib/libf.so";
	told.before.stack.frame[0].module_offset = 0x1234;
	frame_set(&told.before.stack, "?\?()", NULL, 0, 0);
	frame_set(&told.before.stack, "merged()", "/src/merged.c", 0, 0x20);
	told.before.stack.frame[1].module_offset = 0x7000;
	assert_words(NOW "Previous read of vptr at 0x7f60c8001010 by main thread:\n"
			 "  f()\n      /lib/libf.so+0x1234\n"
			 "  ?\?()\n      0x7000\n"
			 "  merged()\n      /src/merged.c +0x20\n"
			 "  ...\n" NOW_CREATED RULE);
}

static void assert_location(const char *expected)
{
	struct race_text text = { 0 };
	char *line, *end;

	race_report_text(&text, &told);
	race_text_bytes(&text, "", 1);
	line = strstr(text.data, "Location: ");
	assert_non_null(line);
	end = strstr(line, "Thread T2");
	assert_non_null(end);
	*end = 0;
	assert_string_equal(line, expected);
	race_text_free(&text);
}

static void locations(void **state)
{
	struct race_location *location = &told.location;

	(void)state;
	location->field = "field 'hits' of struct entry";
	assert_location("Location: field 'hits' of struct entry\n");
	location->kind = RACE_LOCATION_GLOBAL;
	location->variable = (struct race_variable){
		.expression = "table[2].hits", .type = "long", .field = "field 'hits' of struct entry",
		.function = "", .file = "/src/app.c", .line = 12
	};
	assert_location("Location: table[2].hits (long), field 'hits' of struct entry, global at "
			"/src/app.c:12\n");
	location->variable.function = "count";
	location->variable.field = "";
	assert_location("Location: table[2].hits (long), static of count() at /src/app.c:12\n");
	location->field = "";
	location->kind = RACE_LOCATION_SYMBOL;
	location->datum = (struct race_datum){ .symbol = "table", .offset = 0x10,
					       .module = "/bin/app", .module_offset = 0x4010 };
	assert_location("Location: table+0x10, in /bin/app+0x4010\n");
	location->kind = RACE_LOCATION_STACK;
	location->object = "local 'x' of f() at /src/f.c:3";
	assert_location("Location: local 'x' of f() at /src/f.c:3, on the stack of main thread\n");
	location->kind = RACE_LOCATION_TLS;
	location->object = "";
	location->owner = 7;
	assert_location("Location: thread-local memory of thread T7\n");
	location->kind = RACE_LOCATION_HEAP;
	location->block = (struct race_block){ .bytes = 24, .freed = true, .thread = 3 };
	location->offset = 8;
	frame_set(&location->allocation, "make()", "/src/f.c", 9, 0x4);
	assert_location("Location: 8 bytes into a heap block of size 24, freed since, allocated by "
			"thread T3 at:\n  make()\n      /src/f.c:9 +0x4\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(main_thread_has_no_creation, start),
		cmocka_unit_test_setup(finished_thread_of_a_thread, start),
		cmocka_unit_test_setup(unseen_thread_and_freed_block, start),
		cmocka_unit_test_setup(lost_stack_says_so, start),
		cmocka_unit_test_setup(frames_without_lines, start),
		cmocka_unit_test_setup(locations, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
