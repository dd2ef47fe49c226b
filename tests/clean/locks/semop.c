// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Semaphores of System V: taking away comes after adding, waiting for zero after taking
// away, either after setting the value; several at a time, with a limit, and as a lock.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <sys/ipc.h>
#include <sys/sem.h>

#include "case.h"

#define DO(number, much) WANT(0, semop(set, &(struct sembuf){ number, much, 0 }, 1))
#define DO_TIMED(number, much) \
	WANT(0, semtimedop(set, &(struct sembuf){ number, much, 0 }, 1, &(struct timespec){ 1000, 0 }))

static int set;

CASE(handed, handed = 1; DO(0, 1), DO(0, -1); handed++)
CASE(timed, timed = 1; DO(1, 1), DO_TIMED(1, -1); timed++)
CASE(zero, zero = 1; DO(2, -1), DO(2, 0); zero++)
CASE(value, value = 1; WANT(0, semctl(set, 3, SETVAL, 5)), DO(3, -5); value++)
CASE(several, several = 1; DO(4, 1); DO(5, 1),
     WANT(0, semop(set, (struct sembuf[]){ { 4, -1, 0 }, { 5, -1, 0 } }, 2)); several++)
CASE(lock, DO(6, -1); lock = 1; DO(6, 1), DO(6, -1); lock++; DO(6, 1))

int main(void)
{
	set = semget(IPC_PRIVATE, 8, IPC_CREAT | 0600);
	if (set < 0)
		return 1;
	semctl(set, 2, SETVAL, 1);
	semctl(set, 6, SETVAL, 1);
	RUN(handed);
	RUN(timed);
	RUN(zero);
	RUN(value);
	RUN(several);
	RUN(lock);
	semctl(set, 0, IPC_RMID);
	printf("%d %d %d %d %d %d\n", handed, timed, zero, value, several, lock);
	return 0;
}

// CHECK: 2 2 2 2 2 2
