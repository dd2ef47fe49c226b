// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What printf, scanf and their kin touch: their targets, and what their arguments point to.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin -D__NO_INLINE__ %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <syslog.h>
#include <unistd.h>
#include <wchar.h>

#define W ((wchar_t *)p)

extern int __printf_chk(int, const char *, ...);
extern int __fprintf_chk(FILE *, int, const char *, ...);
extern int __dprintf_chk(int, int, const char *, ...);
extern int __sprintf_chk(char *, int, size_t, const char *, ...);
extern int __snprintf_chk(char *, size_t, int, size_t, const char *, ...);
extern int __asprintf_chk(char **, int, const char *, ...);
extern void __syslog_chk(int, int, const char *, ...), __vsyslog_chk(int, int, const char *, va_list);
extern int __swprintf_chk(wchar_t *, size_t, int, size_t, const wchar_t *, ...);

static FILE *null, *wide_null, *in, *wide_in;
static int fd, number;
static char to[512];
static wchar_t wide_to[64];

// The forms with a list.
#define BY_LIST(name, params, args)                                                    \
	static int by_list_##name params                                               \
	{                                                                              \
		va_list list;                                                          \
		int result;                                                            \
                                                                                       \
		va_start(list, format);                                                \
		result = name args;                                                    \
		va_end(list);                                                          \
		return result;                                                         \
	}
BY_LIST(vprintf, (const char *format, ...), (format, list))
BY_LIST(vfprintf, (FILE *stream, const char *format, ...), (stream, format, list))
BY_LIST(vdprintf, (int fd, const char *format, ...), (fd, format, list))
BY_LIST(vsprintf, (char *s, const char *format, ...), (s, format, list))
BY_LIST(vsnprintf, (char *s, size_t n, const char *format, ...), (s, n, format, list))
BY_LIST(vasprintf, (char **s, const char *format, ...), (s, format, list))
BY_LIST(vfwprintf, (FILE *stream, const wchar_t *format, ...), (stream, format, list))
BY_LIST(vswprintf, (wchar_t *s, size_t n, const wchar_t *format, ...), (s, n, format, list))
BY_LIST(vsscanf, (const char *s, const char *format, ...), (s, format, list))
BY_LIST(vfscanf, (FILE *stream, const char *format, ...), (stream, format, list))
BY_LIST(vfwscanf, (FILE *stream, const wchar_t *format, ...), (stream, format, list))

static int by_list_vsyslog(int priority, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vsyslog(priority, format, list);
	va_end(list);
	return 0;
}

static int by_list_vsyslog_chk(int priority, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	__vsyslog_chk(priority, 1, format, list);
	va_end(list);
	return 0;
}

static int by_list_vwarn(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vwarn(format, list);
	va_end(list);
	return 0;
}

static int by_list_vwarnx(const char *format, ...)
{
	va_list list;

	va_start(list, format);
	vwarnx(format, list);
	va_end(list);
	return 0;
}

#include "cases.h"

static void before_cases(void)
{
	char *made = "12 34 some text\n";

	null = fopen("/dev/null", "w");
	stderr = fopen("/dev/null", "w");
	wide_null = fopen("/dev/null", "w");
	fd = fileno(null);
	in = fmemopen(made, strlen(made), "r");
	wide_in = tmpfile(); // fmemopen has no wide characters
	(void)!write(fileno(wide_in), made, strlen(made));
	lseek(fileno(wide_in), 0, SEEK_SET);
}
#else
CASE(printf, strcpy(p, "ab"), 2, printf("%s\n", p))
CASE(printf, strcpy(p, "abc\n"), 4, printf(p))
CASE(printf, strcpy(p, "abcd"), 2, printf("%d %.3s\n", 1, p))
CASE(printf, strcpy(p, "abcd"), 2, printf("%f %Lf %.*s\n", 1.5, 2.5L, 3, p))
CASE(printf, strcpy(p, "abcd"), 2, printf("%2$d %1$.3s\n", p, 1))
CASE(printf, strcpy(p, "ab"), 2, printf("%d%d%d%d%d%d%d%d%s\n", 1, 2, 3, 4, 5, 6, 7, 8, p))
CASE(printf, wcscpy(W, L"a"), 7, printf("%ls\n", W))
CASE(printf, wcscpy(W, L"abc"), 7, printf("%.2ls\n", W))
CASE(printf, 0, 3, printf("a%n\n", (int *)p))
CASE(printf, 0, 0, printf("a%hhn\n", p))
CASE(fprintf, strcpy(p, "ab"), 2, fprintf(null, "%s", p))
CASE(dprintf, strcpy(p, "ab"), 2, dprintf(fd, "%s", p))
CASE(sprintf, 0, 2, sprintf(p, "%d", 12))
CASE(sprintf, strcpy(p, "ab"), 2, sprintf(to, "%s", p))
CASE(snprintf, 0, 2, snprintf(p, 9, "%d", 12))
CASE(snprintf, 0, 2, snprintf(p, 3, "%d", 1234))
CASE(asprintf, 0, 7, asprintf((char **)p, "%d", 12))
CASE(printf, strcpy(p, "ab"), 2, __printf_chk(1, "%s\n", p))
CASE(fprintf, strcpy(p, "ab"), 2, __fprintf_chk(null, 1, "%s\n", p))
CASE(dprintf, strcpy(p, "ab"), 2, __dprintf_chk(fd, 1, "%s\n", p))
CASE(sprintf, 0, 2, __sprintf_chk(p, 1, 64, "%d", 12))
CASE(snprintf, 0, 2, __snprintf_chk(p, 9, 1, 64, "%d", 12))
CASE(asprintf, 0, 7, __asprintf_chk((char **)p, 1, "%d", 12))
CASE(vfwprintf, strcpy(p, "ab"), 2, by_list_vfwprintf(wide_null, L"%s", p))
CASE(fwprintf, strcpy(p, "ab"), 2, fwprintf(wide_null, L"%s", p))
CASE(swprintf, 0, 11, swprintf(W, 9, L"%d", 12))
CASE(swprintf, wcscpy(W, L"a"), 7, swprintf(wide_to, 9, L"%ls", W))
CASE(swprintf, 0, 11, __swprintf_chk(W, 9, 1, 64, L"%d", 12))
CASE(syslog, strcpy(p, "ab"), 2, (syslog(LOG_DEBUG, "%s", p), 0))
CASE(syslog, strcpy(p, "ab"), 2, (syslog(LOG_DEBUG, p), 0))
CASE(syslog, strcpy(p, "ab"), 2, (__syslog_chk(LOG_DEBUG, 1, "%s", p), 0))
CASE(vsyslog, strcpy(p, "ab"), 2, by_list_vsyslog(LOG_DEBUG, "%f %s", 1.5, p))
CASE(vsyslog, strcpy(p, "ab"), 2, by_list_vsyslog_chk(LOG_DEBUG, "%f %s", 1.5, p))
CASE(warn, strcpy(p, "ab"), 2, (warn("%s", p), 0))
CASE(warn, strcpy(p, "ab"), 2, (warn(p), 0))
CASE(warnx, strcpy(p, "ab"), 2, (warnx("%s", p), 0))
CASE(vwarn, strcpy(p, "ab"), 2, by_list_vwarn("%f %s", 1.5, p))
CASE(vwarnx, strcpy(p, "ab"), 2, by_list_vwarnx("%f %s", 1.5, p))
CASE(sscanf, strcpy(p, "12 34"), 1, sscanf(p, "%d", &number))
CASE(sscanf, 0, 3, sscanf("12", "%d", (int *)p))
CASE(sscanf, 0, 0, sscanf("12", "%hhd", p))
CASE(sscanf, 0, 7, sscanf("12", "%ld", (long *)p))
CASE(sscanf, 0, 3, sscanf("12", "%f", (float *)p))
CASE(sscanf, 0, 7, sscanf("12", "%lf", (double *)p))
CASE(sscanf, 0, 2, sscanf("ab cd", "%s", p))
CASE(sscanf, 0, 2, sscanf("abcd", "%2s", p))
CASE(sscanf, 0, 2, sscanf("abcd", "%3c", p))
CASE(sscanf, 0, 2, sscanf("ab]cd", "%[ab]", p))
CASE(sscanf, 0, 7, sscanf("ab", "%ms", (char **)p))
CASE(sscanf, 0, 11, sscanf("ab", "%ls", W))
CASE(sscanf, 0, 3, sscanf("12 34", "%*d %d", (int *)p))
CASE(sscanf, 0, 3, sscanf("12 34", "%d%n", &number, (int *)p))
CASE(fscanf, 0, 3, fscanf(in, "%d", (int *)p))
CASE(vprintf, strcpy(p, "ab"), 2, by_list_vprintf("%f %s\n", 1.5, p))
CASE(vfprintf, strcpy(p, "ab"), 2, by_list_vfprintf(null, "%f %s\n", 1.5, p))
CASE(vdprintf, strcpy(p, "ab"), 2, by_list_vdprintf(fd, "%f %s\n", 1.5, p))
CASE(vsprintf, 0, 2, by_list_vsprintf(p, "%d", 12))
CASE(vsnprintf, 0, 2, by_list_vsnprintf(p, 3, "%d", 1234))
CASE(vasprintf, 0, 7, by_list_vasprintf((char **)p, "%d", 12))
CASE(vswprintf, 0, 11, by_list_vswprintf(W, 9, L"%d", 12))
CASE(vsscanf, 0, 3, by_list_vsscanf("12", "%d", (int *)p))
CASE(vfscanf, 0, 3, by_list_vfscanf(in, "%d", (int *)p))
CASE(fwscanf, 0, 3, fwscanf(wide_in, L"%d", (int *)p))
CASE(vfwscanf, 0, 3, by_list_vfwscanf(wide_in, L"%d", (int *)p))
CASE(swscanf, 0, 3, swscanf(L"12", L"%d", (int *)p))
#endif
