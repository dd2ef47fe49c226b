// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Masked accesses: each active lane is one access, the others are none.
// RUN: %clang %race_cflags -O1 -mavx512f -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -mavx512f -c %s -o %t.o
#include <immintrin.h>

// CHECK-LABEL: @load(
// CHECK-COUNT-8: call preserve_allcc void @__race_read{{8|_range}}(
// CHECK-NOT: @__race_read
// CHECK: @llvm.masked.load
__m512i load(long *p, __mmask8 m) { return _mm512_maskz_loadu_epi64(m, p); }

// The lane's bit of the mask comes first.
// CHECK-LABEL: @store(
// CHECK: [[LANE:%.*]] = extractelement <8 x i1> [[MASK:%.*]], i{{32|64}} 0
// CHECK: [[ACTIVE:%.*]] = freeze i1 [[LANE]]
// CHECK: [[COLD:%.*]] = and i1 [[ACTIVE]],
// CHECK: br i1 [[COLD]]
// CHECK: extractelement <8 x i1> [[MASK]], i{{32|64}} 7
// CHECK: call preserve_allcc void @__race_write{{8|_range}}(
// CHECK: @llvm.masked.store
void store(long *p, __mmask8 m, __m512i v) {
  _mm512_mask_storeu_epi64(p, m, v);
}

// Packed lanes are as many bytes as lanes are active.
// CHECK-LABEL: @pack(
// CHECK: [[N:%.*]] = call i64 @llvm.ctpop.i64(
// CHECK: [[BYTES:%.*]] = mul i64 [[N]], 8
// CHECK: call preserve_allcc void @__race_write_range({{.*}}, i64 [[BYTES]])
// CHECK: @llvm.masked.compressstore
void pack(long *p, __mmask8 m, __m512i v) {
  _mm512_mask_compressstoreu_epi64(p, m, v);
}

// CHECK-LABEL: @unpack(
// CHECK: @llvm.ctpop
// CHECK: call preserve_allcc void @__race_read_range(
// CHECK: @llvm.masked.expandload
__m512i unpack(long *p, __mmask8 m) {
  return _mm512_maskz_expandloadu_epi64(m, p);
}
