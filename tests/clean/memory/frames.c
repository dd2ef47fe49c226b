// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory of frames is lent to another thread and given back, again and again at the same
// places: alloca'd, in functions that return and in functions that longjmp leaves.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <alloca.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static char *lent;
static size_t lent_bytes;
static int ended;
static long sum;

static void *borrower(void *arg)
{
	pthread_mutex_lock(&lock);
	while (!ended) {
		if (lent) {
			memset(lent, 1, lent_bytes);
			lent = 0;
			pthread_cond_broadcast(&changed);
		}
		pthread_cond_wait(&changed, &lock);
	}
	pthread_mutex_unlock(&lock);
	return arg;
}

__attribute__((noinline)) static void lend(size_t bytes, jmp_buf *out)
{
	char *memory = alloca(bytes);

	memset(memory, 0, bytes);
	pthread_mutex_lock(&lock);
	lent = memory;
	lent_bytes = bytes;
	pthread_cond_broadcast(&changed);
	while (lent)
		pthread_cond_wait(&changed, &lock);
	pthread_mutex_unlock(&lock);
	for (size_t i = 0; i < bytes; i++)
		sum += memory[i];
	if (out)
		longjmp(*out, 1);
}

static void lend_often(void)
{
	jmp_buf out;

	for (volatile size_t i = 1; i <= 100; i++) {
		lend(i * 10, 0);
		if (!setjmp(out))
			lend(i * 10, &out);
	}
}

static void *lender(void *arg)
{
	lend_often();
	return arg;
}

int main(void)
{
	pthread_t other, thread;

	pthread_create(&other, 0, borrower, 0);
	lend_often();
	for (int i = 0; i < 2; i++) { // the second has the first one's stack
		pthread_create(&thread, 0, lender, 0);
		pthread_join(thread, 0);
	}
	pthread_mutex_lock(&lock);
	ended = 1;
	pthread_cond_broadcast(&changed);
	pthread_mutex_unlock(&lock);
	pthread_join(other, 0);
	printf("sum %ld\n", sum);
	return 0;
}
// CHECK: sum 303000
