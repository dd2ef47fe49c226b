// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// After an exception or a longjmp has gone through frames that are instrumented and frames
// that are not, in turn, the stack in a report has the calls that are still there, no more
// and no less.
//
// RUN: %clangxx -O1 -fPIE -DPLAIN -c %s -o %t.o
// RUN: %race_cxx -O0 %s %t.o -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s %t.o -o %t && %expect_race %t | FileCheck %s

#include <csetjmp>
#include <cstdlib>

extern "C" void through_plain(void (*inner)(int), int depth);

#ifdef PLAIN

// Not instrumented; calls what is.
extern "C" void through_plain(void (*inner)(int), int depth) {
  volatile int behind = 0;
  inner(depth);
  behind = behind + 1;
}

#else

#define KEEP __attribute__((noinline))
#include "two.h"

static int thrown, jumped;
static thread_local std::jmp_buf back;

KEEP static void throws(int depth) {
  if (depth)
    through_plain(throws, depth - 1);
  else
    throw 1;
  asm volatile("");
}

KEEP static void jumps(int depth) {
  if (depth)
    through_plain(jumps, depth - 1);
  else
    std::longjmp(back, 1);
  asm volatile("");
}

KEEP static void after_throw() {
  thrown++;
  asm volatile("");
}

KEEP static void after_jump() {
  jumped++;
  asm volatile("");
}

KEEP static void use() {
  for (int i = 0; i < 3; i++)
    try {
      throws(5);
    } catch (int) {
    }
  after_throw();
  for (volatile int i = 0; i < 3; i = i + 1)
    if (!setjmp(back))
      jumps(5);
  after_jump();
  asm volatile("");
}

static void first() { use(); asm volatile(""); }
static void second() { use(); asm volatile(""); }

int main() { run_two(first, second); }

#endif

// CHECK: Write of size 4 {{.*}} by thread T2:
// CHECK-NEXT: after_throw()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: use()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: second()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: two_second(void*)
// CHECK: Previous write of size 4 {{.*}} by thread T1:
// CHECK-NEXT: after_throw()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: use()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: first()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: two_first(void*)
// CHECK: Write of size 4 {{.*}} by thread T2:
// CHECK-NEXT: after_jump()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: use()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: second()
// CHECK: Previous write of size 4 {{.*}} by thread T1:
// CHECK-NEXT: after_jump()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: use()
// CHECK-NEXT: unwound.cpp
// CHECK-NEXT: first()
// CHECK: Found 2 data race(s)
