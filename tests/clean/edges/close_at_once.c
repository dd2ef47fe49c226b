// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two threads close a library at once: both wait in their dlclose while a third thread's is
// in the middle of a destructor. What the two did before is past for the destructor of the
// last; and what is mapped there next has none of its past.
//
// RUN: %race_cc -O0 -DLIBRARY -shared -fPIC %s -o %t.so && %race_cc -O0 -DHOLDS -shared -fPIC %s -o %t.holds.so
// RUN: %race_cc -rdynamic -O0 %s -o %t && %expect_clean %t %t.so %t.holds.so | FileCheck %s
// RUN: %race_cc -O2 -DLIBRARY -shared -fPIC %s -o %t.so && %race_cc -O2 -DHOLDS -shared -fPIC %s -o %t.holds.so
// RUN: %race_cc -rdynamic -O2 %s -o %t && %expect_clean %t %t.so %t.holds.so | FileCheck %s

extern int before[2], after[2], sum;
extern void hold(void);

#ifndef LOOKS_AT
#define LOOKS_AT before
#endif

#if defined(LIBRARY)

int used[2];

void use(int me) { used[me] = 1; }
__attribute__((destructor)) static void unmake(void)
{
	sum += LOOKS_AT[0] + LOOKS_AT[1] + used[0] + used[1];
}

#elif defined(HOLDS)

__attribute__((destructor)) static void unmake(void) { hold(); }

#else

#include <dlfcn.h>
#include <pthread.h>

#include "asleep.h"
#include "barrier.h"

#define TIMES 20

int before[2], after[2], sum;
static struct barrier ready, held;
static char **libraries;

void hold(void)
{
	barrier_wait(&held);
	asleep_wait(3); // both, and main in its join
}

static void *holds(void *unused)
{
	void *library = dlopen(libraries[2], RTLD_NOW);

	barrier_wait(&ready);
	dlclose(library);
	return unused;
}

static void *closes(void *number)
{
	int me = (int)(long)number;
	void *library = dlopen(libraries[1], RTLD_NOW);

	((void (*)(int))dlsym(library, "use"))(me);
	barrier_wait(&ready);
	barrier_wait(&held);
	before[me] = 1;
	dlclose(library);
	after[me] = 1;
	return 0;
}

int main(int count, char **arguments)
{
	pthread_t thread[3];

	(void)count;
	libraries = arguments;
	for (int i = 0; i < TIMES; i++) {
		barrier_init(&ready, 3);
		barrier_init(&held, 3);
		pthread_create(&thread[0], 0, closes, (void *)0);
		pthread_create(&thread[1], 0, closes, (void *)1);
		pthread_create(&thread[2], 0, holds, 0);
		for (int j = 0; j < 3; j++)
			pthread_join(thread[j], 0);
	}
	printf("%d\n", sum);
	return 0;
}

#endif

// CHECK: 80
