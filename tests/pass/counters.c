// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counters of coverage and profiles belong to the compiler, not to the program.
// RUN: %clang %race_cflags -O1 -fprofile-instr-generate -fcoverage-mapping -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -fprofile-update=atomic -fprofile-instr-generate -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 --coverage -ftest-coverage -Xclang -coverage-notes-file=%t.gcno -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O2 --coverage -ftest-coverage -Xclang -coverage-notes-file=%t.gcno -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O2 -fsanitize-coverage=inline-8bit-counters,trace-pc-guard -S -emit-llvm %s -o - | FileCheck %s

// CHECK-LABEL: @count(
// CHECK-NOT: call {{.*}} @__race_
// CHECK: call preserve_allcc void @__race_write4(
// CHECK-NOT: call {{.*}} @__race_
// CHECK: ret void
void count(int *p) { *p = 1; }

// Both sides do the same behind a counter: one block with a phi of two counters.
// CHECK-LABEL: @sides(
// CHECK-NOT: call {{.*}} @__race_
// CHECK: ret void
void side(void);
void sides(int a)
{
	if (a)
		side();
	else
		side();
}
