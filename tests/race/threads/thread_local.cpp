// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Destructors of thread_local objects and of keys, in threads that nothing orders.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_race %t | FileCheck %s

#include <pthread.h>

#include "barrier.h"

static barrier turn;
int of_object, of_key;
static pthread_key_t key;

struct Object {
  int Value = 1;
  ~Object() {
    of_object = Value;
  }
};

static thread_local Object Own;

static void destroy(void *) {
  of_key = 1;
  barrier_wait(&turn);
}

static void *worker(void *Order) {
  Own.Value++;
  pthread_setspecific(key, &Own);
  if (Order)
    barrier_wait(&turn);
  return nullptr;
}

int main() {
  pthread_t First, Second;
  barrier_init(&turn, 2);
  pthread_key_create(&key, destroy);
  pthread_create(&First, nullptr, worker, nullptr);
  pthread_create(&Second, nullptr, worker, &Second);
  pthread_join(First, nullptr);
  barrier_wait(&turn);
  pthread_join(Second, nullptr);
}

// CHECK: Write {{.*}}by thread T2
// CHECK-NEXT: Object::~Object()
// CHECK: Previous write {{.*}}by thread T1
// CHECK-NEXT: Object::~Object()
// CHECK: Write {{.*}}by thread T2
// CHECK-NEXT: destroy(void*)
// CHECK: Previous write {{.*}}by thread T1
// CHECK-NEXT: destroy(void*)
// CHECK: Found 2 data race(s)
