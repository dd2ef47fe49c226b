// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls of what the runtime stands in for go to it directly. An address is that of the
// function itself, wherever it goes.
// RUN: %clang %race_cflags -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %clang %race_cflags -O1 -DOWN -S -emit-llvm %s -o - | FileCheck %s --check-prefix=OWN
#include <dlfcn.h>
#include <pthread.h>
#include <semaphore.h>

#ifdef OWN
int pthread_mutex_lock(pthread_mutex_t *m) { return m != 0; }
#endif

void with(int (*unlock)(pthread_mutex_t *), pthread_mutex_t *m);
int pthread_mutex_trylock(pthread_mutex_t *) __attribute__((weak));

// CHECK-LABEL: @use(
// CHECK: call i32 @__race_pthread_mutex_lock(
// CHECK: call i32 @__race_pthread_cond_wait(
// CHECK: call void @with({{.*}}@pthread_mutex_unlock
// CHECK: call i32 @__race_sem_post(
// CHECK: call i32 @sched_yield(
// CHECK: {{icmp|select}} {{.*}}@pthread_mutex_trylock
// OWN-LABEL: @use(
// OWN-NOT: @__race_pthread_mutex_lock
// OWN: @__race_pthread_cond_wait(
int use(pthread_mutex_t *m, pthread_cond_t *c, sem_t *s) {
  pthread_mutex_lock(m);
  pthread_cond_wait(c, m);
  with(pthread_mutex_unlock, m);
  sem_post(s);
  sched_yield();
  return pthread_mutex_trylock != 0;
}

// CHECK-LABEL: @threads(
// CHECK: call i32 @__race_pthread_create(
// CHECK: call i32 @__race_pthread_join(
int threads(pthread_t *t, void *(*f)(void *)) {
  return pthread_create(t, 0, f, 0) + pthread_join(*t, 0);
}

// The call stays, as the loader looks at where it comes from.
// CHECK-LABEL: @open_library(
// CHECK: call void @__race_opening()
// CHECK: call {{.*}} @dlopen(
// CHECK: call void @__race_opened(
void *open_library(const char *path) { return dlopen(path, RTLD_NOW); }

// Not instrumented at all: left as it is, interposition sees the call.
// CHECK-LABEL: @plain(
// CHECK: call i32 @pthread_mutex_lock(
__attribute__((disable_sanitizer_instrumentation)) void
plain(pthread_mutex_t *m) {
  pthread_mutex_lock(m);
}
