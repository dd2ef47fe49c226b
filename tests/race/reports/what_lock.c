// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is raced on is the memory of a mutex: it is made while, or after, another thread takes
// it; two make it; it is unmade, overwritten or freed with nothing that orders that behind
// its use. The report names the mutex.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include <stdlib.h>
#include <string.h>

#include "two.h"

struct account {
	long balance;
	pthread_mutex_t lock;
};

static struct account late, twice, unmade, overwritten;
static struct account *volatile freed;

static void use(struct account *account)
{
	pthread_mutex_lock(&account->lock);
	account->balance++;
	pthread_mutex_unlock(&account->lock);
}

static void first(void)
{
	pthread_mutex_init(&late.lock, 0);
	pthread_mutex_init(&twice.lock, 0);
	use(&unmade);
	use(&overwritten);
	use(freed);
}

static void second(void)
{
	use(&late);
	pthread_mutex_init(&twice.lock, 0);
	pthread_mutex_destroy(&unmade.lock);
	memset(&overwritten.lock, 0, sizeof(overwritten.lock));
	free(freed);
}

int main(void)
{
	pthread_mutex_init(&unmade.lock, 0);
	freed = (struct account *)calloc(1, sizeof(struct account));
	run_two(first, second);
	return 0;
}

// CHECK: Atomic read {{.*}} by thread T2:
// CHECK-NEXT: pthread_mutex_lock()
// CHECK-NEXT: <libc>
// CHECK-NEXT: use(
// CHECK: Previous write {{.*}} by thread T1:
// CHECK-NEXT: pthread_mutex_init()
// CHECK-NEXT: <libc>
// CHECK-NEXT: first()
// CHECK-NEXT: what_lock.c:[[#@LINE-32]]
// CHECK: Location: late.lock{{.*}}, field 'lock{{.*}}' of struct account, global at {{.*}}what_lock.c:22
// CHECK: Advice: a lock is to be made before other threads can use it, and unmade when none does

// CHECK: Write {{.*}} by thread T2:
// CHECK-NEXT: pthread_mutex_init()
// CHECK: Previous write {{.*}} by thread T1:
// CHECK-NEXT: pthread_mutex_init()
// CHECK: Location: twice.lock

// CHECK: Write {{.*}} by thread T2:
// CHECK-NEXT: pthread_mutex_destroy()
// CHECK: Previous atomic read {{.*}} by thread T1:
// CHECK-NEXT: pthread_mutex_lock()
// CHECK: Location: unmade.lock
// CHECK: Advice: a lock is to be made

// CHECK: Write of size {{.*}} by thread T2:
// CHECK: Previous atomic read {{.*}} by thread T1:
// CHECK-NEXT: pthread_mutex_lock()
// CHECK: Location: overwritten.lock

// CHECK: Free of memory {{.*}} by thread T2:
// CHECK: Previous {{.*}} by thread T1:
// CHECK: Location: {{.*}}into a heap block of size 48, allocated by main thread at:
// CHECK: Found {{[5-8]}} data race(s)
