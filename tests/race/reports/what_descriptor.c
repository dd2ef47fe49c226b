// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What is raced on is a file descriptor: one thread uses it, another closes it, in either
// order; two close it.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %expect_race env RACE_OPTIONS=format=json %t > %t.out && python3 %support/check_json.py %t.out | FileCheck --check-prefix JSON %s
// RUN: %expect_race env RACE_OPTIONS=format=sarif %t > %t.out && python3 %support/check_sarif.py %t.out | FileCheck --check-prefix SARIF %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O0 -x c++ %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -O2 -x c++ %s -o %t && %expect_race %t | FileCheck %s

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "two.h"

static int log_file, input[2], ours[2], gone, twice;
static char bytes[8];

__attribute__((noinline)) static void leave(int fd)
{
	close(fd);
}

static void first(void)
{
	if (write(log_file, "x", 1) != 1 || read(input[0], bytes, 1) != 1 || send(ours[0], "x", 1, 0) != 1)
		return;
	leave(gone);
	close(twice);
}

static void second(void)
{
	leave(log_file);
	leave(input[0]);
	leave(ours[0]);
	if (pread(gone, bytes, 1, 0) == 1)
		return;
	close(twice);
}

int main(void)
{
	log_file = open("/dev/null", O_WRONLY);
	gone = open("/dev/zero", O_RDONLY);
	twice = open("/dev/zero", O_RDONLY);
	if (pipe(input) || write(input[1], "x", 1) != 1 || socketpair(AF_UNIX, SOCK_STREAM, 0, ours))
		return 1;
	run_two(first, second);
	return 0;
}

// CHECK: {{^}}Close of file descriptor [[#LOG:]] by thread T2:
// CHECK-NEXT: close()
// CHECK-NEXT: <libc>
// CHECK-NEXT: leave(
// CHECK: {{^}}Previous use of file descriptor [[#LOG]] by thread T1:
// CHECK-NEXT: write()
// CHECK-NEXT: <libc>
// CHECK-NEXT: first()
// CHECK-NEXT: what_descriptor.c:[[#@LINE-35]]
// CHECK: {{^}}Location: file descriptor [[#LOG]]{{$}}
// CHECK: Advice: nothing makes the close wait until the use is over: its number may be another file's by then

// CHECK: Close of file descriptor
// CHECK: Previous use of file descriptor
// CHECK-NEXT: read()

// CHECK: Close of file descriptor
// CHECK: Previous use of file descriptor
// CHECK-NEXT: send()

// CHECK: Use of file descriptor {{[0-9]+}} by thread T2:
// CHECK-NEXT: pread
// CHECK: Previous close of file descriptor {{[0-9]+}} by thread T1:
// CHECK-NEXT: close()
// CHECK-NEXT: <libc>
// CHECK-NEXT: leave(
// CHECK: Advice: the descriptor was closed before: its number may be another file's by now

// CHECK: Close of file descriptor
// CHECK: Previous close of file descriptor
// CHECK: Advice: the descriptor is closed twice: the second may close another file
// CHECK: Found 5 data race(s)

// JSON: now: write of None by T2
// JSON: before: read of None by T1
// JSON: location: descriptor
// SARIF: result: Close of file descriptor {{[0-9]+}} by thread T2; Previous use of file descriptor {{[0-9]+}} by thread T1
