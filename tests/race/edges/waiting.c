// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is done after data was sent is not ordered by who is told of it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define RACY
#include "../../clean/edges/waiting.c"

// CHECK-DAG: {{^ *}}poll_look()
// CHECK-DAG: {{^ *}}ppoll_look()
// CHECK-DAG: {{^ *}}poll_hang_up_look()
// CHECK-DAG: {{^ *}}select_look()
// CHECK-DAG: {{^ *}}pselect_look()
// CHECK-DAG: {{^ *}}epoll_registered_look()
// CHECK-DAG: {{^ *}}epoll_changed_look()
// CHECK-DAG: {{^ *}}epoll_wait_look()
// CHECK-DAG: {{^ *}}epoll_pwait_look()
// CHECK-DAG: {{^ *}}epoll_pwait2_look()
// CHECK-DAG: {{^ *}}mq_send_look()
// CHECK-DAG: {{^ *}}mq_timedsend_look()
// CHECK-DAG: {{^ *}}msgsnd_look()
// CHECK-DAG: {{^ *}}fprintf_look()
// CHECK-DAG: {{^ *}}fputs_look()
// CHECK-DAG: {{^ *}}fputc_look()
// CHECK-DAG: {{^ *}}fwrite_look()
// CHECK-DAG: {{^ *}}getline_look()
// CHECK-DAG: {{^ *}}getdelim_look()
// CHECK-DAG: {{^ *}}fclose_look()
// CHECK: Found 20 data race(s)
