// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is done after a signal was sent, or its timer set, is not ordered by it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define RACY
#include "../../clean/edges/signals.c"

// CHECK-DAG: kill_look()
// CHECK-DAG: tgkill_look()
// CHECK-DAG: sigqueue_look()
// CHECK-DAG: pthread_kill_look()
// CHECK-DAG: pthread_sigqueue_look()
// CHECK-DAG: ualarm_look()
// CHECK-DAG: {{^ *}}alarm_look()
// CHECK-DAG: setitimer_look()
// CHECK-DAG: {{^ *}}timer_look()
// CHECK-DAG: sigwait_look()
// CHECK-DAG: sigwait_thread_look()
// CHECK-DAG: sigwaitinfo_look()
// CHECK-DAG: sigtimedwait_look()
// CHECK-DAG: signalfd_look()
// CHECK-DAG: thread_timer_look()
// CHECK: Found 15 data race(s)
