// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Atomic operations and fences become calls of the runtime.
// RUN: %clang %race_cflags -O1 -mcx16 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O0 -mcx16 -c %s -o %t.o
// RUN: %clangxx %race_cflags -std=c++20 -O1 -DCPP -x c++ -S -emit-llvm %s -o - | FileCheck --check-prefix=CXX20 %s
// RUN: %clangxx %race_cflags -std=c++17 -O1 -DCPP -x c++ -S -emit-llvm %s -o - | FileCheck --check-prefix=CXX17 %s
#ifdef CPP
// C++20's relaxed store (6) goes on with no release sequence.
// CXX20-LABEL: stores
// CXX20: @__race_atomic32_store({{.*}}, i32 1, i32 6,
// CXX20: @__race_atomic32_store({{.*}}, i32 2, i32 3,
// CXX20: @__race_atomic32_load({{.*}}, i32 0,
// CXX17-LABEL: stores
// CXX17: @__race_atomic32_store({{.*}}, i32 1, i32 0,
int stores(int *p) {
  __atomic_store_n(p, 1, __ATOMIC_RELAXED);
  __atomic_store_n(p, 2, __ATOMIC_RELEASE);
  return __atomic_load_n(p, __ATOMIC_RELAXED);
}
#else
#include <stdatomic.h>
#include <stdbool.h>

// CHECK-LABEL: @loads(
// CHECK: call i8 @__race_atomic8_load({{.*}}, i32 0, {{.*}}@__race_sites
// CHECK: call i16 @__race_atomic16_load({{.*}}, i32 2, {{.*}}@__race_sites
// CHECK: call i32 @__race_atomic32_load({{.*}}, i32 5, {{.*}}@__race_sites
// CHECK: call i64 @__race_atomic64_load({{.*}}, i32 2, {{.*}}@__race_sites
// CHECK: call i128 @__race_atomic128_load({{.*}}, i32 5, {{.*}}@__race_sites
// CHECK-NOT: load atomic
long loads(atomic_char *a, atomic_short *b, atomic_int *c, atomic_long *d,
           _Atomic __int128 *e) {
  return atomic_load_explicit(a, memory_order_relaxed) +
         atomic_load_explicit(b, memory_order_acquire) + *c +
         atomic_load_explicit(d, memory_order_consume) + (long)*e;
}

// Narrow arguments are extended, as C functions may expect.
// CHECK-LABEL: @stores(
// CHECK: call void @__race_atomic8_store({{.*}}, i8 zeroext 1, i32 5,
// CHECK: call void @__race_atomic16_store({{.*}}, i16 zeroext 2, i32 3,
// CHECK: call void @__race_atomic32_store({{.*}}, i32 3, i32 0,
// CHECK-NOT: store atomic
void stores(atomic_bool *a, atomic_short *b, atomic_int *c) {
  *a = true;
  atomic_store_explicit(b, 2, memory_order_release);
  atomic_store_explicit(c, 3, memory_order_relaxed);
}

// CHECK-LABEL: @pointers(
// CHECK: [[OLD:%.*]] = call i64 @__race_atomic64_rmw({{.*}}, i64 [[NEW:%.*]], i32 0, i32 4,
// CHECK: inttoptr i64 [[OLD]]
char *pointers(char *_Atomic *p, char *q) {
  return atomic_exchange_explicit(p, q, memory_order_acq_rel);
}

// CHECK-LABEL: @floats(
// CHECK: call i32 @__race_atomic32_load(
// CHECK: bitcast i32 {{.*}} to float
// CHECK: bitcast double {{.*}} to i64
// CHECK: call void @__race_atomic64_store(
float floats(_Atomic float *f, _Atomic double *d, double v) {
  float r = *f;
  *d = v;
  return r;
}

// CHECK-LABEL: @operations(
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 1, i32 5,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 2, i32 5,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 3, i32 5,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 4, i32 5,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 5, i32 5,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 6, i32 5,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 7, i32 0,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 8, i32 0,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 9, i32 0,
// CHECK: call i32 @__race_atomic32_rmw({{.*}}, i32 10, i32 0,
// CHECK-NOT: atomicrmw
void operations(atomic_int *p, atomic_uint *u, int v) {
  atomic_fetch_add(p, v);
  atomic_fetch_sub(p, v);
  atomic_fetch_and(p, v);
  __c11_atomic_fetch_nand(p, v, memory_order_seq_cst);
  atomic_fetch_or(p, v);
  atomic_fetch_xor(p, v);
  __c11_atomic_fetch_max(p, v, memory_order_relaxed);
  __c11_atomic_fetch_min(p, v, memory_order_relaxed);
  __c11_atomic_fetch_max(u, v, memory_order_relaxed);
  __c11_atomic_fetch_min(u, v, memory_order_relaxed);
}

// CHECK-LABEL: @exchange(
// CHECK: [[OLD:%.*]] = call i64 @__race_atomic64_cas({{.*}}, i64 [[EXPECTED:%.*]], i64 %{{.*}}, i32 4, i32 0,
// CHECK: icmp eq i64 [[OLD]], [[EXPECTED]]
// CHECK-NOT: cmpxchg
bool exchange(atomic_long *p, long expected, long desired) {
  return atomic_compare_exchange_strong_explicit(
      p, &expected, desired, memory_order_acq_rel, memory_order_relaxed);
}

// A fence against the thread's own signal handlers is none against threads.
// CHECK-LABEL: @fences(
// CHECK: call void @__race_fence(i32 2)
// CHECK: fence syncscope("singlethread") seq_cst
// CHECK: call void @__race_fence(i32 5)
// CHECK-NOT: fence
// CHECK: ret void
void fences(void) {
  atomic_thread_fence(memory_order_acquire);
  atomic_signal_fence(memory_order_seq_cst);
  atomic_thread_fence(memory_order_seq_cst);
}
#endif
