// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Other ways in which assembly orders threads: `mov` publishes and takes, a reference
// count is dropped by the last, fences between relaxed atomics, a pair of words is
// exchanged; and what touches no memory of others is left alone.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 -masm=intel -DINTEL %s -o %t && %expect_clean %t | FileCheck %s

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef INTEL
#define ASM(att, intel) intel
#else
#define ASM(att, intel) att
#endif

struct object {
	int users, parts[2];
};

static unsigned ready, fenced;
static int data, fenced_data;
static struct object *shared;
static __int128 top __attribute__((aligned(16)));
static volatile int polled;

/* ---- a mailbox by mov ---- */
static void publish(void)
{
	data = 1;
	__asm__ volatile(ASM("movl $1, %0", "mov dword ptr %0, 1") : "=m"(ready) : : "memory");
}

static void take(void)
{
	unsigned seen;

	do
		__asm__ volatile(ASM("rep; nop; movl %1, %0", "rep; nop; mov %0, %1")
		                 : "=r"(seen) : "m"(ready) : "memory");
	while (!seen);
	data++;
}

/* ---- reference counts, as atomic_dec_and_test() ---- */
static void drop(struct object *object, int who)
{
	unsigned char zero;

	object->parts[who]++;
	__asm__ volatile(ASM("lock; decl %0; sete %1", "lock; dec dword ptr %0; sete %1")
	                 : "+m"(object->users), "=qm"(zero) : : "memory");
	if (zero) {
		if (object->parts[0] + object->parts[1] != 2)
			puts("wrong");
		free(object);
	}
}

/* ---- fences ---- */
static void send(void)
{
	fenced_data = 1;
	__asm__ volatile("mfence" : : : "memory");
	__atomic_store_n(&fenced, 1, __ATOMIC_RELAXED);
}

static void receive(void)
{
	while (!__atomic_load_n(&fenced, __ATOMIC_RELAXED))
		__asm__ volatile("pause");
	__asm__ volatile(ASM("lock; addl $0,(%%rsp)", "lock; add dword ptr [rsp], 0")
	                 : : : "memory", "cc");
	fenced_data++;
}

/* ---- a stack by cmpxchg16b: pointer and generation ---- */
static int exchange_pair(__int128 *at, unsigned long *low, unsigned long *high,
                         unsigned long new_low, unsigned long new_high)
{
	char done;

	__asm__ volatile("lock; cmpxchg16b %1; setz %0"
	                 : "=q"(done), "+m"(*at), "+a"(*low), "+d"(*high)
	                 : "b"(new_low), "c"(new_high) : "memory", "cc");
	return done;
}

static void push(void)
{
	unsigned long low = 0, high = 0;
	int *node = malloc(sizeof(*node));

	*node = 5;
	while (!exchange_pair(&top, &low, &high, (unsigned long)node, high + 1))
		;
}

static void pop(void)
{
	unsigned long low = 0, high = 0;

	do {
		while (!low)
			if (exchange_pair(&top, &low, &high, low, high))
				low = 0;
	} while (!exchange_pair(&top, &low, &high, 0, high + 1));
	if (*(int *)low != 5)
		puts("wrong");
	free((void *)low);
}

/* ---- nothing to see ---- */
static void harmless(void)
{
	unsigned a = 0, b = 0, c = 0, d = 0;
	int local = 0;

	__asm__ volatile("cpuid" : "+a"(a), "+b"(b), "+c"(c), "+d"(d));
	__asm__ volatile("rdtsc" : "=a"(a), "=d"(d));
	__asm__ volatile("pause");
	__asm__ volatile("" : "+m"(polled) : : "memory"); /* no instruction: no access */
	__asm__ volatile(ASM("prefetcht0 %0", "prefetcht0 %0") : : "m"(data));
	__asm__ volatile(ASM("lock; orl $0, %0", "lock; or dword ptr %0, 0") : "+m"(local) : : "memory");
}

static void *one(void *unused)
{
	harmless();
	publish();
	drop(shared, 0);
	send();
	push();
	return unused;
}

static void *two(void *unused)
{
	harmless();
	take();
	drop(shared, 1);
	receive();
	pop();
	return unused;
}

int main(void)
{
	for (int i = 0; i < 50; i++) {
		pthread_t threads[2];

		ready = fenced = 0;
		shared = calloc(1, sizeof(*shared));
		shared->users = 2;
		pthread_create(&threads[0], 0, one, 0);
		pthread_create(&threads[1], 0, two, 0);
		pthread_join(threads[0], 0);
		pthread_join(threads[1], 0);
	}
	puts("done");
	return 0;
}

// CHECK-NOT: wrong
// CHECK: done
