// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// libc++'s waits with a limit for a shared_timed_mutex: who calls them calls the runtime,
// with or without handlers for exceptions; they themselves check no access.
// RUN: %clangxx %race_cflags -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clangxx %race_cflags -O2 -S -emit-llvm %s -o - | FileCheck %s

namespace std { inline namespace __1 {
struct shared_timed_mutex {
  unsigned state;
  void lock_inner();
  template <class Time> bool try_lock_until(const Time &time);
  template <class Time> bool try_lock_shared_until(const Time &time);
};
template <class Time> bool shared_timed_mutex::try_lock_until(const Time &) {
  lock_inner();
  return state |= 1;
}
template <class Time> bool shared_timed_mutex::try_lock_shared_until(const Time &) {
  lock_inner();
  return state += 2;
}
}} // namespace std

struct object { ~object(); };

// CHECK-LABEL: @_Z6writesR
// CHECK: call {{.*}}@__race_try_lock_until({{.*}}14try_lock_until
bool writes(std::shared_timed_mutex &mutex) { return mutex.try_lock_until(1); }

// CHECK-LABEL: define {{.*}}14try_lock_until
// CHECK-NOT: call{{.*}} @__race_
// CHECK: ret i1

// CHECK-LABEL: @_Z5readsR
// CHECK: invoke {{.*}}@__race_try_lock_shared_until({{.*}}21try_lock_shared_until
bool reads(std::shared_timed_mutex &mutex) {
  object destroyed;
  return mutex.try_lock_shared_until(1L);
}

// CHECK-LABEL: define {{.*}}21try_lock_shared_until
// CHECK-NOT: call{{.*}} @__race_
// CHECK: ret i1
