// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A new block handed over without an edge: its first contents may not be seen.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <stdlib.h>

#include "two.h"

struct message {
	int length;
};

struct message *box;
int seen;

static void sender(void)
{
	struct message *message = malloc(sizeof(*message));

	message->length = 12;
	__atomic_store_n(&box, message, __ATOMIC_RELAXED);
}

static void receiver(void)
{
	seen = __atomic_load_n(&box, __ATOMIC_RELAXED)->length;
}

int main(void)
{
	run_two(sender, receiver);
	return 0;
}

// CHECK: WARNING: DATA RACE
// CHECK: Read {{.*}}by thread T2
// CHECK: receiver()
// CHECK: Previous {{write|allocation}} {{.*}}by thread T1
// CHECK: sender()
// CHECK: Found 1 data race(s)
