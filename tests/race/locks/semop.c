// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Semaphores of System V order no more than that: of two who add, none comes after the
// other, nor of two who take away; nor after another semaphore's adder, nor where the take
// failed, nor after what was done behind the adding; and a value is not waited for by reading it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define _GNU_SOURCE
#include <sys/ipc.h>
#include <sys/sem.h>

#include "case.h"

#define DO(number, much) WANT(0, semop(set, &(struct sembuf){ number, much, 0 }, 1))
#define TRY(number, much) semop(set, &(struct sembuf){ number, much, IPC_NOWAIT }, 1)

static int set;

CASE(adders, adders = 1; DO(0, 1), DO(0, 1); adders++)
CASE(takers, takers = 1; DO(1, -1), DO(1, -1); takers++)
CASE(another, another = 1; DO(2, 1), DO(3, -1); another++)
CASE(failed, failed = 1; DO(4, 1), WANT(-1, TRY(4, -2)); failed++)
CASE(behind, DO(5, 1); behind = 1, DO(5, -1); behind++)
CASE(looked, looked = 1; DO(6, 1), WANT(1, semctl(set, 6, GETVAL)); looked++)

int main(void)
{
	set = semget(IPC_PRIVATE, 8, IPC_CREAT | 0600);
	if (set < 0)
		return 1;
	semctl(set, 1, SETVAL, 2);
	semctl(set, 3, SETVAL, 1);
	RUN(adders);
	RUN(takers);
	RUN(another);
	RUN(failed);
	RUN(behind);
	RUN(looked);
	semctl(set, 0, IPC_RMID);
	return 0;
}

// CHECK: adders_second()
// CHECK: Previous write
// CHECK: adders_first()
// CHECK: takers_second()
// CHECK: Previous write
// CHECK: takers_first()
// CHECK: another_second()
// CHECK: Previous write
// CHECK: another_first()
// CHECK: failed_second()
// CHECK: Previous write
// CHECK: failed_first()
// CHECK: behind_second()
// CHECK: Previous write
// CHECK: behind_first()
// CHECK: looked_second()
// CHECK: Previous write
// CHECK: looked_first()
// CHECK: Found 6 data race(s)
