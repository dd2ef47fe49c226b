// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A virtual call while another thread's destructor changes the object's type.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <new>

#include "two.h"

struct Base {
  virtual ~Base() { log(); }
  virtual int id() { return 1; }
  __attribute__((noinline)) void log() { asm volatile(""); } // keeps the vptr store
};
struct Derived : Base {
  int id() override { return 2; }
};

alignas(Derived) static char room[sizeof(Derived)];
Base *object;
int seen;

__attribute__((noinline)) static int call(Base *base) { return base->id(); }

static void destroyer() { object->~Base(); }
static void caller() { seen = call(object); }

int main() {
  object = new (room) Derived;
  run_two(caller, destroyer);
}

// CHECK: WARNING: DATA RACE
// CHECK: Write of vptr {{.*}}by thread T2
// CHECK: destroyer()
// CHECK: Previous read of vptr {{.*}}by thread T1
// CHECK: caller()
// CHECK: Found {{[0-9]+}} data race(s)
