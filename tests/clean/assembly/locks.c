// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locks in inline assembly, fought for by three threads: silent, and nothing is lost.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O1 -fPIE -pie -no-integrated-as %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>

#include "asm_locks.h"

static unsigned word[ASM_LOCKS];
static int sum[ASM_LOCKS];

static void *worker(void *unused)
{
	for (unsigned i = 0; i < ASM_LOCKS; i++)
		for (int n = 0; n < 200; n++) {
			asm_locks[i].lock(&word[i]);
			sum[i]++;
			asm_locks[i].unlock(&word[i]);
		}
	return unused;
}

int main(void)
{
	pthread_t threads[3];

	for (unsigned i = 0; i < ASM_LOCKS; i++)
		word[i] = asm_locks[i].unlocked;
	for (int i = 0; i < 3; i++)
		pthread_create(&threads[i], 0, worker, 0);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], 0);
	for (unsigned i = 0; i < ASM_LOCKS; i++)
		if (sum[i] != 600)
			printf("%s: %d\n", asm_locks[i].name, sum[i]);
	puts("done");
	return 0;
}

// CHECK-NOT: :
// CHECK: done
