// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every size of atomic, every operation: values are what they are without the detector.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>

static _Atomic uint8_t a8;
static _Atomic uint16_t a16;
static _Atomic uint32_t a32;
static _Atomic uint64_t a64;
static _Atomic double real;
static int *_Atomic pointer;
static int array[100];

#define EACH(a)                                                                       \
	do {                                                                          \
		atomic_fetch_add(&a, 3);                                              \
		atomic_fetch_sub(&a, 1);                                              \
		atomic_fetch_or(&a, 0);                                               \
		atomic_fetch_and(&a, ~0);                                             \
		atomic_fetch_xor(&a, 0);                                              \
	} while (0)

static void *worker(void *unused)
{
	for (int i = 0; i < 1000; i++) {
		EACH(a8);
		EACH(a16);
		EACH(a32);
		EACH(a64);
		real += 0.5;
	}
	for (int i = 0; i < 20; i++)
		atomic_fetch_add(&pointer, 1);
	return unused;
}

int main(void)
{
	pthread_t a, b;

	pointer = array;
	pthread_create(&a, 0, worker, 0);
	pthread_create(&b, 0, worker, 0);
	pthread_join(a, 0);
	pthread_join(b, 0);
	printf("%d %d %d %d %g %d\n", a8, a16, (int)a32, (int)a64, real, (int)(pointer - array));
	printf("%d\n", (int)atomic_exchange(&a32, 7));
	return 0;
}

// CHECK: 160 4000 4000 4000 1000 40
// CHECK: 4000
