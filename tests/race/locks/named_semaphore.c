// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Named semaphores that are not the same: of another name, and of the same name again
// after it was taken away.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <fcntl.h>
#include <semaphore.h>
#include <unistd.h>

#include "case.h"

static sem_t *one, *other;

static sem_t *open_new(const char *kind)
{
	char name[64];
	sem_t *sem;

	snprintf(name, sizeof(name), "/race-test-%s-%d", kind, (int)getpid());
	sem = sem_open(name, O_CREAT | O_EXCL, 0600, 1);
	WANT(0, sem_unlink(name));
	return sem;
}

CASE(names, names = 1; WANT(0, sem_post(one)), WANT(0, sem_wait(other)); names = 2)
CASE(name_again, name_again = 1; WANT(0, sem_post(one)), WANT(0, sem_wait(other)); name_again = 2)
CASE(closed, closed = 1; WANT(0, sem_post(one)); WANT(0, sem_close(one)); __atomic_store_n(&one, open_new("one"), __ATOMIC_RELAXED),
     WANT(0, sem_wait(__atomic_load_n(&one, __ATOMIC_RELAXED))); closed = 2)

int main(void)
{
	one = open_new("one");
	other = open_new("other");
	RUN(names);
	other = open_new("one");
	RUN(name_again);
	RUN(closed);
	return 0;
}

// CHECK: names_second()
// CHECK: Previous write
// CHECK: names_first()
// CHECK: name_again_second()
// CHECK: Previous write
// CHECK: name_again_first()
// CHECK: closed_second()
// CHECK: Previous write
// CHECK: closed_first()
// CHECK: Found 3 data race(s)
