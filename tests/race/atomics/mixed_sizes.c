// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomic and plain accesses of different sizes that share some bytes; and atomics side by
// side, which order nothing between them.
//
// RUN: %race_cc -O0 -w -mcx16 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 -w -mcx16 %s -o %t && %expect_race %t | FileCheck %s

#include <stdio.h>
#include <string.h>

#include "two.h"

static _Alignas(16) char memory[96];

#define AT(type, offset) ((volatile type *)(memory + (offset)))
#define SC __ATOMIC_SEQ_CST

static void atomic8(void) { __atomic_store_n(AT(long, 0), 1, SC); }
static void plain1(void) { *AT(char, 7) = 1; }

static void atomic16(void) { __atomic_fetch_add(AT(__int128, 16), 1, SC); }
static void plain4_in_middle(void) { *AT(int, 22) = 1; } /* straddles both halves */
static void read_upper(void) { (void)*AT(int, 28); }

static void atomic4_straddles(void) { __atomic_store_n(AT(int, 38), 1, SC); }
static void plain1_behind(void) { *AT(char, 41) = 1; }

static void atomic4(void) { __atomic_load_n(AT(int, 52), SC); }
static void fills(void) { memset(memory + 48, 1, 16); }

static void atomic_bit(void) { __atomic_fetch_or(AT(char, 60), 4, SC); }
static void plain_int(void) { *AT(int, 60) |= 8; }

int data;
static void offers(void) { data = 1; __atomic_store_n(AT(int, 64), 1, __ATOMIC_RELEASE); }
static void takes_another(void) { __atomic_load_n(AT(int, 68), __ATOMIC_ACQUIRE); data = 2; }

static const struct {
	const char *name;
	void (*first)(void), (*second)(void);
} cases[] = {
	{ "8 and 1", atomic8, plain1 },
	{ "16 and 4 in the middle", atomic16, plain4_in_middle },
	{ "16 and 4 at the end", read_upper, atomic16 },
	{ "straddling 4 and 1", atomic4_straddles, plain1_behind },
	{ "memset and 4", fills, atomic4 },
	{ "bit and word", atomic_bit, plain_int },
	{ "side by side", offers, takes_another },
};

int main(void)
{
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fprintf(stderr, "try %s\n", cases[i].name);
		run_two(cases[i].first, cases[i].second);
	}
	return 0;
}

// CHECK: try 8 and 1
// CHECK: Write of size 1
// CHECK: Previous atomic write of size 8
// CHECK: try 16 and 4 in the middle
// CHECK: Write of size 4
// CHECK: Previous atomic write of size 16
// CHECK: try 16 and 4 at the end
// CHECK: Atomic write of size 16
// CHECK: Previous read of size 4
// CHECK: try straddling 4 and 1
// CHECK: Write of size 1
// CHECK: Previous atomic write of size 4
// CHECK: try memset and 4
// CHECK: Atomic read of size 4
// CHECK: Previous write of size 16
// CHECK: try bit and word
// CHECK: Previous atomic write of size 1
// CHECK: try side by side
// CHECK: Write of size 4
// CHECK-NEXT: takes_another()
// CHECK: Previous write of size 4
// CHECK-NEXT: offers()
