// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Named semaphores: two handles of one name, one that is closed before the other is
// opened, and one that has lost its name.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <unistd.h>

#include "case.h"

static char name[64];
static sem_t *one, *two;

CASE(handles, handles = 1; WANT(0, sem_post(one)), WANT(0, sem_wait(two)); handles++)

// In between the semaphore is mapped nowhere, and the address becomes another's.
static void post_and_close(void);
static void open_and_wait(void);
CASE(reopened, post_and_close(), open_and_wait())

static void post_and_close(void)
{
	sem_t *sem = sem_open(name, 0);

	reopened = 1;
	WANT(0, sem_post(sem));
	WANT(0, sem_close(sem));
	mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void open_and_wait(void)
{
	sem_t *sem = sem_open(name, 0);

	WANT(0, sem_wait(sem));
	reopened++;
	WANT(0, sem_close(sem));
}

int main(void)
{
	snprintf(name, sizeof(name), "/race-test-%d", (int)getpid());
	one = sem_open(name, O_CREAT | O_EXCL, 0600, 0);
	two = sem_open(name, 0);
	WANT(1, one != SEM_FAILED && two != SEM_FAILED);
	RUN(handles);
	WANT(0, sem_close(one)); // `two` is still there
	RUN(handles);
	one = two;
	RUN(handles);
	WANT(0, sem_close(two));
	RUN(reopened);
	one = two = sem_open(name, 0);
	sem_unlink(name);
	RUN(handles);
	WANT(0, sem_close(one));
	WANT(SEM_FAILED, sem_open(name, 0));
	printf("%d %d\n", handles, reopened);
	return 0;
}

// CHECK: 2 2
