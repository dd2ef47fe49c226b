// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program hears of each report, and asks what it says: both accesses, their stacks,
// what was raced on.
//
// RUN: %race_cc -O0 %s -I%S/../../../include -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -I%S/../../../include -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O1 -x c++ %s -I%S/../../../include -o %t && %expect_race %t | FileCheck %s

#include <race.h>
#include <stdio.h>
#include <string.h>

#include "two.h"

int apples;
struct basket { long pad, pears; } basket;

static void first(void)
{
	apples = 1;
	basket.pears = 1;
}

static void second(void)
{
	apples = 2;
	basket.pears = 2;
}

static void tell(const struct race_report *report, int which)
{
	struct race_report_access access;
	struct race_report_frame frame;

	if (!race_report_access(report, which, &access))
		return;
	fprintf(stderr, "%s of %zu by T%u '%s'%s\n", access.kind, access.size, access.thread,
		access.thread_name, access.addr == &apples ? " of apples" : "");
	for (unsigned i = 0; race_report_frame(report, which, i, &frame); i++)
		fprintf(stderr, "#%u %s %s:%u\n", i, frame.function,
			frame.file ? strrchr(frame.file, '/') + 1 : "?", frame.line);
	if (race_report_frame(report, which, access.frames, &frame))
		fprintf(stderr, "one too many\n");
}

#ifdef __cplusplus
extern "C"
#endif
void race_on_report(const struct race_report *report)
{
	struct race_report_location location;

	tell(report, RACE_REPORT_NOW);
	tell(report, RACE_REPORT_BEFORE);
	tell(report, 2);
	if (race_report_location(report, &location))
		fprintf(stderr, "%s: %s\n", location.kind, location.words);
}

int main(void)
{
	run_two(first, second);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: ==================
// CHECK-NEXT: write of 4 by T2 '' of apples
// CHECK-NEXT: #0 second() on_report.c:27
// CHECK-NEXT: #1 two_second({{.*}}) two.h
// CHECK-NEXT: write of 4 by T1 '' of apples
// CHECK-NEXT: #0 first() on_report.c:21
// CHECK-NEXT: #1 two_first({{.*}}) two.h
// CHECK-NEXT: global: apples (int), global at {{.*}}on_report.c:16
// CHECK: write of 8 by T2 ''
// CHECK: global: basket.pears (long), field 'pears' of
// CHECK: Found 2 data race(s)
