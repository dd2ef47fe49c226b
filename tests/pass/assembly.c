// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is understood of an asm statement. The operand's effect is the number in the
// hooks: 1 load, 2 store, 4 update, 8 modify.
// RUN: %clang %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O0 -g -c %s -o %t.o

// CHECK-LABEL: @locked(
// CHECK: [[HELD:%.*]] = call {{.*}} @__race_asm_begin(
// CHECK-NEXT: call void asm sideeffect "lock; incl
// CHECK: call void @__race_asm_end({{.*}} [[HELD]], {{.*}}, i32 8,
void locked(int *p) { asm volatile("lock; incl %0" : "+m"(*p)); }

// As it was written before there was "+m".
// CHECK-LABEL: @old(
// CHECK: @__race_asm_begin(
// CHECK: @__race_asm_end({{.*}}, i32 8,
// CHECK-NOT: @__race_{{read|write|asm}}
// CHECK: ret void
void old(int *p) { asm volatile("lock ; decl %0" : "=m"(*p) : "m"(*p)); }

// The kernel's prefix, which is patched away on machines with one processor.
// CHECK-LABEL: @patched(
// CHECK: @__race_asm_begin(
// CHECK: @__race_asm_end({{.*}}, i32 8,
void patched(int *p) {
  asm volatile(".pushsection .smp_locks,\"a\"\n"
               ".balign 4\n"
               ".long 671f - .\n"
               ".popsection\n"
               "671:\n\tlock; addl %1,%0" : "+m"(*p) : "ir"(3));
}

// A compare-exchange modifies when it succeeds.
// CHECK-LABEL: @exchange(
// CHECK: [[FOUND:%.*]] = {{.*}}call i32 asm sideeffect "lock; cmpxchgl
// CHECK: [[DONE:%.*]] = icmp eq i32 [[FOUND]], %
// CHECK: [[WHAT:%.*]] = select i1 [[DONE]], i32 8, i32 1
// CHECK: @__race_asm_end({{.*}}, i32 [[WHAT]],
int exchange(int *p, int expected, int desired) {
  asm volatile("lock; cmpxchgl %2,%1"
               : "=a"(expected), "+m"(*p) : "r"(desired), "0"(expected) : "memory");
  return expected;
}

// What ax is after the second instruction, nobody knows.
// CHECK-LABEL: @overwritten(
// CHECK: @__race_asm_end({{.*}}, i32 8,
int overwritten(int *p, int expected, int desired) {
  asm volatile("lock; cmpxchgl %2,%1; movl $1, %%eax"
               : "=a"(expected), "+m"(*p) : "r"(desired), "0"(expected) : "memory");
  return expected;
}

// What loops does not hold the object.
// CHECK-LABEL: @spins(
// CHECK-NOT: asm_begin
// CHECK: @__race_asm_before({{.*}}, i32 8,
// CHECK-NEXT: call void asm
// CHECK: @__race_asm_after({{.*}}, i32 8,
void spins(int *p) {
  asm volatile("1: lock; btsl $0, %0; jc 1b" : "+m"(*p) : : "memory");
}

// CHECK-LABEL: @jumps(
// CHECK: @__race_asm_before({{.*}}, i32 8,
// CHECK: callbr
// CHECK: @__race_asm_after({{.*}}, i32 8,
// CHECK: @__race_asm_after({{.*}}, i32 8,
int jumps(int *p) {
  asm goto("lock; decl %0; jz %l[zero]" : : "m"(*p) : "memory" : zero);
  return 1;
zero:
  return 0;
}

// CHECK-LABEL: @moves(
// CHECK: @__race_asm_end({{.*}}, i32 2,
// CHECK: @__race_asm_end({{.*}}, i32 1,
// CHECK: @__race_asm_end({{.*}}, i32 4,
int moves(int *p, int *q, char *r) {
  int v;
  asm volatile("movl $0, %0" : "+m"(*p) : : "memory");
  asm volatile("movl %1, %0" : "=r"(v) : "m"(*q) : "memory");
  asm volatile("incb %0" : "+m"(*r) : : "memory");
  return v;
}

// Nothing orders here, and what is not mentioned is as its constraint says.
// CHECK-LABEL: @plain(
// CHECK-NOT: asm_
// CHECK: __race_write_range({{.*}}, i64 4)
// CHECK-NOT: asm_
// CHECK: __race_read_range({{.*}}, i64 4)
// CHECK-NOT: asm_
// CHECK: __race_read_range({{.*}}, i64 40)
// CHECK-NOT: asm_
// CHECK: ret i32
int plain(int *p, int *q, const char (*text)[40]) {
  int v, sum;
  asm volatile("movl $0, %0" : "=m"(*p));
  asm volatile("movl %1, %0" : "=r"(v) : "m"(*q));
  asm("movsbl (%1), %0" : "=r"(sum) : "r"(text), "m"(*text));
  return v + sum;
}

// CHECK-LABEL: @silent(
// CHECK-NOT: __race
// CHECK: ret void
void silent(int *p, int v) {
  asm volatile("" : "+m"(*p) : : "memory");
  asm volatile("" : : "r,m"(v) : "memory");
  asm volatile("prefetchw %0" : : "m"(*p));
  asm volatile("rep; nop" : : : "memory");
  asm volatile("movl $1, (%0)" : : "r"(p));
}

// CHECK-LABEL: @fences(
// CHECK: @__race_fence(i32 5)
// CHECK: @__race_fence(i32 5)
// CHECK: @__race_fence(i32 2)
// CHECK: @__race_fence(i32 3)
// CHECK-NOT: __race_fence
// CHECK: ret void
void fences(void) {
  asm volatile("mfence" : : : "memory");
  asm volatile("lock; orl $0, 0(%%rsp) # a comment; with mfence" : : : "memory", "cc");
  asm volatile("lfence" : : : "memory");
  asm volatile("sfence" : : : "memory");
  asm volatile("lfence; rdtsc" : : : "eax", "edx");
}

// Addresses in registers: only what orders threads, and names its size.
// CHECK-LABEL: @by_register(
// CHECK: @__race_asm_begin(
// CHECK: @__race_asm_end({{.*}}, i32 8,
// CHECK-NOT: asm_
// CHECK: ret void
void by_register(long *p) {
  asm volatile("lock; incq (%0)" : : "r"(p) : "memory");
  asm volatile("lock; incq 8(%0)" : : "r"(p) : "memory");
  asm volatile("incq (%0)" : : "r"(p));
}

// An operand beside it says the same to the compiler.
// CHECK-LABEL: @twice(
// CHECK: @__race_asm_end({{.*}}, i32 8,
// CHECK-NOT: @__race_{{read|write|asm}}
// CHECK: ret void
void twice(long *p, long *q) {
  asm volatile("lock; incq (%1)" : "+m"(*p) : "r"(p) : "memory");
  asm volatile("lock; incq 8(%1)" : "+m"(*q) : "r"(q - 1) : "memory");
}

// A type of many words is for the compiler: what is exchanged are 8 bytes.
struct many { long word[100]; };
// CHECK-LABEL: @fiction(
// CHECK: @__race_asm_end({{.*}}, i32 8,
// CHECK: ret i64
long fiction(void *p, long v) {
  asm volatile("xchgq %0, %1" : "=r"(v) : "m"(*(struct many *)p), "0"(v) : "memory");
  return v;
}

// Functions that are not checked order threads all the same.
// CHECK-LABEL: @unchecked(
// CHECK-NOT: __race_write
// CHECK: @__race_asm_end({{.*}}, i32 8,
// CHECK: ret void
__attribute__((no_sanitize("thread"))) void unchecked(int *p, int *q) {
  asm volatile("movl $0, %0" : "=m"(*q));
  asm volatile("lock; incl %0" : "+m"(*p));
}
