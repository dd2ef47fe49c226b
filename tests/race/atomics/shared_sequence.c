// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Several threads head release sequences that end in one value, and one of them goes on with
// its own by a relaxed store: that ends the others', also when it has learned by then, from
// elsewhere, what they did. Who acquires the store does not come after them.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#include "heads.h"

int kept, ended;

#define KEPT (kept++)
#define ENDED (ended++)
#define TELLS STORE(other, release)
#define HEARS LOAD(other, acquire)
#define TAKES (LOAD(flag, acquire), KEPT, ENDED)

SEQUENCE(stores, (KEPT, STORE(flag, release)), (ENDED, ADD(flag, release), TELLS),
         (HEARS, STORE(flag, relaxed)), TAKES)
SEQUENCE(knows, (KEPT, STORE(flag, release)), (ENDED, ADD(flag, acq_rel), TELLS),
         (HEARS, STORE(flag, relaxed)), TAKES)
SEQUENCE(fence, (KEPT, FENCE(release), STORE(flag, relaxed)),
         (ENDED, FENCE(seq_cst), ADD(flag, relaxed), TELLS), (HEARS, STORE(flag, relaxed)), TAKES)
SEQUENCE(joins, (KEPT, STORE(flag, relaxed)), (ENDED, STORE(flag, release), TELLS),
         (ADD(flag, release), HEARS, STORE(flag, relaxed)), TAKES)
SEQUENCE(late, (KEPT, ADD(flag, acq_rel)), (ENDED, ADD(flag, seq_cst), TELLS),
         (ADD(flag, release), HEARS, STORE(flag, relaxed)), TAKES)

int main(void)
{
	RUN(stores);
	RUN(knows);
	RUN(fence);
	RUN(joins);
	RUN(late);
	return 0;
}

// Of `kept` nothing is told.
// CHECK: stores_last()
// CHECK: Previous write
// CHECK-NEXT: stores_second()
// CHECK: knows_last()
// CHECK: Previous write
// CHECK-NEXT: knows_second()
// CHECK: fence_last()
// CHECK: Previous write
// CHECK-NEXT: fence_second()
// CHECK: joins_last()
// CHECK: Previous write
// CHECK-NEXT: joins_second()
// CHECK: late_last()
// CHECK: Previous write
// CHECK-NEXT: late_second()
// CHECK: Found 5 data race(s)
