// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What streams' functions read and write for their caller.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin -D__NO_INLINE__ %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>

extern size_t __fread_chk(void *, size_t, size_t, size_t, FILE *);
extern char *__fgets_chk(char *, size_t, int, FILE *);
extern ssize_t __getdelim(char **, size_t *, int, FILE *);
static FILE *null, *in, *own[4]; // streams of the place itself
static char *line, line_of[8];
static size_t bytes, room;

#include "cases.h"

static void before_cases(void)
{
	static char text[] = "abcabcabcab\nab\nab\nab\nab\nab\nab\n";

	null = fopen("/dev/null", "w");
	in = fmemopen(text, sizeof(text) - 1, "r");
	room = 4096;
}
#else
CASE(puts, strcpy(p, "ab"), 2, puts(p))
CASE(fputs, strcpy(p, "ab"), 2, fputs(p, null))
CASE(fputs_unlocked, strcpy(p, "ab"), 2, fputs_unlocked(p, null))
CASE(fwrite, 0, 2, fwrite(p, 1, 3, null))
CASE(fwrite_unlocked, 0, 2, fwrite_unlocked(p, 1, 3, null))
CASE(fread, 0, 2, fread(p, 1, 3, in))
CASE(fread, 0, 2, __fread_chk(p, room, 1, 3, in))
CASE(fread_unlocked, 0, 2, fread_unlocked(p, 1, 3, in))
CASE(fgets, 0, 3, fgets(p, 64, in))
CASE(fgets, 0, 3, __fgets_chk(p, room, 64, in))
CASE(fgets_unlocked, 0, 3, fgets_unlocked(p, 64, in))
CASE(getline, 0, 7, (line = 0, bytes = 0, getline((char **)p, &bytes, in)))
CASE(getdelim, 0, 7, (line = 0, bytes = 0, getdelim(&line, (size_t *)p, 'a', in)))
CASE(getdelim, 0, 7, (line = 0, bytes = 0, __getdelim((char **)p, &bytes, 'a', in)))
CASE(fmemopen, strcpy(p, "abc"), 3, fclose(fmemopen(p, 64, "a")))
CASE(fmemopen, 0, 0, fclose(fmemopen(p, 64, "w+")))
CASE(fflush, own[0] = fmemopen(p, 64, "w"), 3, (fputs("abc", own[0]), fflush(own[0])))
CASE(fclose, own[1] = fmemopen(p, 64, "w"), 3, (fprintf(own[1], "abc"), fclose(own[1])))
CASE(fgets, (strcpy(p, "ab\ncd"), own[2] = fmemopen(p, 64, "r")), 63, fgets(line_of, 8, own[2]))
CASE(fread, (strcpy(p, "ab\ncd"), own[3] = fmemopen(p, 64, "r")), 63, fread(line_of, 1, 1, own[3]))
#endif
