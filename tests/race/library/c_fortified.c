// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the functions touch that headers call with -D_FORTIFY_SOURCE; reports name those
// that the program wrote.
//
// RUN: %race_cc -O0 %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>
#include <wchar.h>

extern void *__memcpy_chk(void *, const void *, size_t, size_t);
extern void *__memmove_chk(void *, const void *, size_t, size_t);
extern void *__mempcpy_chk(void *, const void *, size_t, size_t);
extern void *__memset_chk(void *, int, size_t, size_t);
extern void __explicit_bzero_chk(void *, size_t, size_t);
extern char *__strcpy_chk(char *, const char *, size_t);
extern char *__stpcpy_chk(char *, const char *, size_t);
extern char *__strncpy_chk(char *, const char *, size_t, size_t);
extern char *__stpncpy_chk(char *, const char *, size_t, size_t);
extern char *__strcat_chk(char *, const char *, size_t);
extern char *__strncat_chk(char *, const char *, size_t, size_t);
extern wchar_t *__wmemcpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
extern wchar_t *__wmemmove_chk(wchar_t *, const wchar_t *, size_t, size_t);
extern wchar_t *__wmempcpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
extern wchar_t *__wmemset_chk(wchar_t *, wchar_t, size_t, size_t);
extern wchar_t *__wcscpy_chk(wchar_t *, const wchar_t *, size_t);
extern wchar_t *__wcpcpy_chk(wchar_t *, const wchar_t *, size_t);
extern wchar_t *__wcsncpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
extern wchar_t *__wcpncpy_chk(wchar_t *, const wchar_t *, size_t, size_t);
extern wchar_t *__wcscat_chk(wchar_t *, const wchar_t *, size_t);
extern wchar_t *__wcsncat_chk(wchar_t *, const wchar_t *, size_t, size_t);
extern size_t __mbstowcs_chk(wchar_t *, const char *, size_t, size_t);
extern size_t __wcstombs_chk(char *, const wchar_t *, size_t, size_t);
extern int __wctomb_chk(char *, wchar_t, size_t);
extern size_t __wcrtomb_chk(char *, wchar_t, mbstate_t *, size_t);
extern size_t __mbsrtowcs_chk(wchar_t *, const char **, size_t, mbstate_t *, size_t);
extern size_t __wcsrtombs_chk(char *, const wchar_t **, size_t, mbstate_t *, size_t);
extern char *__getcwd_chk(char *, size_t, size_t);
extern char *__realpath_chk(const char *, char *, size_t);
extern ssize_t __readlink_chk(const char *, char *, size_t, size_t);
extern ssize_t __readlinkat_chk(int, const char *, char *, size_t, size_t);
extern int __gethostname_chk(char *, size_t, size_t);
extern size_t __confstr_chk(int, char *, size_t, size_t);

#define W ((wchar_t *)p)
static volatile size_t three = 3, two = 2, room = sizeof(wchar_t) * 64; // no constants
static char from[64] = "abcdefghijklmnop", host[256];
static wchar_t wide[64] = L"abc";
static const char *text;
static const wchar_t *wide_text;
static mbstate_t state;

#include "cases.h"

static void before_cases(void)
{
	if (chdir("/"))
		abort();
	gethostname(host, sizeof(host));
}
#else
CASE(memcpy, 0, 2, __memcpy_chk(p, from, three, room))
CASE(memmove, 0, 2, __memmove_chk(p, from, three, room))
CASE(mempcpy, 0, 2, __mempcpy_chk(p, from, three, room))
CASE(memset, 0, 2, __memset_chk(p, 1, three, room))
CASE(__explicit_bzero_chk, 0, 2, (__explicit_bzero_chk(p, three, room), 1))
CASE(strcpy, 0, 16, __strcpy_chk(p, from, room))
CASE(stpcpy, 0, 16, __stpcpy_chk(p, from, room))
CASE(strncpy, 0, 2, __strncpy_chk(p, from, three, room))
CASE(stpncpy, 0, 2, __stpncpy_chk(p, from, three, room))
CASE(strcat, strcpy(p, "ab"), 18, __strcat_chk(p, from, room))
CASE(strncat, strcpy(p, "ab"), 5, __strncat_chk(p, from, three, room))
CASE(wmemcpy, 0, 7, __wmemcpy_chk(W, wide, two, room))
CASE(wmemmove, 0, 7, __wmemmove_chk(W, wide, two, room))
CASE(wmempcpy, 0, 7, __wmempcpy_chk(W, wide, two, room))
CASE(wmemset, 0, 7, __wmemset_chk(W, L'a', two, room))
CASE(wcscpy, 0, 15, __wcscpy_chk(W, wide, room))
CASE(wcpcpy, 0, 15, __wcpcpy_chk(W, wide, room))
CASE(wcsncpy, 0, 7, __wcsncpy_chk(W, wide, two, room))
CASE(wcpncpy, 0, 7, __wcpncpy_chk(W, wide, two, room))
CASE(wcscat, 0, 15, __wcscat_chk(W, wide, room))
CASE(wcsncat, 0, 11, __wcsncat_chk(W, wide, two, room))
CASE(mbstowcs, 0, 7, __mbstowcs_chk(W, "a", three, room))
CASE(wcstombs, 0, 1, __wcstombs_chk(p, L"a", three, room))
CASE(wctomb, 0, 0, __wctomb_chk(p, L'a', room))
CASE(wcrtomb, 0, 0, __wcrtomb_chk(p, L'a', &state, room))
CASE(mbsrtowcs, 0, 7, (text = "a", __mbsrtowcs_chk(W, &text, three, &state, room)))
CASE(wcsrtombs, 0, 1, (wide_text = L"a", __wcsrtombs_chk(p, &wide_text, three, &state, room)))
CASE(getcwd, 0, 1, __getcwd_chk(p, three, room))
CASE(realpath, 0, 1, __realpath_chk("/", p, PATH_MAX))
CASE(readlink, 0, 2, __readlink_chk("/proc/self/exe", p, three, room))
CASE(readlinkat, 0, 2, __readlinkat_chk(0, "/proc/self/exe", p, three, room))
CASE(gethostname, 0, strlen(host), __gethostname_chk(p, room, room))
CASE(confstr, 0, 1, __confstr_chk(_CS_PATH, p, two, room))
#endif
