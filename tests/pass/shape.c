// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The inlined test, instruction by instruction.
// RUN: %clang %race_cflags -fPIE -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -fplugin-arg-race-inline=0 -fPIE -O1 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=CALL
// RUN: %clang %race_cflags -fPIE -O2 -S %s -o - | FileCheck %s --check-prefix=ASM
// RUN: %clang %race_cflags -O2 -fPIC -S %s -o - | FileCheck %s --check-prefix=PIC

// For each offset in the granule: all of epoch and tid, and the bytes' own bits.
// CHECK-DAG: [[READ4:@__race_bits[.0-9]*]] = private unnamed_addr constant [8 x i64] [i64 -4043309056, {{.*}}], align 64

// A write is content with cell 0 alone.
// CHECK-LABEL: @write8(
// CHECK: [[WORD:%.*]] = load i64, {{ptr @__race_self,|i64\* bitcast \(\[32 x i8\]\* @__race_self to}}
// CHECK: [[GRANULE:%.*]] = and i64 {{%.*}}, 35184372088824
// CHECK: [[TWICE:%.*]] = shl i64 [[GRANULE]], 1
// CHECK: [[AT:%.*]] = add i64 [[TWICE]], 2147418112
// CHECK: [[CELL:%.*]] = load i64,
// CHECK: [[X:%.*]] = xor i64 [[CELL]], [[WORD]]
// CHECK: [[COLD:%.*]] = icmp uge i64 [[X]], 65536
// CHECK: br i1 [[COLD]], {{.*}}, !prof [[UNLIKELY:![0-9]+]]
// CHECK: call preserve_allcc void @__race_write8({{.*}}) [[ATTRS:#[0-9]+]]
// CHECK: store i64 1
// CALL-LABEL: @write8(
// CALL-NOT: br i1
// CALL: call preserve_allcc void @__race_write8(
// CALL-NOT: br i1
// CALL: store i64 1

// The hot path saves nothing; the cold block moves what it must.
// ASM-LABEL: write8:
// ASM: movabsq $35184372088824, [[R:%r[a-z0-9]+]]
// ASM-NEXT: andq %rdi, [[R]]
// ASM-NEXT: movq 2147418112([[R]],[[R]]), [[R]]
// ASM-NEXT: xorq %fs:__race_self@TPOFF, [[R]]
// ASM-NEXT: cmpq $65536, [[R]]
// ASM-NEXT: jae [[COLD:\.LBB[0-9_]+]]
// ASM: movq $1, (%rdi)
// ASM: retq
// ASM: [[COLD]]:
// ASM: leaq .L__race_sites{{.*}}, %rsi
// ASM: callq __race_write8
// ASM: jmp

// A shared library finds the thread's words by the table of offsets, and the door
// without the lazy binder, which would lose a register.
// PIC-LABEL: write8:
// PIC: __race_self@GOTTPOFF(%rip)
// PIC: callq *__race_write8@GOTPCREL(%rip)
void write8(long *p) { *p = 1; }

// A read is content with either cell.
// CHECK-LABEL: @read8(
// CHECK: add i64 [[TWICE:%.*]], 2147418112
// CHECK: [[X0:%.*]] = xor i64
// CHECK: add i64 [[TWICE]], 2147418120
// CHECK: [[X1:%.*]] = xor i64
// CHECK: [[MIN:%.*]] = call i64 @llvm.umin.i64(i64 [[X0]], i64 [[X1]])
// CHECK: icmp uge i64 [[MIN]], 16777216
// ASM-LABEL: read8:
// ASM-NOT: (%rsp){{$}}
// ASM: cmovbq
// ASM-NEXT: cmpq $16777216,
// ASM-NEXT: jae
long read8(long *p) { return *p; }

// Part of a granule, somewhere in it ...
// CHECK-LABEL: @read4(
// CHECK: [[OFFSET:%.*]] = and i64 {{%.*}}, 7
// CHECK: getelementptr inbounds [8 x i64], {{.*}} [[READ4]], i64 0, i64 [[OFFSET]]
// CHECK: [[BITS:%.*]] = load i64
// CHECK: and i64 {{%.*}}, [[BITS]]
// CHECK: and i64 {{%.*}}, [[BITS]]
// CHECK: call i64 @llvm.umin
// CHECK: icmp uge i64 {{%.*}}, 1
int read4(int *p) { return *p; }

// ... and at a place that is known.
// CHECK-LABEL: @known(
// CHECK-NOT: @__race_bits
// CHECK: and i64 {{%.*}}, -4278124544
struct eight {
  char first;
  long second;
};
void known(struct eight *p) { p->first = 1; }

// CHECK: attributes [[ATTRS]] = { nomerge nounwind }
// CHECK: [[UNLIKELY]] = !{!"branch_weights", i32 1, i32 100000}
