// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The writer holds the mutex, the reader does not.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "two.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
int balance, seen;

static void writer(void)
{
	pthread_mutex_lock(&lock);
	balance = 100;
	pthread_mutex_unlock(&lock);
}

static void reader(void)
{
	seen = balance;
}

int main(void)
{
	run_two(writer, reader);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Read
// CHECK: reader()
// CHECK: Previous write
// CHECK: writer()
// CHECK: Found 1 data race(s)
