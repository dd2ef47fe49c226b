// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What was done before a handler was registered happens before it runs, in whichever
// thread: atexit, on_exit, at_quick_exit, destructors of static objects.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s && %expect 3 %t quick | FileCheck %s --check-prefix=QUICK
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s && %expect 3 %t quick | FileCheck %s --check-prefix=QUICK

#include <cstdio>
#include <cstdlib>
#include <pthread.h>

#include "barrier.h"

static barrier done;
static int plain, with_status, quick;

struct Counted {
  Counted() { Value = 4; }
  ~Counted() { std::printf("static %d\n", Value); }
  int Value;
};

static Counted &local() {
  static Counted Object;
  return Object;
}

static void at_exit_handler() { std::printf("plain %d\n", plain); }

static void on_exit_handler(int Status, void *Shared) {
  std::printf("status %d %d\n", Status, *static_cast<int *>(Shared));
}

static void quick_handler() {
  std::printf("quick %d\n", quick);
  std::fflush(stdout);
}

static void *worker(void *) {
  local();
  plain = 1;
  std::atexit(at_exit_handler);
  with_status = 2;
  on_exit(on_exit_handler, &with_status);
  quick = 3;
  std::at_quick_exit(quick_handler);
  barrier_wait(&done);
  return nullptr;
}

int main(int Count, char **) {
  pthread_t Thread;
  barrier_init(&done, 2);
  pthread_create(&Thread, nullptr, worker, nullptr);
  pthread_detach(Thread);
  barrier_wait(&done);
  if (Count > 1)
    std::quick_exit(3);
  return 0;
}

// CHECK: status 0 2
// CHECK-NEXT: plain 1
// CHECK-NEXT: static 4
// QUICK: quick 3
// QUICK-NOT: plain
