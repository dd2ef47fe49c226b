// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Files of any size, and every way to open one, give what they give without us.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 -D_FILE_OFFSET_BITS=64 -D_FORTIFY_SOURCE=2 %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

static const char text[] = "some text\n";
static char into[64];

static void say(FILE *stream, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vfprintf(stream, format, list);
	va_end(list);
}

static int scan(FILE *stream, const char *format, ...)
{
	va_list list;
	int result;

	va_start(list, format);
	result = vfscanf(stream, format, list);
	va_end(list);
	return result;
}

static void say_to(int fd, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vdprintf(fd, format, list);
	va_end(list);
}

static void *work(void *unused)
{
	char path[] = "/tmp/race_large.XXXXXX";
	int fd = mkstemp(path), copy = creat(path, 0600), again = creat64(path, 0600);
	int memory = memfd_create("large", 0), number = 0;
	struct stat status;
	FILE *stream;

	printf("%zd ", pwrite64(fd, text, sizeof(text), 5ll << 32));
	printf("%zd ", pread64(fd, into, sizeof(text), 5ll << 32));
	fstat(copy, &status);
	printf("%d %lld\n", !strcmp(into, text), (long long)status.st_size);
	printf("%zd\n", sendfile64(memory, fd, &(off64_t){ 5ll << 32 }, sizeof(text)));
	ftruncate(fd, 0);
	lseek(fd, 0, SEEK_SET);
	say_to(fd, "number %d\n", 42);
	close(copy);
	close(again);
	copy = open64(path, O_RDONLY);
	again = openat64(AT_FDCWD, path, O_RDONLY | O_CREAT, 0600);
	number = fcntl64(again, F_DUPFD, 200);
	printf("%d %d\n", number, copy >= 0 && again > copy);
	close(number);
	close(copy);
	close(again);
	stream = fopen64(path, "r");
	printf("%d %d\n", scan(stream, "number %d", &number), number);
	fclose(stream);
	stream = fopen(path, "a+");
	say(stream, "%s", text);
	rewind(stream);
	while (fgets(into, sizeof(into), stream))
		fputs(into, stdout);
	fclose(stream);
	fclose(tmpfile());
	stream = tmpfile64();
	fwrite(text, 1, sizeof(text), stream);
	rewind(stream);
	printf("%zu\n", fread(into, 1, sizeof(into), stream));
	fclose(stream);
	stream = popen("echo piped; cat >/dev/null", "r");
	printf("%s", fgets(into, sizeof(into), stream));
	printf("%d\n", pclose(stream));
	printf("%d\n", fclose(fdopen(inotify_init(), "r")));
	close(fd);
	unlink(path);
	return unused;
}

int main(void)
{
	pthread_t thread;

	pthread_create(&thread, 0, work, 0);
	pthread_join(thread, 0);
	return 0;
}

// CHECK: 11 11 1 21474836491
// CHECK-NEXT: 11
// CHECK-NEXT: 200 1
// CHECK-NEXT: 1 42
// CHECK-NEXT: number 42
// CHECK-NEXT: some text
// CHECK-NEXT: 11
// CHECK-NEXT: piped
// CHECK-NEXT: 0
// CHECK-NEXT: 0
