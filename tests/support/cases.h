/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * cases.h - a table of calls of libc, each of which touches memory of its own, `p`: the
 * bytes up to p[last] and not p[last + 1].
 *
 *     #ifndef CASE
 *     #include "cases.h"
 *     #else
 *     CASE(strlen, strcpy(p, "12"), 2, strlen(p))      function, preparation, last, call
 *     #endif
 *
 * Thread T1 writes p[last] of each, and thread T2 makes the calls: a race each, by the
 * function of that name. With BEYOND defined T1 writes p[last + 1] instead, and none is.
 * cases.py compares what was reported with what is expected.
 */
#include <stdio.h>
#include <string.h>

#include "two.h"

#ifndef BEYOND
#define BEYOND 0
#endif

enum {
#define CASE(name, prepare, last, call) CASE_OF(__COUNTER__)
#define CASE_OF(n) CASE_NUMBERED(n)
#define CASE_NUMBERED(n) case_##n,
#include __BASE_FILE__
#undef CASE
	cases
};

static _Alignas(64) char places[cases][8192];
static const char *const names[cases] = {
#define CASE(name, prepare, last, call) #name,
#include __BASE_FILE__
#undef CASE
};
static volatile long kept; /* what calls return is used */

/* As the other thread's write leaves what is there, the call does as it always does. */
static void rewrite(volatile char *byte)
{
	*byte = *byte;
}

static void case_first(void)
{
	char(*place)[8192] = places;

#define CASE(name, prepare, last, call)                                                \
	rewrite((*place++) + (last) + BEYOND);
#include __BASE_FILE__
#undef CASE
}

static void case_second(void)
{
	char(*place)[8192] = places;

#define CASE(name, prepare, last, call)                                                \
	{                                                                              \
		char *p = *place++;                                                    \
		(void)p;                                                               \
		kept += (long)(call);                                                  \
	}
#include __BASE_FILE__
#undef CASE
}

static void before_cases(void);

int main(void)
{
	char(*place)[8192] = places;

	before_cases();
#define CASE(name, prepare, last, call)                                                \
	{                                                                              \
		char *p = *place++;                                                    \
		(void)p;                                                               \
		(void)(prepare);                                                          \
	}
#include __BASE_FILE__
#undef CASE
	run_two(case_first, case_second);
	fflush(stdout);
	for (int i = 0; i < cases; i++)
		printf("case %s\n", names[i]);
	return 0;
}
