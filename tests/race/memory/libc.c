// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What libc reads and writes for its caller: one thread writes a byte that a call of the
// other reads or writes. Each case is a race of its own; the report has the function on
// top and its caller below.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && FileCheck %s < %t.out
// RUN: grep -A2 '^Read\|^Write' %t.out | FileCheck --check-prefix=TOP %s
// RUN: %race_cc -O2 -fno-builtin %s -o %t && %expect_race %t > %t.out && FileCheck --check-prefix=MOST %s < %t.out

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "two.h"

// A case has its own source `s` and its own target `to`.
enum { CASES = 200, BYTES = 64 };
static char sources[CASES][BYTES], targets[CASES][BYTES * 16], scratch[BYTES * 64];
static wchar_t wide[CASES][BYTES];
static int cases;
static volatile long kept;

static int compare(const void *a, const void *b)
{
	return (int)((const char *)a - (const char *)b);
}

// READS: the call reads s[2] as the last byte that matters. WRITES: it writes to[0].
#define CALLS                                                                                  \
	READS(memcpy(to, s, 3)) WRITES(memcpy(to, "abc", 3))                                   \
	READS(memmove(to, s, 3)) WRITES(memmove(to, "abc", 3))                                 \
	READS(mempcpy(to, s, 3)) WRITES(memset(to, 1, 3))                                      \
	READS(memccpy(to, s, 0, 9)) WRITES((bzero(to, 3), 1)) WRITES((explicit_bzero(to, 3), 1))   \
	READS((bcopy(s, to, 3), 1)) READS(memcmp(s, "12x", 3)) \
	READS(memchr(s, 'x', 3)) READS(memrchr(s, 'x', 3)) READS(memmem(s, 3, "x", 1))         \
	READS(strlen(s)) READS(strnlen(s, 9)) READS(strcpy(to, s)) WRITES(strcpy(to, "abc"))   \
	READS(stpcpy(to, s)) READS(strncpy(to, s, 9)) READS(stpncpy(to, s, 9))                 \
	READS(strcat(to, s)) READS(strncat(to, s, 9)) READS(strcmp(s, "12"))                   \
	READS(strncmp(s, "12", 9)) READS(strcasecmp(s, "12")) READS(strncasecmp(s, "12", 9))   \
	READS(strcoll(s, "12")) READS(strxfrm(to, s, 9)) READS(strchr(s, 'x'))                 \
	READS(strchrnul(s, 'x')) READS(index(s, 'x')) READS(strrchr(s, '1'))                   \
	READS(rindex(s, '1')) READS(strstr(s, "x")) READS(strcasestr(s, "x"))                  \
	READS(strspn(s, "12")) READS(strcspn(s, "x")) READS(strpbrk(s, "x"))                   \
	READS(strtok_r(s, " ", &rest)) READS((rest = s, strsep(&rest, " ")))                   \
	READS(strdup(s)) READS(strndup(s, 9))                                                  \
	WRITES(wmemcpy(w, L"ab", 2)) WRITES(wmemmove(w, L"ab", 2)) WRITES(wmemset(w, L'a', 2)) \
	WRITES(wcscpy(w, L"ab")) WRITES(wcscat(w, L"ab")) WRITES(wcslen(w))                    \
	WRITES(wcschr(w, L'a')) WRITES(wcsdup(w)) WRITES(wcstombs(0, w, 0))                    \
	READS(mbstowcs(0, s, 0)) READS(strtol(s, 0, 10)) READS(strtoul(s, &rest, 10))          \
	READS(strtoll(s, 0, 10)) READS(strtoull(s, 0, 10)) READS(atoi(s)) READS(atol(s))       \
	READS(atoll(s)) WRITES(fread(to, 1, 3, zero)) READS(fwrite(s, 1, 3, null))             \
	WRITES(fgets(to, 3, text)) READS(fputs(s, null)) READS(puts(s))                        \
	WRITES(getline((char **)to, &room, text))                                              \
	WRITES(getdelim((char **)to, &room, '\n', text))                                       \
	WRITES((qsort(to, 3, 1, compare), 1)) WRITES(time((time_t *)to))                            \
	WRITES(gmtime_r(&now, (struct tm *)to)) WRITES(localtime_r(&now, (struct tm *)to))     \
	WRITES(gmtime((time_t *)to)) WRITES(localtime((time_t *)to))                           \
	WRITES(asctime((struct tm *)to)) WRITES(ctime((time_t *)to))                           \
	WRITES(asctime_r(&today, to)) WRITES(ctime_r(&now, to)) WRITES(mktime((struct tm *)to)) \
	WRITES(timegm((struct tm *)to)) WRITES(strftime(to, 64, "%Y", &today))                 \
	WRITES(clock_gettime(CLOCK_REALTIME, (struct timespec *)to))                           \
	WRITES(getcwd(to, BYTES * 16)) WRITES(readlink("/proc/self/exe", to, BYTES * 16))      \
	READS(realpath(s, to)) WRITES(stat("/", (struct stat *)to))                            \
	WRITES(lstat("/", (struct stat *)to)) WRITES(fstat(1, (struct stat *)to))              \
	READS(getenv(s)) READS(setenv(s, "1", 1)) WRITES(inet_pton(AF_INET, "1.2.3.4", to))    \
	WRITES(inet_ntop(AF_INET, &room, to, 64))

static void first(void)
{
	for (int i = 0; i < CASES; i++) {
#ifdef BEYOND // what no call reaches
		sources[i][3] = 1;
		targets[i][BYTES * 16 - 1] = 1;
		wide[i][BYTES - 1] = 1;
#else
		sources[i][2] = 0;
		targets[i][0] = 0;
		wide[i][0] = 0;
#endif
	}
}

static FILE *zero, *null, *text;
static time_t now;
static struct tm today;

static void second(void)
{
	static size_t room;
	char *rest = 0;

#define READS(call)                                                                            \
	{                                                                                      \
		char *s = sources[cases], *to = scratch;                                       \
		(void)s, (void)to, (void)rest;                                                 \
		cases++;                                                                       \
		kept = (long)call;                                                                    \
	}
#define WRITES(call)                                                                           \
	{                                                                                      \
		char *to = targets[cases];                                                     \
		wchar_t *w = wide[cases];                                                      \
		(void)to, (void)w;                                                             \
		cases++;                                                                       \
		kept = (long)call;                                                                    \
	}
	CALLS
}

int main(void)
{
	for (int i = 0; i < CASES; i++) {
		sources[i][0] = '1';
		sources[i][1] = '2';
	}
	zero = fopen("/dev/zero", "r");
	null = fopen("/dev/null", "w");
	text = fopen(__FILE__, "r");
	localtime_r(&now, &today);
	run_two(first, second);
	printf("%d cases\n", cases);
	return 0;
}

// CHECK: {{^}}[[#N:]] cases
// CHECK: Found [[#N]] data race(s)
// MOST: Found {{[89][0-9]}} data race(s)
// TOP: memcpy()
// TOP-NEXT: <libc>
