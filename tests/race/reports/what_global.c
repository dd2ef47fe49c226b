// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report names the variable that was raced on, down to the element and the field, its
// type and where it is declared: from the address, so whatever code made it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s
//
// Stripped, and without debug information: the symbol, or the module and an offset.
// RUN: strip %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O1 -g0 %s -o %t && %expect_race %t | FileCheck %s --check-prefix=SYMBOL
// RUN: strip %t && %expect_race %t | FileCheck %s --check-prefix=STRIPPED

#include "two.h"

struct entry {
	int id;
	struct {
		char name[12];
		short length;
	} key;
	long hits;
	union {
		int number;
		char letters[4];
	} value;
};

struct entry request_table[8];
typedef struct {
	double x, y;
} point;
static point grid[3][4];
struct entry whole;
struct entry unions;
static struct entry split[2]; /* at -O2 of no more than what is used */
static double *volatile pointer;
volatile int i = 1;

static int *counter(void)
{
	static int calls;

	return &calls;
}

static void first(void)
{
	request_table[i + 1].hits = 1;
	request_table[i].key.name[i + 2] = 1;
	grid[i][i + 1].y = 1;
	*counter() = 1;
	whole.id = 1;
	unions.value.number = 1;
	split[1].hits = 1;
	pointer = &grid[0][0].x;
}

static void second(void)
{
	request_table[i + 1].hits = 2;
	request_table[i].key.name[i + 2] = 2;
	grid[i][i + 1].y = 2;
	*counter() = 2;
	whole = request_table[0];
	unions.value.number = 2;
	split[1].hits = 2;
	pointer = &grid[0][0].y;
}

int main(void)
{
	run_two(first, second);
	return (int)grid[i][i + 1].y + *counter() + split[1].hits > 9;
}

// CHECK-DAG: Location: request_table[2].hits (long), field 'hits' of struct entry, global at {{.*}}what_global.c:[[#@LINE-48]]
// CHECK-DAG: Location: request_table[1].key.name[3] (char), field 'key.name' of struct entry, global at {{.*}}what_global.c:
// CHECK-DAG: Location: grid[1][2].y (double), field 'y' of point, global at {{.*}}what_global.c:
// CHECK-DAG: Location: calls (int), static of counter() at {{.*}}what_global.c:
// CHECK-DAG: Location: whole.id (int), field 'id' of struct entry, global at
// CHECK-DAG: Location: unions.value (union (anonymous)), field 'value' of struct entry, global at
// CHECK-DAG: Location: split[1].hits (long), field 'hits' of struct entry, global at
// CHECK-DAG: Location: pointer (double *volatile), global at
// CHECK: Found 8 data race(s)
// SYMBOL: Location: request_table+0x68, in {{.*}}what_global{{.*}}+0x
// STRIPPED: Location: in {{.*}}what_global{{.*}}+0x
// STRIPPED: has no line numbers: compile with -g
