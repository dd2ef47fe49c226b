// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What assembly does not order, case by case: each leaves `data` to two threads at once.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdatomic.h>
#include <stdio.h>

#include "asm_locks.h"
#include "two.h"

static unsigned word, other;
static int data;

/* Unlocks another lock than it took. */
static void wrong_operand(void)
{
	xchg_lock(&word);
	data++;
	movl_unlock(&other);
	__atomic_store_n(&word, 0, __ATOMIC_RELAXED); /* or the second would wait for ever */
}

/* Gives back without a "memory" clobber: the compiler may move data's store behind it. */
static void no_clobber(void)
{
	exchange(&word, 1);
	data++;
	__asm__ volatile("movl $0, %0" : "=m"(*(volatile unsigned *)&word));
}

/* A clobber alone is no more than a fence for the compiler. */
static void only_clobber(void)
{
	__asm__ volatile("" : : : "memory");
	data++;
	__asm__ volatile("" : : : "memory");
}

/* Serialising, yet not meant for other threads. */
static void only_cpuid(void)
{
	unsigned a = 0, b, c, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d) : : "memory");
	data++;
	__asm__ volatile("rdtsc" : "=a"(a), "=d"(d) : : "memory");
}

/* The first thread to come holds the lock; this one failed to get it. Its attempt by
 * cmpxchg changed nothing, so that nobody learns of it. */
static void fails_to_lock(void)
{
	data++;
	if (exchange_if(&word, 0, 1) == 0)
		puts("wrong");
}

static void learns_nothing(void)
{
	cmpxchg_unlock(&word);
	cmpxchg_lock(&word);
	data++;
}

/* mfence, but between accesses that are not atomic. */
static void fenced_plain(void)
{
	data++;
	__asm__ volatile("mfence" : : : "memory");
}

/* A fence on the one side only. */
static void one_fence_sends(void)
{
	data++;
	__asm__ volatile("lock; addl $0,(%%rsp)" : : : "memory", "cc");
	__atomic_store_n(&word, 2, __ATOMIC_RELAXED);
}

static void one_fence_takes(void)
{
	if (__atomic_load_n(&word, __ATOMIC_RELAXED) == 2)
		data++;
}

/* A reader that does not acquire: plain load, no clobber. */
static void mov_sends(void)
{
	data++;
	__asm__ volatile("movl $3, %0" : "=m"(word) : : "memory");
}

static void no_mov_takes(void)
{
	if (__atomic_load_n(&word, __ATOMIC_RELAXED) == 3)
		data++;
}

static const struct {
	const char *name;
	void (*first)(void), (*second)(void);
} cases[] = {
	{ "wrong operand", wrong_operand, wrong_operand },
	{ "no clobber", no_clobber, no_clobber },
	{ "only clobber", only_clobber, only_clobber },
	{ "only cpuid", only_cpuid, only_cpuid },
	{ "failed lock", fails_to_lock, learns_nothing },
	{ "fenced plain", fenced_plain, fenced_plain },
	{ "one fence", one_fence_sends, one_fence_takes },
	{ "relaxed reader", mov_sends, no_mov_takes },
};

int main(void)
{
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		fprintf(stderr, "try %s\n", cases[i].name);
		word = cases[i].first == fails_to_lock;
		run_two(cases[i].first, cases[i].second);
	}
	return 0;
}

// CHECK: try wrong operand
// CHECK: WARNING: DATA RACE
// CHECK: wrong_operand()
// CHECK-NEXT: wrong_use.c:[[#@LINE-108]]
// CHECK: try no clobber
// CHECK: WARNING: DATA RACE
// CHECK: no_clobber()
// CHECK: try only clobber
// CHECK: WARNING: DATA RACE
// CHECK: only_clobber()
// CHECK: try only cpuid
// CHECK: WARNING: DATA RACE
// CHECK: only_cpuid()
// CHECK: try failed lock
// CHECK: WARNING: DATA RACE
// CHECK: learns_nothing()
// CHECK: fails_to_lock()
// CHECK: try fenced plain
// CHECK: WARNING: DATA RACE
// CHECK: fenced_plain()
// CHECK: try one fence
// CHECK: WARNING: DATA RACE
// CHECK: one_fence_takes()
// CHECK: try relaxed reader
// CHECK: WARNING: DATA RACE
// CHECK: no_mov_takes()
