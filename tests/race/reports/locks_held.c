// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which locks each side holds, where they were taken, and what that points to.
//
// RUN: %race_cc -O0 %s -o %t.0 && %race_cc -O2 %s -o %t.2
// RUN: %expect_race %t.0 given | FileCheck --check-prefix GIVEN %s
// RUN: %expect_race %t.2 given | FileCheck --check-prefix GIVEN %s
// RUN: %expect_race %t.0 kept | FileCheck --check-prefix KEPT %s
// RUN: %expect_race %t.2 kept | FileCheck --check-prefix KEPT %s
// RUN: %expect_race %t.0 different | FileCheck --check-prefix DIFFERENT %s
// RUN: %expect_race %t.2 different | FileCheck --check-prefix DIFFERENT %s
// RUN: %expect_race %t.0 reader | FileCheck --check-prefix READER %s
// RUN: %expect_race %t.2 reader | FileCheck --check-prefix READER %s
// RUN: %expect_race %t.0 recursive | FileCheck --check-prefix RECURSIVE %s
// RUN: %expect_race %t.2 recursive | FileCheck --check-prefix RECURSIVE %s
// RUN: %expect_race %t.0 heap | FileCheck --check-prefix HEAP %s
// RUN: %expect_race %t.2 heap | FileCheck --check-prefix HEAP %s
// RUN: %expect_race %t.0 inner | FileCheck --check-prefix INNER %s
// RUN: %expect_race %t.2 inner | FileCheck --check-prefix INNER %s
// RUN: %expect_race %t.0 waited | FileCheck --check-prefix WAITED %s
// RUN: %expect_race %t.2 waited | FileCheck --check-prefix WAITED %s
// RUN: %expect_race %t.0 spin | FileCheck --check-prefix SPIN %s
// RUN: %expect_race %t.2 spin | FileCheck --check-prefix SPIN %s
// RUN: %expect_race %t.0 neither | FileCheck --check-prefix NEITHER %s
// RUN: %expect_race %t.2 neither | FileCheck --check-prefix NEITHER %s

#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "two.h"

#define NOINLINE __attribute__((noinline))

static struct {
	pthread_mutex_t lock;
	long total;
} accounts = { .lock = PTHREAD_MUTEX_INITIALIZER };
static pthread_mutex_t other = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t again = PTHREAD_RECURSIVE_MUTEX_INITIALIZER_NP;
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_cond_t never = PTHREAD_COND_INITIALIZER;
static pthread_mutex_t *mine;

static NOINLINE void touch(void)
{
	accounts.total = 1;
}

static NOINLINE void take(void)
{
	pthread_mutex_lock(&accounts.lock);
}

static void given(void)
{
	take();
	touch();
	pthread_mutex_unlock(&accounts.lock);
	pthread_mutex_lock(&other);
	pthread_mutex_unlock(&other);
}
// GIVEN: {{^}}Write of size 8 {{.*}} by thread T2
// GIVEN-NOT: Holding
// GIVEN: Previous write of size 8 {{.*}} by thread T1
// GIVEN-NEXT: touch()
// GIVEN: Holding mutex 'accounts.lock', locked at:
// GIVEN-NEXT: take()
// GIVEN-NEXT: locks_held.c:[[#@LINE-17]]
// GIVEN-NEXT: given()
// GIVEN-NOT: Holding
// GIVEN: Location: accounts.total
// GIVEN: Advice: the previous write holds mutex 'accounts.lock', this write does not: it belongs there, too

static void kept(void)
{
	pthread_mutex_lock(&other);
	take();
	touch();
}
// KEPT: Holding mutex 'other', locked at:
// KEPT-NEXT: kept()
// KEPT-NEXT: locks_held.c:[[#@LINE-6]]
// KEPT: Holding mutex 'accounts.lock', locked at:
// KEPT-NEXT: take()
// KEPT: Advice: the previous write holds mutex 'other' and mutex 'accounts.lock', this write holds none

static void under_accounts(void)
{
	take();
	touch();
	pthread_mutex_unlock(&accounts.lock);
}

static void under_other(void)
{
	pthread_mutex_lock(&other);
	touch();
	pthread_mutex_unlock(&other);
}
// DIFFERENT: {{^}}Write of size 8 {{.*}} by thread T2
// DIFFERENT: Holding mutex 'other', locked at:
// DIFFERENT-NEXT: under_other()
// DIFFERENT: Previous write
// DIFFERENT: Holding mutex 'accounts.lock', locked at:
// DIFFERENT-NEXT: take()
// DIFFERENT: Advice: this write holds mutex 'other', the previous write holds mutex 'accounts.lock': only one and the same lock orders them

static void as_reader(void)
{
	pthread_rwlock_rdlock(&table);
	touch();
	pthread_rwlock_unlock(&table);
}
// READER: Holding rwlock 'table' for reading, locked at:
// READER-NEXT: as_reader()
// READER: Previous write
// READER: Holding rwlock 'table' for reading, locked at:
// READER: Advice: this write holds rwlock 'table' only for reading: lock it for writing

static void recursive(void)
{
	pthread_mutex_lock(&again);
	pthread_mutex_lock(&again);
	touch();
	pthread_mutex_unlock(&again);
	pthread_mutex_lock(&again);
	pthread_mutex_unlock(&again);
	pthread_mutex_unlock(&again);
}
// RECURSIVE: Previous write
// RECURSIVE: Holding mutex 'again', locked at:
// RECURSIVE-NEXT: recursive()
// RECURSIVE-NEXT: locks_held.c:[[#@LINE-11]]
// RECURSIVE-NOT: Holding
// RECURSIVE: Advice: the previous write holds mutex 'again', this write does not

static void of_heap(void)
{
	pthread_mutex_lock(mine);
	touch();
	pthread_mutex_unlock(mine);
}
// HEAP: Holding mutex 0x{{[0-9a-f]+}} (at 16 in a heap block of size 100), locked at:
// HEAP-NEXT: of_heap()
// HEAP: Advice: the previous write holds mutex 0x

/* Given back before the access, out of order: not held there. */
static void inner(void)
{
	pthread_mutex_lock(&other);
	take();
	pthread_mutex_unlock(&other);
	touch();
	pthread_mutex_unlock(&accounts.lock);
}
// INNER: Previous write
// INNER: Holding mutex 'accounts.lock', locked at:
// INNER-NEXT: take()
// INNER-NOT: Holding
// INNER: Location:

/* A wait gives it back and takes it again: there. */
static void waited(void)
{
	struct timespec now;

	take();
	clock_gettime(CLOCK_REALTIME, &now);
	pthread_cond_timedwait(&never, &accounts.lock, &now);
	touch();
	pthread_mutex_unlock(&accounts.lock);
}
// WAITED: Holding mutex 'accounts.lock', locked at:
// WAITED-NEXT: waited()
// WAITED-NEXT: locks_held.c:[[#@LINE-6]]

static void under_spin(void)
{
	pthread_spin_lock(&spin);
	touch();
	pthread_spin_unlock(&spin);
}
// SPIN: Holding spin lock 'spin', locked at:
// SPIN-NEXT: under_spin()

static void neither(void)
{
	take();
	pthread_mutex_unlock(&accounts.lock);
	touch();
}
// NEITHER: WARNING: DATA RACE
// NEITHER-NOT: Holding
// NEITHER-NOT: Advice
// NEITHER: Found 1 data race(s)

static const struct {
	const char *name;
	void (*first)(void), (*second)(void);
} cases[] = {
	{ "given", given, touch },	   { "kept", kept, touch },
	{ "different", under_accounts, under_other }, { "reader", as_reader, as_reader },
	{ "recursive", recursive, touch }, { "heap", of_heap, touch },
	{ "inner", inner, touch },	   { "waited", waited, touch },
	{ "spin", under_spin, touch },	   { "neither", neither, touch },
};

int main(int argc, char **argv)
{
	mine = (pthread_mutex_t *)((char *)malloc(100) + 16);
	pthread_mutex_init(mine, 0);
	pthread_spin_init(&spin, 0);
	for (unsigned i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (argc > 1 && !strcmp(argv[1], cases[i].name))
			run_two(cases[i].first, cases[i].second);
	return 0;
}
