// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which door each size, alignment and kind of access reaches, and what its site says.
// RUN: %clang %race_cflags -fplugin-arg-race-dominated=0 -fplugin-arg-race-covered=0 -fPIE -O1 -mlong-double-80 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -fplugin-arg-race-dominated=0 -fplugin-arg-race-covered=0 -fPIE -O0 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=O0
#include <string.h>

// CHECK-DAG: @__race_sites = private global [{{[0-9]+}} x { i32, i16, i8, i8 }] [{ i32, i16, i8, i8 } { i32 0, i16 1, i8 1, i8 0 }, { i32, i16, i8, i8 } { i32 0, i16 2, i8 1, i8 0 }, { i32, i16, i8, i8 } { i32 0, i16 4, i8 1, i8 0 }, { i32, i16, i8, i8 } { i32 0, i16 8, i8 1, i8 0 },{{.*}}, align 8
// CHECK-DAG: @__race_self = external {{(dso_local )?}}thread_local(localexec) global

// CHECK-LABEL: @stores(
// CHECK: call preserve_allcc void @__race_write1({{.*}}@__race_sites
// CHECK: store i8
// CHECK: call preserve_allcc void @__race_write2({{.*}}@__race_sites{{.*}} i64 8)
// CHECK: store i16
// CHECK: call preserve_allcc void @__race_write4({{.*}}@__race_sites{{.*}} i64 16)
// CHECK: store i32
// CHECK: call preserve_allcc void @__race_write8({{.*}}@__race_sites{{.*}} i64 24)
// CHECK: store i64
void stores(char *a, short *b, int *c, long *d) {
  *a = 1;
  *b = 2;
  *c = 3;
  *d = 4;
}

// At -O0 as well, and the pointer variables themselves are no business of ours.
// O0-LABEL: @loads(
// O0: store volatile i64 {{.*}}@__race_self
// O0-COUNT-4: br i1 {{.*}}, !prof
// O0-NOT: br i1
// O0: ret
// CHECK-LABEL: @loads(
// CHECK: call preserve_allcc void @__race_read1(
// CHECK: call preserve_allcc void @__race_read2(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: call preserve_allcc void @__race_read8(
long loads(char *a, short *b, int *c, long *d) { return *a + *b + *c + *d; }

// CHECK-LABEL: @volatiles(
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: store volatile i32
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: load volatile i32
int volatiles(volatile int *p) {
  *p = 1;
  return *p;
}

// An address that may not be aligned is tested for it, then given to the range door.
// CHECK-LABEL: @unaligned(
// CHECK: call preserve_allcc void @__race_write_range({{.*}}, i64 4)
// CHECK: store i32 {{.*}}, align 1
struct __attribute__((packed)) packed {
  char c;
  int i;
};
void unaligned(struct packed *p, int i) { p->i = i; }

// CHECK-LABEL: @bitfield(
// CHECK: call preserve_allcc void @__race_read4(
// CHECK: load i32
// CHECK: call preserve_allcc void @__race_write4(
// CHECK: store i32
struct bits {
  unsigned a : 3, b : 29;
};
void bitfield(struct bits *s, unsigned v) { s->b = v; }

// CHECK-LABEL: @vector16(
// CHECK: call preserve_allcc void @__race_read16(
// CHECK: load <4 x float>
typedef float float4 __attribute__((vector_size(16)));
float4 vector16(float4 *p) { return *p; }

// CHECK-LABEL: @vector32(
// CHECK: call preserve_allcc void @__race_write_range({{.*}}, i64 32)
// CHECK: store <8 x float>
typedef float float8 __attribute__((vector_size(32)));
void vector32(float8 *p) { *p = (float8){1}; }

// CHECK-LABEL: @wide(
// CHECK: call preserve_allcc void @__race_read16(
// CHECK: load i128
__int128 wide(__int128 *p) { return *p; }

// CHECK-LABEL: @extended(
// CHECK: call preserve_allcc void @__race_read_range({{.*}}, i64 10)
// CHECK: load x86_fp80
long double extended(long double *p) { return *p; }

// Source, then destination; the length as it comes.
// CHECK-LABEL: @copy(
// CHECK-NOT: br i1
// CHECK: call preserve_allcc void @__race_read_range({{.*}}, i64 %{{.*}})
// CHECK: call preserve_allcc void @__race_write_range({{.*}}, i64 %{{.*}})
// CHECK: call void @llvm.memcpy
void copy(void *d, void *s, unsigned long n) { memcpy(d, s, n); }

// CHECK-LABEL: @move(
// CHECK: call preserve_allcc void @__race_read_range({{.*}}, i64 100)
// CHECK: call preserve_allcc void @__race_write_range({{.*}}, i64 100)
// CHECK: call void @llvm.memmove
void move(void *d, void *s) { memmove(d, s, 100); }

// CHECK-LABEL: @set(
// CHECK: call preserve_allcc void @__race_write_range({{.*}}, i64 100)
// CHECK-NOT: @__race_
// CHECK: call void @llvm.memset
void set(void *d) { memset(d, 0, 100); }

// What a call copies to its callee, it reads.
// CHECK-LABEL: @by_value(
// CHECK: call preserve_allcc void @__race_read_range({{.*}}, i64 64)
// CHECK: call void @callee
struct big {
  long a[8];
};
void callee(struct big);
void by_value(struct big *p) { callee(*p); }

// Another address space is not memory that threads share by address.
// CHECK-LABEL: @segment(
// CHECK-NOT: @__race_
// CHECK: ret
long segment(long __attribute__((address_space(257))) * p) { return *p; }

// CHECK: declare {{(dso_local )?}}preserve_allcc void @__race_write1({{(ptr|i8\*), (ptr|i8\*)}})
