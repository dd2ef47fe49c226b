// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Orders of locks that could hang, told though the threads run one after the other: two
// locks, three, philosophers; mutexes of each kind, readers and writers; a lock that a try
// took; one that a condition's wait takes again; gates that keep nobody out. Each once,
// whoever comes by again.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %expect_clean env RACE_OPTIONS=detect_deadlocks=0 %t
// RUN: echo "deadlock:^two$" >%t.supp && %expect_race env RACE_OPTIONS=suppressions=%t.supp %t | FileCheck --check-prefix=FEWER %s
// RUN: echo "mutex:'one'" >%t.supp && %expect_race env RACE_OPTIONS=suppressions=%t.supp %t | FileCheck --check-prefix=FEWER %s
// RUN: %expect_race env RACE_OPTIONS="format=json log_path=stdout" %t | FileCheck --check-prefix=JSON %s
// RUN: %expect_race env RACE_OPTIONS="format=sarif log_path=stdout" %t >%t.sarif && python3 %support/check_sarif.py %t.sarif
// RUN: FileCheck --check-prefix=SARIF --input-file=%t.sarif %s

#define _GNU_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <threads.h>

#include "case.h"
#include "turns.h"

#define N 5
#define MANY 40

static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER, other = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static pthread_mutex_t x, y, z, of_three[3], fork_of[N], chain[MANY], held[MANY];
static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER, readers = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static pthread_spinlock_t spin;
static mtx_t c11;

__attribute__((noinline)) static void both(pthread_mutex_t *first, pthread_mutex_t *second)
{
	pthread_mutex_lock(first);
	pthread_mutex_lock(second);
	pthread_mutex_unlock(second);
	pthread_mutex_unlock(first);
}

/* New locks in the same memory for the next case. */
static void anew(void)
{
	pthread_mutex_destroy(&x);
	pthread_mutex_destroy(&y);
	pthread_mutex_destroy(&z);
	pthread_mutex_init(&x, 0);
	pthread_mutex_init(&y, 0);
	pthread_mutex_init(&z, 0);
}

static void two(int me)
{
	if (me & 1) {
		pthread_mutex_lock(&other);
		pthread_mutex_lock(&one);
		pthread_mutex_unlock(&one);
		pthread_mutex_unlock(&other);
	} else {
		both(&one, &other);
	}
}

static void three(int me)
{
	both(&of_three[me], &of_three[(me + 1) % 3]);
}

static void dine(int me)
{
	both(&fork_of[me], &fork_of[(me + 1) % N]);
}

/* A circle through many, and a lock asked for under many. */
static void long_way(int me)
{
	both(&chain[me], &chain[(me + 1) % MANY]);
}

static void under_many(int me)
{
	if (me) {
		both(&x, &held[3]);
		return;
	}
	for (int i = 0; i < MANY; i++)
		pthread_mutex_lock(&held[i]);
	pthread_mutex_lock(&x);
	pthread_mutex_unlock(&x);
	for (int i = MANY; i--;)
		pthread_mutex_unlock(&held[i]);
}

static void writer_first(int me)
{
	if (me) {
		pthread_mutex_lock(&x);
		pthread_rwlock_rdlock(&table);
		pthread_rwlock_unlock(&table);
		pthread_mutex_unlock(&x);
	} else {
		pthread_rwlock_wrlock(&table);
		pthread_mutex_lock(&x);
		pthread_mutex_unlock(&x);
		pthread_rwlock_unlock(&table);
	}
}

static void reader_first(int me)
{
	if (me) {
		pthread_mutex_lock(&y);
		pthread_rwlock_wrlock(&table);
		pthread_rwlock_unlock(&table);
		pthread_mutex_unlock(&y);
	} else {
		pthread_rwlock_rdlock(&table);
		pthread_mutex_lock(&y);
		pthread_mutex_unlock(&y);
		pthread_rwlock_unlock(&table);
	}
}

static void tried_first(int me)
{
	if (me) {
		both(&y, &x);
		return;
	}
	WANT(0, pthread_mutex_trylock(&x));
	pthread_mutex_lock(&y);
	pthread_mutex_unlock(&y);
	pthread_mutex_unlock(&x);
}

static void other_kinds(int me)
{
	if (me) {
		mtx_lock(&c11);
		pthread_spin_lock(&spin);
		pthread_spin_unlock(&spin);
		mtx_unlock(&c11);
	} else {
		pthread_spin_lock(&spin);
		mtx_lock(&c11);
		mtx_unlock(&c11);
		pthread_spin_unlock(&spin);
	}
}

/* The wait takes x again while y is held. */
static void waits(int me)
{
	if (me) {
		both(&x, &y);
		return;
	}
	pthread_mutex_lock(&x);
	pthread_mutex_lock(&y);
	WANT(ETIMEDOUT, pthread_cond_timedwait(&changed, &x, PAST(CLOCK_REALTIME)));
	pthread_mutex_unlock(&y);
	pthread_mutex_unlock(&x);
}

/* One of them does not hold the gate. */
static void half_gate(int me)
{
	if (me) {
		both(&y, &x);
	} else {
		pthread_mutex_lock(&gate);
		both(&x, &y);
		pthread_mutex_unlock(&gate);
	}
}

/* Readers let each other in. */
static void reading_gate(int me)
{
	pthread_rwlock_rdlock(&readers);
	both(me ? &y : &x, me ? &x : &y);
	pthread_rwlock_unlock(&readers);
}

static pthread_mutex_t *make_lock(void)
{
	pthread_mutex_t *lock = malloc(sizeof(*lock));

	pthread_mutex_init(lock, 0);
	return lock;
}

static pthread_mutex_t *account[2];

static void transfer(int me)
{
	both(account[me], account[!me]);
}

static void *second_order(void *unused)
{
	both(&y, &x);
	return unused;
}

/* The creator and the thread, side by side: this one took its locks behind the creation. */
static void beside_main(void)
{
	pthread_t thread;

	pthread_create(&thread, 0, second_order, 0);
	both(&x, &y);
	pthread_join(thread, 0);
}

int main(void)
{
	for (int i = 0; i < 3; i++)
		pthread_mutex_init(&of_three[i], 0);
	for (int i = 0; i < N; i++)
		pthread_mutex_init(&fork_of[i], 0);
	for (int i = 0; i < MANY; i++) {
		pthread_mutex_init(&chain[i], 0);
		pthread_mutex_init(&held[i], 0);
	}
	pthread_spin_init(&spin, 0);
	mtx_init(&c11, mtx_plain);
	anew();
	run_turns(6, two);
	run_turns(3, three);
	run_turns(N, dine);
	run_turns(MANY, long_way);
	run_turns(2, under_many);
	anew();
	run_turns(2, writer_first);
	run_turns(2, reader_first);
	anew();
	run_turns(2, tried_first);
	run_turns(2, other_kinds);
	anew();
	run_turns(2, waits);
	anew();
	run_turns(2, half_gate);
	anew();
	run_turns(2, reading_gate);
	for (int i = 0; i < 2; i++)
		account[i] = make_lock();
	run_turns(2, transfer);
	anew();
	beside_main();
	return 0;
}

// CHECK: WARNING: LOCK ORDER INVERSION (potential deadlock)
// CHECK-NEXT: Thread T2 asked for mutex 'one' at:
// CHECK-NEXT: two()
// CHECK-NEXT: order.c:59
// CHECK: while it held mutex 'other', which it took at:
// CHECK-NEXT: two()
// CHECK-NEXT: order.c:58
// CHECK: Thread T1 asked for mutex 'other' at:
// CHECK-NEXT: both()
// CHECK-NEXT: order.c:39
// CHECK-NEXT: two()
// CHECK: while it held mutex 'one', which it took at:
// CHECK-NEXT: both()
// CHECK-NEXT: order.c:38
// CHECK-NEXT: two()
// CHECK: Thread T2 was created at:
// CHECK: Thread T1 was created at:
// CHECK: Advice: always take mutex 'one' before mutex 'other'{{$}}

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: Thread T9 asked for mutex 'of_three[0]' at:
// CHECK: while it held mutex 'of_three[2]', which it took at:
// CHECK: Thread T7 asked for mutex 'of_three[1]' at:
// CHECK: while it held mutex 'of_three[0]', which it took at:
// CHECK: Thread T8 asked for mutex 'of_three[2]' at:
// CHECK: while it held mutex 'of_three[1]', which it took at:
// CHECK: Mutex 'of_three[0]' was created at:
// CHECK-NEXT: main()
// CHECK: Advice: always take mutex 'of_three[0]' before mutex 'of_three[1]' before mutex 'of_three[2]'; one line takes them in every order

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: Thread T14 asked for mutex 'fork_of[0]' at:
// CHECK: Advice: always take mutex 'fork_of[0]' before mutex 'fork_of[1]' before mutex 'fork_of[2]' before mutex 'fork_of[3]' before mutex 'fork_of[4]';

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: asked for mutex 'chain[0]' at:
// CHECK: while it held mutex 'chain[39]'
// CHECK: while it held mutex 'chain[20]'
// CHECK: Advice: always take mutex 'chain[0]' before {{.*}} before mutex 'chain[39]';

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: asked for mutex 'held[3]' at:
// CHECK: while it held mutex 'x', which it took at:
// CHECK: asked for mutex 'x' at:
// CHECK: while it held mutex 'held[3]', which it took at:
// CHECK-NEXT: under_many()

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: asked for rwlock 'table' for reading at:
// CHECK-NEXT: writer_first()
// CHECK: while it held mutex 'x', which it took at:
// CHECK: asked for mutex 'x' at:
// CHECK: while it held rwlock 'table' for writing, which it took at:
// CHECK-NEXT: writer_first()

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: asked for rwlock 'table' for writing at:
// CHECK-NEXT: reader_first()
// CHECK: while it held rwlock 'table' for reading, which it took at:

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: asked for mutex 'x' at:
// CHECK: while it held mutex 'x', which it took at:
// CHECK-NEXT: tried_first()

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: asked for spin lock 'spin' at:
// CHECK-NEXT: other_kinds()
// CHECK: while it held mutex 'c11', which it took at:

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: asked for mutex 'y' at:
// CHECK: asked for mutex 'x' at:
// CHECK-NEXT: waits()
// CHECK: while it held mutex 'y', which it took at:
// CHECK-NEXT: waits()
// CHECK: Mutex 'y' was created at:
// CHECK-NEXT: anew()

// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK: half_gate()
// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK: reading_gate()
// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK-NEXT: asked for mutex 0x{{[0-9a-f]+}} (at 0 in a heap block of size 40) at:
// CHECK: Mutex 0x{{.*}} was created at:
// CHECK-NEXT: make_lock()
// CHECK: WARNING: LOCK ORDER INVERSION
// CHECK: second_order()
// CHECK: Found 14 mistake(s)

// FEWER-NOT: two()
// FEWER: Found 13 mistake(s)

// JSON: {"type":"lock-order-inversion","title":"LOCK ORDER INVERSION (potential deadlock)"{{.*}}"heading":"Thread T2 asked for mutex 'one' at:"{{.*}}"advice":"always take mutex 'one' before mutex 'other'"}
// SARIF: "ruleId":"lock-order-inversion"{{.*}}Advice: always take mutex 'one' before mutex 'other'
