// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What libc keeps for all threads and does not lock: two threads use it, and nothing
// orders them. So do the members of what gmtime() and its kin return.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t 2>&1 | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_race %t 2>&1 | FileCheck %s

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "two.h"

static char text[2][8] = { "a b", "a b" };
static time_t now;
static DIR *folder;
static int terminal;
static struct addrinfo *list;
static volatile long kept[2];

static void use(int i)
{
	kept[i] = drand48() < lrand48() + mrand48();
	srand48(i);
	kept[i] = (long)strtok(text[i], " ");
	kept[i] = gmtime(&now)->tm_year;
	kept[i] = (long)ctime(&now);
	kept[i] = getpwuid(0)->pw_uid;
	kept[i] = getgrgid(0)->gr_gid;
	kept[i] = (long)ptsname(terminal);
	kept[i] = (long)ttyname(0); // if it is a terminal
	rewinddir(folder);
	kept[i] = (i ? readdir(folder)->d_name : readdir64(folder)->d_name)[0];
	if (i)
		freeaddrinfo(list);
	else
		kept[i] = list->ai_family;
	if (i)
		kept[i] = (long)getenv("HOME");
	else
		setenv("A", "1", 1), clearenv();
}

static void first(void)
{
	use(0);
}

static void second(void)
{
	use(1);
}

int main(void)
{
	terminal = posix_openpt(O_RDWR | O_NOCTTY);
	folder = opendir("/");
	if (!folder || getaddrinfo("127.0.0.1", 0, 0, &list))
		return 1;
	run_two(first, second);
	return 0;
}

// CHECK: Write {{.*}} by thread T2
// CHECK-NEXT: drand48()
// CHECK: Previous write
// CHECK-NEXT: {{[dlms]}}rand48()
// CHECK: Location: {{.*}}drand48
// CHECK: Write {{.*}} by thread T2
// CHECK-NEXT: strtok()
// CHECK: Previous write
// CHECK-NEXT: strtok()
// CHECK: Write {{.*}} by thread T2
// CHECK-NEXT: gmtime()
// CHECK: Previous
// CHECK: Write {{.*}} by thread T2
// CHECK-NEXT: ctime()
// CHECK: Write {{.*}} by thread T2
// CHECK-NEXT: getpwuid()
// CHECK: Write {{.*}} by thread T2
// CHECK-NEXT: getgrgid()
// CHECK: Write {{.*}} by thread T2
// CHECK-NEXT: ptsname()
// CHECK: Write {{.*}} by thread T2
// CHECK-NEXT: readdir()
// CHECK: Free {{.*}} by thread T2
// CHECK-NEXT: freeaddrinfo()
// CHECK: Read {{.*}} by thread T2
// CHECK-NEXT: getenv()
// CHECK: Previous atomic write
// CHECK-NEXT: {{setenv|clearenv}}()
