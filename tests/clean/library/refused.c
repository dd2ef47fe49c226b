// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Addresses that the kernel cannot read are refused (EFAULT), and the program goes on.
//
// RUN: %clang -I%support %s -pthread %build/tests/barrier.o -o %t && %t > %t.native && FileCheck %s < %t.native
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t > %t.out && diff %t.native %t.out
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t > %t.out && diff %t.native %t.out

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/time.h>
#include <unistd.h>

#include "two.h"

static int failed;

static void tell(const char *what, int result)
{
	int refused = result == -1 && errno == EFAULT;

	failed |= !refused;
	printf("%s %s\n", what, refused ? "refused" : "not refused");
}
#define TRY(call) (errno = 0, tell(#call, (int)(call)))

static void nothing(void) {}

static void ask(void)
{
	char *volatile wrong[] = { (char *)8, (char *)-4 };
	struct stat status;
	struct statvfs room;

	for (int i = 0; i < 2; i++) {
		char *path = wrong[i];

		TRY(access(path, 0));
		TRY(open(path, O_RDONLY));
		TRY(open(path, O_CREAT, 0600));
		TRY(openat(AT_FDCWD, path, O_RDONLY));
		TRY(creat(path, 0600));
		TRY(stat(path, &status));
		TRY(stat("/", (struct stat *)path));
		TRY(lstat(path, &status));
		TRY(statvfs(path, &room));
		TRY(chdir(path));
		TRY(mkdir(path, 0));
		TRY(unlink(path));
		TRY(rename(path, "/a/b"));
		TRY(symlink(path, "/a/b"));
		TRY(truncate(path, 0));
		TRY(readlink(path, (char *)&status, 8));
		TRY(execve(path, (char *[]){ 0 }, (char *[]){ 0 }));
		TRY(execl(path, "x", (char *)0));
	}
}

int main(void)
{
	run_two(nothing, ask);
	puts(failed ? "some were not" : "all refused");
	return 0;
}
// CHECK: all refused
