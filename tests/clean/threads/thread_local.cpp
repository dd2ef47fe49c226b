// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Constructors and destructors of thread_local objects are part of their thread's life and
// happen before its join; so do those that register late, from a key's destructor.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <cstdio>
#include <pthread.h>
#include <thread>
#include <vector>

static int made, gone, late;
static pthread_key_t key;

struct Counted {
  Counted() { made++; }
  ~Counted() { gone++; }
  std::vector<int> Values = std::vector<int>(100, 1);
};

static thread_local Counted Object;

static void destroy(void *Value) {
  late += *static_cast<int *>(Value);
  // Once more: in the last round but one.
  if (late % 3)
    pthread_setspecific(key, Value);
}

int main() {
  static int One = 1;
  pthread_key_create(&key, destroy);
  for (int I = 0; I < 100; I++)
    std::thread([] {
      Object.Values[3]++;
      pthread_setspecific(key, &One);
    }).join();
  std::printf("%d %d %d\n", made, gone, late);
}

// CHECK: 100 100 300
