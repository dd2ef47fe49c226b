// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is done after data was sent is not ordered by who receives it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s

#define RACY
#include "../../clean/edges/descriptors.c"

// CHECK-DAG: {{^ *}}write_look()
// CHECK-DAG: {{^ *}}writev_look()
// CHECK-DAG: {{^ *}}end_of_data_look()
// CHECK-DAG: {{^ *}}broken_pipe_look()
// CHECK-DAG: {{^ *}}dup_look()
// CHECK-DAG: {{^ *}}dup2_look()
// CHECK-DAG: {{^ *}}dup_by_fcntl_look()
// CHECK-DAG: {{^ *}}fifo_opened_look()
// CHECK-DAG: {{^ *}}fifo_look()
// CHECK-DAG: {{^ *}}send_look()
// CHECK-DAG: {{^ *}}sendmsg_look()
// CHECK-DAG: {{^ *}}sendmmsg_look()
// CHECK-DAG: {{^ *}}shutdown_look()
// CHECK-DAG: {{^ *}}connect_look()
// CHECK-DAG: {{^ *}}accept4_look()
// CHECK-DAG: {{^ *}}listen_look()
// CHECK-DAG: {{^ *}}connection_look()
// CHECK-DAG: {{^ *}}connection_back_look()
// CHECK-DAG: {{^ *}}datagram_look()
// CHECK-DAG: {{^ *}}passed_look()
// CHECK-DAG: {{^ *}}through_passed_look()
// CHECK-DAG: {{^ *}}passed_event_look()
// CHECK-DAG: {{^ *}}passed_socket_look()
// CHECK-DAG: {{^ *}}eventfd_look()
// CHECK-DAG: {{^ *}}eventfd_as_file_look()
// CHECK-DAG: {{^ *}}timerfd_look()
// CHECK-DAG: {{^ *}}inotify_look()
// CHECK-DAG: {{^ *}}pwrite_look()
// CHECK-DAG: {{^ *}}pwritev_look()
// CHECK-DAG: {{^ *}}pwritev2_look()
// CHECK-DAG: {{^ *}}sendfile_look()
// CHECK-DAG: {{^ *}}copy_file_range_look()
// CHECK-DAG: {{^ *}}splice_look()
// CHECK-DAG: {{^ *}}tee_look()
// CHECK-DAG: {{^ *}}spliced_on_look()
// CHECK-DAG: {{^ *}}number_look()
// CHECK: Found 36 data race(s)
