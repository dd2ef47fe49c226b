// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ways in which clang is called.
//
// Several files on one line:
// RUN: rm -rf %t && mkdir %t && cp %s %t/a.c && cp %s %t/b.c && cd %t
// RUN: %clang %race_cflags -O2 -c a.c b.c
// RUN: llvm-nm a.o | FileCheck %s --check-prefix=NM
// RUN: llvm-nm b.o | FileCheck %s --check-prefix=NM
// NM-DAG: U __race_read4
// NM-DAG: U __race_self
//
// Both kinds of link-time optimisation; what would be inlined at link time would
// push a wrong return address:
// RUN: %clang %race_cflags -O2 -flto -c a.c -o full.o
// RUN: llvm-dis full.o -o - | FileCheck %s --check-prefix=LTO
// RUN: %clang %race_cflags -O2 -flto=thin -c a.c -o thin.o
// RUN: llvm-dis thin.o -o - | FileCheck %s --check-prefix=LTO
// LTO: define {{.*}}@get({{.*}} [[ATTRS:#[0-9]+]] {
// LTO: call preserve_allcc void @__race_read4(
// LTO: attributes [[ATTRS]] = { {{.*}}noinline
//
// Twice the plugin is once; what -save-temps gives to the optimiser as bitcode is
// reached as a pass plugin:
// RUN: %clang %race_cflags -fpass-plugin=%plugin -O2 -S -emit-llvm a.c -o - | FileCheck %s --check-prefix=ONCE
// RUN: %clang %race_cflags -fpass-plugin=%plugin -O2 -save-temps -c a.c -o saved.o
// RUN: llvm-nm saved.o | FileCheck %s --check-prefix=NM
// ONCE-LABEL: @get(
// ONCE: call preserve_allcc void @__race_read4(
// ONCE-NOT: call preserve_allcc
// ONCE: ret i32
//
// Code that is annotated for TSan takes its annotated branch, and no TSan pass runs:
// RUN: %clang %race_cflags -DCHECK_FEATURE -O2 -fsyntax-only a.c
// RUN: llvm-nm a.o | FileCheck %s --check-prefix=TSAN
// TSAN-NOT: __tsan
//
// A precompiled header:
// RUN: %clang %race_cflags -x c-header a.c -o a.h.pch
// RUN: echo "int again(int *p) { return get(p); }" > c.c
// RUN: %clang %race_cflags -include-pch a.h.pch -c c.c
//
// What cannot be is said in one line:
// RUN: not %clang %race_cflags -fplugin-arg-race-inlin=0 -c a.c 2>&1 | FileCheck %s --check-prefix=OPTION
// OPTION: error: race: unknown option '-fplugin-arg-race-inlin'; there are inline, {{.*}}stats
// RUN: not %clang %race_cflags -fplugin-arg-race-inline=no -c a.c 2>&1 | FileCheck %s --check-prefix=VALUE
// VALUE: error: race: option '-fplugin-arg-race-inline' takes =0 or =1, not 'no'
// RUN: not %clang %race_cflags -fsanitize=address -c a.c 2>&1 | FileCheck %s --check-prefix=SHADOW
// SHADOW: error: race: a program has room for one shadow memory
// RUN: not %clang %race_cflags -m32 -O2 -c a.c 2>&1 | FileCheck %s --check-prefix=TARGET
// TARGET: error: race: cannot instrument for i386-{{.*}}, only for 64-bit x86
int get(int *p) { return *p; }

#ifdef CHECK_FEATURE
#if !__has_feature(thread_sanitizer) || !defined(__SANITIZE_THREAD__)
#error "not announced"
#endif
#endif
