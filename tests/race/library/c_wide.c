// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What <wchar.h> reads and writes for its caller, and what turns bytes into wide
// characters and back. The last byte of the second wide character is 7, of the third 11.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin -D__NO_INLINE__ %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <iconv.h>
#include <stdlib.h>
#include <time.h>
#include <wchar.h>

#define W ((wchar_t *)p)
static wchar_t from[64] = L"abcdefghijklmnop", to[64], *rest;
static char bytes[64];
static mbstate_t state;
static const char *text;
static const wchar_t *wide;
static iconv_t with;
static char *in, *out;
static size_t in_left, out_left;
static struct tm day;

#define CONVERT(s, n, t, m)                                                            \
	(in = (s), out = (t), in_left = (n), out_left = (m),                           \
	 iconv(with, &in, &in_left, &out, &out_left))

#include "cases.h"

static void before_cases(void)
{
	with = iconv_open("UTF-16LE", "UTF-8");
	day.tm_mday = 1;
}
#else
CASE(wmemcpy, 0, 7, wmemcpy(W, from, 2))
CASE(wmemcpy, 0, 7, wmemcpy(to, W, 2))
CASE(wmemmove, 0, 7, wmemmove(W, from, 2))
CASE(wmempcpy, 0, 7, wmempcpy(W, from, 2))
CASE(wmemset, 0, 7, wmemset(W, L'a', 2))
CASE(wmemcmp, wcscpy(W, L"axc"), 7, wmemcmp(W, from, 3))
CASE(wmemchr, wcscpy(W, L"axc"), 7, wmemchr(W, L'x', 3))
CASE(wcslen, wcscpy(W, L"a"), 7, wcslen(W))
CASE(wcsnlen, wcscpy(W, L"abcde"), 7, wcsnlen(W, 2))
CASE(wcscpy, 0, 7, wcscpy(W, L"a"))
CASE(wcscpy, wcscpy(W, L"a"), 7, wcscpy(to, W))
CASE(wcpcpy, 0, 7, wcpcpy(W, L"a"))
CASE(wcsncpy, 0, 15, wcsncpy(W, L"a", 4))
CASE(wcsncpy, wcscpy(W, L"a"), 7, wcsncpy(to, W, 4))
CASE(wcpncpy, 0, 15, wcpncpy(W, L"a", 4))
CASE(wcscat, wcscpy(W, L"a"), 11, wcscat(W, L"b"))
CASE(wcsncat, wcscpy(W, L"a"), 11, wcsncat(W, L"bcde", 1))
CASE(wcscmp, wcscpy(W, L"ax"), 7, wcscmp(W, from))
CASE(wcsncmp, wcscpy(W, L"abcd"), 7, wcsncmp(from, W, 2))
CASE(wcscasecmp, wcscpy(W, L"Ax"), 7, wcscasecmp(W, from))
CASE(wcsncasecmp, wcscpy(W, L"ABc"), 7, wcsncasecmp(W, from, 2))
CASE(wcscoll, wcscpy(W, L"a"), 7, wcscoll(W, from))
CASE(wcsxfrm, wcscpy(W, L"a"), 7, wcsxfrm(to, W, 60))
CASE(wcschr, wcscpy(W, L"axc"), 7, wcschr(W, L'x'))
CASE(wcschrnul, wcscpy(W, L"a"), 7, wcschrnul(W, L'x'))
CASE(wcsrchr, wcscpy(W, L"a"), 7, wcsrchr(W, L'a'))
CASE(wcsstr, wcscpy(W, L"axc"), 7, wcsstr(W, L"ax"))
CASE(wcsspn, wcscpy(W, L"axc"), 7, wcsspn(W, L"a"))
CASE(wcscspn, wcscpy(W, L"axc"), 7, wcscspn(W, L"x"))
CASE(wcspbrk, wcscpy(W, L"axc"), 7, wcspbrk(W, L"x"))
CASE(wcstok, wcscpy(W, L"a"), 7, wcstok(W, L" ", &rest))
CASE(wcsdup, wcscpy(W, L"a"), 7, wcsdup(W))
CASE(wcstol, wcscpy(W, L"1x"), 7, wcstol(W, 0, 10))
CASE(wcstoul, wcscpy(W, L"1"), 7, wcstoul(W, 0, 10))
CASE(wcstoll, 0, 7, wcstoll(from, (wchar_t **)p, 10))
CASE(wcstoull, wcscpy(W, L"1x"), 7, wcstoull(W, &rest, 10))
CASE(wcstod, wcscpy(W, L"1x"), 7, wcstod(W, 0))
CASE(wcstof, wcscpy(W, L"1x"), 7, wcstof(W, &rest))
CASE(wcstold, wcscpy(W, L"1x"), 7, wcstold(W, 0))
CASE(mbstowcs, 0, 7, mbstowcs(W, "a", 9))
CASE(mbstowcs, strcpy(p, "ab"), 2, mbstowcs(0, p, 0))
CASE(mbstowcs, strcpy(p, "abc"), 1, mbstowcs(to, p, 2))
CASE(wcstombs, wcscpy(W, L"a"), 7, wcstombs(bytes, W, 9))
CASE(wcstombs, 0, 1, wcstombs(p, L"a", 9))
CASE(mblen, strcpy(p, "ab"), 0, mblen(p, 2))
CASE(mbtowc, 0, 3, mbtowc(W, "ab", 2))
CASE(wctomb, 0, 0, wctomb(p, L'a'))
CASE(mbrlen, strcpy(p, "ab"), 0, mbrlen(p, 2, &state))
CASE(mbrtowc, 0, 3, mbrtowc(W, "ab", 2, &state))
CASE(wcrtomb, 0, 0, wcrtomb(p, L'a', &state))
CASE(mbsrtowcs, strcpy(p, "ab"), 2, (text = p, mbsrtowcs(to, &text, 9, &state)))
CASE(mbsrtowcs, 0, 7, (text = "abc", mbsrtowcs(W, &text, 2, &state)))
CASE(wcsrtombs, 0, 1, (wide = L"a", wcsrtombs(p, &wide, 9, &state)))
CASE(mbsnrtowcs, strcpy(p, "abc"), 1, (text = p, mbsnrtowcs(to, &text, 2, 9, &state)))
CASE(wcsnrtombs, 0, 1, (wide = L"abc", wcsnrtombs(p, &wide, 2, 9, &state)))
CASE(iconv, strcpy(p, "ab"), 1, CONVERT(p, 2, bytes, 9))
CASE(iconv, 0, 3, CONVERT(strcpy(bytes, "ab"), 2, p, 9))
CASE(wcsftime, 0, 7, wcsftime(W, 9, L"a", &day))
#endif
