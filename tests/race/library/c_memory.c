// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What <string.h> reads and writes for its caller.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <locale.h>
#include <stdlib.h>
#include <strings.h>
#include <unistd.h>

extern size_t strlcpy(char *, const char *, size_t), strlcat(char *, const char *, size_t);
extern int __xpg_strerror_r(int, char *, size_t);
extern char *__xpg_basename(char *);
extern char *dirname(char *);
static locale_t in;
static char from[64] = "abcdefghijklmnop", to[64], *rest;
static char *texts[2];

#include "cases.h"

static void before_cases(void)
{
	in = newlocale(LC_ALL_MASK, "C", 0);
}
#else
CASE(memcpy, 0, 2, memcpy(p, from, 3))
CASE(memcpy, 0, 2, memcpy(to, p, 3))
CASE(memmove, 0, 2, memmove(p, from, 3))
CASE(memmove, 0, 2, memmove(to, p, 3))
CASE(mempcpy, 0, 2, mempcpy(p, from, 3))
CASE(mempcpy, 0, 2, mempcpy(to, p, 3))
CASE(memset, 0, 2, memset(p, 1, 3))
CASE(memccpy, strcpy(p, "abcd"), 2, memccpy(to, p, 'c', 9))
CASE(memccpy, 0, 2, memccpy(p, from, 'c', 9))
CASE(bzero, 0, 2, (bzero(p, 3), 1))
CASE(explicit_bzero, 0, 2, (explicit_bzero(p, 3), 1))
CASE(bcopy, 0, 2, (bcopy(p, to, 3), 1))
CASE(bcopy, 0, 2, (bcopy(from, p, 3), 1))
CASE(swab, 0, 3, (swab(from, p, 5), 1))
CASE(swab, 0, 3, (swab(p, to, 5), 1))
CASE(memcmp, strcpy(p, "abxd"), 2, memcmp(p, from, 9))
CASE(memcmp, strcpy(p, "abcd"), 2, memcmp(from, p, 3))
CASE(memcmp, strcpy(p, "abx"), 2, bcmp(p, from, 9))
CASE(memchr, strcpy(p, "abxd"), 2, memchr(p, 'x', 9))
CASE(memchr, strcpy(p, "abxd"), 2, memchr(p, 'y', 3))
CASE(memrchr, strcpy(p, "abxd"), 2, memrchr(p, 'a', 3))
CASE(rawmemchr, strcpy(p, "abxd"), 2, rawmemchr(p, 'x'))
CASE(memmem, strcpy(p, "abxd"), 2, memmem(p, 9, "bx", 2))
CASE(memmem, strcpy(p, "abxd"), 2, memmem(from, 5, p, 3))
CASE(strlen, strcpy(p, "12"), 2, strlen(p))
CASE(strnlen, strcpy(p, "12"), 2, strnlen(p, 9))
CASE(strnlen, strcpy(p, "12345"), 2, strnlen(p, 3))
CASE(strcpy, 0, 2, strcpy(p, "ab"))
CASE(strcpy, strcpy(p, "ab"), 2, strcpy(to, p))
CASE(stpcpy, 0, 2, stpcpy(p, "ab"))
CASE(stpcpy, strcpy(p, "ab"), 2, stpcpy(to, p))
CASE(strncpy, 0, 8, strncpy(p, "ab", 9))
CASE(strncpy, strcpy(p, "ab"), 2, strncpy(to, p, 9))
CASE(stpncpy, 0, 8, stpncpy(p, "ab", 9))
CASE(stpncpy, strcpy(p, "abcd"), 2, stpncpy(to, p, 3))
CASE(strcat, strcpy(p, "12"), 4, strcat(p, "34"))
CASE(strcat, strcpy(p, "12"), 2, strcat(strcpy(to, ""), p))
CASE(strncat, strcpy(p, "12"), 4, strncat(p, "3456", 2))
CASE(strncat, strcpy(p, "12"), 2, strncat(strcpy(to, ""), p, 9))
CASE(strlcpy, 0, 2, strlcpy(p, from, 3))
CASE(strlcpy, strcpy(p, "ab"), 2, strlcpy(to, p, 9))
CASE(strlcat, strcpy(p, "ab"), 4, strlcat(p, from, 5))
CASE(strlcat, strcpy(p, "ab"), 2, strlcat(strcpy(to, ""), p, 9))
CASE(strcmp, strcpy(p, "abx"), 2, strcmp(p, from))
CASE(strcmp, strcpy(p, "ab"), 2, strcmp("ab", p))
CASE(strncmp, strcpy(p, "abcdef"), 2, strncmp(p, from, 3))
CASE(strcasecmp, strcpy(p, "ABx"), 2, strcasecmp(p, from))
CASE(strncasecmp, strcpy(p, "ABCd"), 2, strncasecmp(p, from, 3))
CASE(strverscmp, strcpy(p, "abx"), 2, strverscmp(p, from))
CASE(strcasecmp_l, strcpy(p, "ABx"), 2, strcasecmp_l(p, from, in))
CASE(strncasecmp_l, strcpy(p, "ABCd"), 2, strncasecmp_l(p, from, 3, in))
CASE(strcoll, strcpy(p, "ab"), 2, strcoll(p, from))
CASE(strcoll_l, strcpy(p, "ab"), 2, strcoll_l(p, from, in))
CASE(strxfrm_l, strcpy(p, "ab"), 2, strxfrm_l(to, p, 60, in))
CASE(strxfrm, strcpy(p, "ab"), 2, strxfrm(to, p, 60))
CASE(strxfrm, 0, 2, strxfrm(p, "ab", 60))
CASE(strchr, strcpy(p, "abxd"), 2, strchr(p, 'x'))
CASE(strchr, strcpy(p, "ab"), 2, strchr(p, 'x'))
CASE(strchrnul, strcpy(p, "ab"), 2, strchrnul(p, 'x'))
CASE(index, strcpy(p, "abxd"), 2, index(p, 'x'))
CASE(strrchr, strcpy(p, "ab"), 2, strrchr(p, 'a'))
CASE(rindex, strcpy(p, "ab"), 2, rindex(p, 'a'))
CASE(strstr, strcpy(p, "abx"), 2, strstr(p, "bx"))
CASE(strstr, strcpy(p, "bx"), 2, strstr(from, p))
CASE(strcasestr, strcpy(p, "aBx"), 2, strcasestr(p, "bx"))
CASE(strspn, strcpy(p, "abxd"), 2, strspn(p, "ab"))
CASE(strspn, strcpy(p, "ab"), 2, strspn("zz", p))
CASE(strcspn, strcpy(p, "abxd"), 2, strcspn(p, "x"))
CASE(strpbrk, strcpy(p, "abxd"), 2, strpbrk(p, "xy"))
CASE(strtok_r, strcpy(p, " a b"), 2, strtok_r(p, " ", &rest))
CASE(strtok_r, 0, 7, strtok_r(strcpy(to, "a b"), " ", (char **)p))
CASE(strsep, strcpy(p, "ab c"), 2, (texts[0] = p, strsep(&texts[0], " ")))
CASE(strtok, strcpy(p, " ab"), 3, strtok(p, " "))
CASE(strdup, strcpy(p, "ab"), 2, strdup(p))
CASE(strndup, strcpy(p, "abcde"), 2, strndup(p, 3))
CASE(strerror_r, 0, 2, strerror_r(99999, p, 3))
CASE(__xpg_strerror_r, 0, 2, __xpg_strerror_r(99999, p, 3))
CASE(basename, strcpy(p, "/a"), 2, basename(p))
CASE(basename, strcpy(p, "/a"), 2, __xpg_basename(p))
CASE(dirname, strcpy(p, "/a/b"), 2, dirname(p))
#endif
