// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two accesses with nothing but a sleep between them: the report says so. Not where the
// earlier access came after the sleep, in the same epoch or a later one; not for another
// thread's sleep.
//
// RUN: %race_cc -O0 %s -o %t.0 && %race_cc -O2 %s -o %t.2
// RUN: %expect_race %t.0 before | FileCheck --check-prefix YES %s
// RUN: %expect_race %t.2 before | FileCheck --check-prefix YES %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t before | FileCheck --check-prefix YES %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t before | FileCheck --check-prefix YES %s
// RUN: %expect_race %t.0 old | FileCheck --check-prefix YES %s
// RUN: %expect_race %t.2 old | FileCheck --check-prefix YES %s
// RUN: %expect_race %t.0 after | FileCheck --check-prefix NO %s
// RUN: %expect_race %t.2 after | FileCheck --check-prefix NO %s
// RUN: %expect_race %t.0 later | FileCheck --check-prefix NO %s
// RUN: %expect_race %t.2 later | FileCheck --check-prefix NO %s
// RUN: %expect_race %t.0 other | FileCheck --check-prefix NO %s
// RUN: %expect_race %t.2 other | FileCheck --check-prefix NO %s

#define _GNU_SOURCE
#include <string.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#include "two.h"

int value, unrelated;
static struct barrier turn;
static const char *which;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int is(const char *name)
{
	return !strcmp(which, name);
}

static void new_epoch(void)
{
	pthread_mutex_lock(&lock);
	pthread_mutex_unlock(&lock);
}

__attribute__((noinline)) static void nap(void)
{
	struct timespec moment = { 0, 1000 };

	usleep(1);
	sleep(0);
	thrd_sleep(&moment, 0);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, 0);
	nanosleep(&moment, 0);
}

static void *writes(void *arg)
{
	unrelated = 1;
	if (is("before") || is("old"))
		value = 1;
	if (is("old") || is("later"))
		new_epoch();
	barrier_wait(&turn);
	if (is("other"))
		nap();
	barrier_wait(&turn);
	if (is("after") || is("later") || is("other"))
		value = 1;
	barrier_wait(&turn);
	return arg;
}

static void *reads(void *arg)
{
	barrier_wait(&turn);
	if (!is("other"))
		nap();
	barrier_wait(&turn);
	barrier_wait(&turn);
	value = 2;
	return arg;
}

int main(int argc, char **argv)
{
	pthread_t t1, t2;

	which = argc > 1 ? argv[1] : "before";
	barrier_init(&turn, 2);
	pthread_create(&t1, 0, writes, 0);
	pthread_create(&t2, 0, reads, 0);
	pthread_join(t1, 0);
	pthread_join(t2, 0);
	return 0;
}

// YES: Write of size 4 {{.*}} by thread T2
// YES: Previous write of size 4 {{.*}} by thread T1
// YES: As if synchronised by sleep, which orders nothing, at:
// YES-NEXT: nap()
// YES-NEXT: sleep.c:[[#@LINE-48]]
// YES-NEXT: reads(
// NO: WARNING: DATA RACE
// NO-NOT: As if synchronised
// NO: Found 1 data race(s)
