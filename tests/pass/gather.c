// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gathers and scatters that the vectoriser makes.
// RUN: %clang %race_cflags -fplugin-arg-race-strides=0 -O2 -mavx512f -mavx512vl -mprefer-vector-width=512 -S -emit-llvm %s -o - | FileCheck %s

// CHECK-LABEL: @gather(
// CHECK: extractelement <{{[0-9]+}} x {{ptr|i64\*}}>
// CHECK: call preserve_allcc void @__race_read8(
// CHECK: @llvm.masked.gather
long gather(const long *restrict t, const unsigned *restrict at, int n) {
  long sum = 0;
  for (int i = 0; i < n; i++)
    sum += t[at[i]];
  return sum;
}

// CHECK-LABEL: @scatter(
// CHECK: extractelement <{{[0-9]+}} x {{ptr|i64\*}}>
// CHECK: call preserve_allcc void @__race_write8(
// CHECK: @llvm.masked.scatter
void scatter(long *restrict t, const long *restrict v, int n) {
  for (int i = 0; i < n; i++)
    t[17 * (long)i] = v[i];
}
