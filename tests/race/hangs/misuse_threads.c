// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Threads joined twice, joined or detached though they were detached: told with the place
// that did it first.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %expect_race env RACE_OPTIONS="format=json log_path=stdout" %t | FileCheck --check-prefix=JSON %s
// RUN: %expect_race env RACE_OPTIONS="format=sarif log_path=stdout" %t | FileCheck --check-prefix=SARIF %s

#include <pthread.h>

#include "barrier.h"

static struct barrier end;

static void *nothing(void *unused)
{
	return unused;
}

static void *stays(void *unused)
{
	barrier_wait(&end);
	return unused;
}

__attribute__((noinline)) static void first(pthread_t joined, pthread_t detached)
{
	pthread_join(joined, 0);
	pthread_detach(detached);
}

__attribute__((noinline)) static void again(pthread_t joined, pthread_t detached, pthread_t born_so)
{
	pthread_join(joined, 0);
	pthread_join(detached, 0);
	pthread_join(born_so, 0);
	pthread_detach(detached);
}

int main(void)
{
	pthread_t joined, detached, born_so;
	pthread_attr_t attr;

	barrier_init(&end, 3);
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	pthread_create(&joined, 0, nothing, 0);
	pthread_create(&detached, 0, stays, 0);
	pthread_create(&born_so, &attr, stays, 0);
	first(joined, detached);
	again(joined, detached, born_so);
	barrier_wait(&end);
	return 0;
}

// CHECK: WARNING: MISUSE OF A THREAD
// CHECK-NEXT: Main thread joins thread T1, which was joined, at:
// CHECK-NEXT: again()
// CHECK: It was joined at:
// CHECK-NEXT: first()
// CHECK: Main thread joins thread T2, which was detached, at:
// CHECK-NEXT: again()
// CHECK: It was detached at:
// CHECK-NEXT: first()
// CHECK: Main thread joins thread T3, which was detached, at:
// CHECK-NEXT: again()
// CHECK: It was detached at:
// CHECK-NEXT: main()
// CHECK: Main thread detaches thread T2, which was detached, at:
// CHECK-NEXT: again()
// CHECK: Found 4 mistake(s) with locks and threads

// JSON: {"type":"lock-misuse","title":"MISUSE OF A THREAD"
// SARIF: "ruleId":"lock-misuse"
