// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report comes out whole wherever the race happens: in a static constructor, a signal
// handler, a thread-local destructor, during exit.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_race env RACE_OPTIONS=format=json %t > %t.out
// RUN: python3 %support/check_json.py %t.out | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_race env RACE_OPTIONS=format=json %t > %t.out
// RUN: python3 %support/check_json.py %t.out | FileCheck %s
// RUN: %expect_race %t | FileCheck --check-prefix=TEXT %s

#include <cstdlib>
#include <signal.h>

#include "two.h"

int in_constructor, in_handler, in_destructor, at_exit_;

static void first()
{
	in_constructor = in_handler = in_destructor = at_exit_ = 1;
}

__attribute__((noinline)) static void handler(int)
{
	in_handler = 2;
}

struct Last {
	int used = 0;
	~Last() { in_destructor = 2; }
};
static thread_local Last last;

static void second()
{
	last.used = 1;
	signal(SIGUSR1, handler);
	raise(SIGUSR1);
}

static struct barrier at_end;

static void *late(void *)
{
	at_exit_ = 2;
	barrier_wait(&at_end);
	barrier_wait(&at_end); // never passed
	return nullptr;
}

__attribute__((noinline)) static void leave()
{
	at_exit_ = 3;
}

static void *constructor_guest(void *)
{
	in_constructor = 2;
	barrier_wait(&at_end);
	return nullptr;
}

struct Early {
	Early()
	{
		pthread_t thread;

		barrier_init(&at_end, 2);
		pthread_create(&thread, nullptr, constructor_guest, nullptr);
		barrier_wait(&at_end);
		in_constructor = 3;
		pthread_join(thread, nullptr);
	}
};
static Early early;

int main()
{
	pthread_t thread;

	run_two(first, second);
	atexit(leave);
	pthread_create(&thread, nullptr, late, nullptr);
	barrier_wait(&at_end);
	return 0;
}

// CHECK: now: write of 4 by T0 None: Early::Early(){{.*}}
// CHECK: location: global in_constructor
// CHECK: now: write of 4 by T{{[0-9]+}} None: handler(int)
// CHECK: location: global in_handler
// CHECK: now: write of 4 by T{{[0-9]+}} None: Last::~Last()
// CHECK: location: global in_destructor
// CHECK: now: write of 4 by T0 None: leave()
// CHECK: location: global at_exit_
// CHECK: summary: 4

// TEXT: WARNING: DATA RACE
// TEXT-NEXT: Write of size 4 at {{.*}} by main thread:
// TEXT-NEXT: Early::Early()
// TEXT: Previous write of size 4 {{.*}} by thread T1:
// TEXT-NEXT: constructor_guest(void*)
// TEXT: Location: in_constructor
// TEXT: Thread T1 {{.*}}created at:
// TEXT: ==================
// TEXT-NEXT: ==================
// TEXT-NEXT: WARNING: DATA RACE
// TEXT-NEXT: Write of size 4
// TEXT-NEXT: handler(int)
// TEXT: Previous write
// TEXT-NEXT: first()
// TEXT: WARNING: DATA RACE
// TEXT-NEXT: Write of size 4
// TEXT-NEXT: Last::~Last()
// TEXT: Previous write
// TEXT-NEXT: first()
// TEXT: WARNING: DATA RACE
// TEXT-NEXT: Write of size 4
// TEXT-NEXT: leave()
// TEXT: Previous write
// TEXT-NEXT: late(void*)
// TEXT: Location: at_exit_
// TEXT: Found 4 data race(s)
