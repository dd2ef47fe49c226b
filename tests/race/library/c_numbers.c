// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What <stdlib.h> and <search.h> read and write for their caller: numbers out of text, to the
// character behind; random numbers, arrays, the environment.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin -D__NO_INLINE__ %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <inttypes.h>
#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

extern long __race___isoc23_strtol(const char *, char **, int); // of a glibc to come
extern long long __race___isoc23_strtoll(const char *, char **, int);
extern unsigned long __race___isoc23_strtoul(const char *, char **, int);
extern unsigned long long __race___isoc23_strtoull(const char *, char **, int);
static char *rest;
static size_t count = 1;
static int32_t random_number;
static double number;
static struct random_data random_state;
static struct drand48_data state_48;
static char random_bytes[64];

static int compare(const void *a, const void *b)
{
	return a < b ? -1 : a > b;
}

static int compare_with(const void *a, const void *b, void *with)
{
	(void)with;
	return compare(a, b);
}

#include "cases.h"

static void before_cases(void)
{
	initstate_r(1, random_bytes, sizeof(random_bytes), &random_state);
}
#else
CASE(strtol, strcpy(p, "12"), 2, strtol(p, 0, 10))
CASE(strtol, strcpy(p, "1x"), 1, strtol(p, 0, 0))
CASE(strtol, 0, 7, strtol("1", (char **)p, 10))
CASE(strtoul, strcpy(p, " 1x"), 2, strtoul(p, &rest, 10))
CASE(strtoll, strcpy(p, "12x"), 2, strtoll(p, 0, 10))
CASE(strtoull, strcpy(p, "12x"), 2, strtoull(p, 0, 10))
CASE(strtoimax, strcpy(p, "12x"), 2, strtoimax(p, 0, 10))
CASE(strtoumax, strcpy(p, "12x"), 2, strtoumax(p, 0, 10))
CASE(strtol, strcpy(p, "12x"), 2, __race___isoc23_strtol(p, 0, 10))
CASE(strtoll, strcpy(p, "12x"), 2, __race___isoc23_strtoll(p, 0, 10))
CASE(strtoul, strcpy(p, "12x"), 2, __race___isoc23_strtoul(p, 0, 10))
CASE(strtoull, strcpy(p, "12x"), 2, __race___isoc23_strtoull(p, 0, 10))
CASE(atoi, strcpy(p, "12x"), 2, atoi(p))
CASE(atol, strcpy(p, "12x"), 2, atol(p))
CASE(atoll, strcpy(p, "12x"), 2, atoll(p))
CASE(strtod, strcpy(p, "1."), 2, strtod(p, 0))
CASE(strtod, 0, 7, strtod("1", (char **)p))
CASE(strtof, strcpy(p, "1.x"), 2, strtof(p, 0))
CASE(strtold, strcpy(p, "1.x"), 2, strtold(p, &rest))
CASE(atof, strcpy(p, "1.x"), 2, atof(p))
CASE(frexp, 0, 3, frexp(1.5, (int *)p))
CASE(modf, 0, 7, modf(1.5, (double *)p))
CASE(frexpf, 0, 3, frexpf(1.5f, (int *)p))
CASE(frexpl, 0, 3, frexpl(1.5l, (int *)p))
CASE(modff, 0, 3, modff(1.5f, (float *)p))
CASE(modfl, 0, 9, modfl(1.5l, (long double *)p))
CASE(rand_r, 0, 3, rand_r((unsigned *)p))
CASE(erand48, 0, 5, erand48((unsigned short *)p))
CASE(nrand48, 0, 5, nrand48((unsigned short *)p))
CASE(jrand48, 0, 5, jrand48((unsigned short *)p))
CASE(random_r, 0, 3, random_r(&random_state, (int32_t *)p))
CASE(drand48_r, 0, 7, drand48_r(&state_48, (double *)p))
CASE(getrandom, 0, 2, getrandom(p, 3, 0))
CASE(getentropy, 0, 2, getentropy(p, 3))
CASE(arc4random_buf, 0, 2, (arc4random_buf(p, 3), 1))
CASE(qsort, 0, 2, (qsort(p, 3, 1, compare), 1))
CASE(qsort_r, 0, 2, (qsort_r(p, 3, 1, compare_with, p), 1))
CASE(lfind, (*p = 1), 7, lfind(p, "a", (size_t *)p, 1, compare))
CASE(lsearch, 0, 1, (count = 1, lsearch("b", p, &count, 1, compare)))
CASE(tsearch, 0, 7, tsearch("a", (void **)p, compare))
CASE(tfind, 0, 7, tfind("a", (void **)p, compare))
CASE(tdelete, 0, 7, tdelete("a", (void **)p, compare))
CASE(getenv, strcpy(p, "AB"), 2, getenv(p))
CASE(secure_getenv, strcpy(p, "AB"), 2, secure_getenv(p))
CASE(setenv, strcpy(p, "AB"), 2, setenv(p, "1", 1))
CASE(setenv, strcpy(p, "AB"), 2, setenv("CD", p, 1))
CASE(unsetenv, strcpy(p, "AB"), 2, unsetenv(p))
CASE(putenv, strcpy(p, "A=B"), 3, putenv(p))
#endif
