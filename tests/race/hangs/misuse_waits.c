// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A condition that a thread waits on is destroyed, a barrier that one waits at destroyed or
// made anew, or never made at all. All of it may hang behind the report.
//
// RUN: %race_cc -O0 %s -o %t.0 && %race_cc -O2 %s -o %t.2
// RUN: %expect_race env RACE_OPTIONS=halt_on_error=1 %t.0 condition | FileCheck --check-prefix=CONDITION %s
// RUN: %expect_race env RACE_OPTIONS=halt_on_error=1 %t.2 condition | FileCheck --check-prefix=CONDITION %s
// RUN: %expect_race env RACE_OPTIONS=halt_on_error=1 %t.0 destroy | FileCheck --check-prefix=DESTROY %s
// RUN: %expect_race env RACE_OPTIONS=halt_on_error=1 %t.2 destroy | FileCheck --check-prefix=DESTROY %s
// RUN: %expect_race env RACE_OPTIONS=halt_on_error=1 %t.0 init | FileCheck --check-prefix=INIT %s
// RUN: %expect_race env RACE_OPTIONS=halt_on_error=1 %t.2 init | FileCheck --check-prefix=INIT %s
// RUN: %expect_race env RACE_OPTIONS=halt_on_error=1 %t.0 never | FileCheck --check-prefix=NEVER %s
// RUN: %expect_race env RACE_OPTIONS=halt_on_error=1 %t.2 never | FileCheck --check-prefix=NEVER %s

#include <pthread.h>
#include <string.h>

#include "asleep.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_barrier_t barrier;

static void *waits(void *unused)
{
	pthread_mutex_lock(&lock);
	pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	return unused;
}

static void *arrives(void *unused)
{
	pthread_barrier_wait(&barrier);
	return unused;
}

__attribute__((noinline)) static void unmakes(int condition, int init)
{
	if (condition)
		pthread_cond_destroy(&changed);
	else if (init)
		pthread_barrier_init(&barrier, 0, 2);
	else
		pthread_barrier_destroy(&barrier);
}

int main(int argc, char **argv)
{
	int condition = argc > 1 && !strcmp(argv[1], "condition");
	pthread_t thread;

	if (argc > 1 && !strcmp(argv[1], "never"))
		return pthread_barrier_wait(&barrier);
	pthread_barrier_init(&barrier, 0, 2);
	pthread_create(&thread, 0, condition ? waits : arrives, 0);
	asleep_wait(1);
	unmakes(condition, argc > 1 && !strcmp(argv[1], "init"));
	return 0;
}

// CONDITION: WARNING: MISUSE OF A LOCK
// CONDITION-NEXT: Main thread destroys condition 'changed', which a thread waits on, at:
// CONDITION-NEXT: unmakes()
// CONDITION: Thread T1 waits on it at:
// CONDITION-NEXT: pthread_cond_wait()
// CONDITION: waits()
// DESTROY: Main thread destroys barrier 'barrier', which a thread waits at, at:
// DESTROY-NEXT: unmakes()
// DESTROY: Thread T1 waits at it at:
// DESTROY-NEXT: pthread_barrier_wait()
// DESTROY: arrives()
// INIT: Main thread initialises barrier 'barrier', which a thread waits at, at:
// INIT-NEXT: unmakes()
// INIT: Thread T1 waits at it at:
// INIT-NEXT: pthread_barrier_wait()
// INIT: arrives()
// NEVER: Main thread uses barrier 'barrier', which was never initialised, or was written over, at:
// NEVER-NEXT: main()
