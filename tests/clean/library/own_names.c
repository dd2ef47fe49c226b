// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program's own functions, in a file of their own, that have the name and type of
// libc's, and another meaning: they are called, and nothing is told that is true of
// libc's. In a program, in a library that keeps them for itself, and hidden.
//
// RUN: %race_clang -O0 -fno-builtin -fPIC -DOWN -c %s -o %t.own.o
// RUN: %race_clang -O2 -fno-builtin -fPIC -DCALLER -c %s -o %t.caller.o
// RUN: %race_cc -O0 %s %t.caller.o %t.own.o -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 -static %s %t.caller.o %t.own.o -o %t && %expect_clean %t | FileCheck %s
// RUN: echo '{ global: first; second; local: *; };' > %t.map
// RUN: %race_clang -shared -Wl,--version-script=%t.map %t.caller.o %t.own.o -o %t.so
// RUN: %race_cc -O2 %s %t.so -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_clang -O2 -fno-builtin -fPIC -DOWN -DHIDDEN -c %s -o %t.own.o
// RUN: %race_clang -O0 -fno-builtin -fPIC -DCALLER -DHIDDEN -c %s -o %t.caller.o
// RUN: %race_clang -shared %t.caller.o %t.own.o -o %t.so
// RUN: %race_cc -O0 %s %t.so -o %t && %expect_clean %t | FileCheck %s

#include <stddef.h>
#include <stdio.h>

#ifdef HIDDEN
#pragma GCC visibility push(hidden)
#endif
char *index(const char *table, int number);         // libc: looks for it in a string
int chdir(const char *place);                       // libc: reads a path
int dprintf(int level, const char *format, ...);    // libc: writes to a descriptor
ptrdiff_t readlink(const char *of, char *to, size_t n); // libc: reads a path, fills `to`
#ifdef HIDDEN
#pragma GCC visibility pop
#endif
void first(void);
void second(void);

#if defined(OWN)
static int lines;

char *index(const char *table, int number)
{
	return (char *)table + number;
}

int chdir(const char *place)
{
	return place != 0;
}

int dprintf(int level, const char *format, ...)
{
	return format ? level + ++lines : 0;
}

ptrdiff_t readlink(const char *of, char *to, size_t n)
{
	return to - of + (ptrdiff_t)n;
}

#elif defined(CALLER)
static char table[16], room[16];

void first(void)
{
	table[0] = 'x';
	table[7] = 'y';
	room[0] = 'z';
}

void second(void)
{
	*index(table, 3) = 1;
	*index(room, chdir(table)) = 2;
	dprintf(40, "debug %s\n", table);
	printf("%d %d %d\n", table[3], room[1], dprintf(40, table));
	printf("%d\n", (int)readlink(table, room, 5) == (int)(room - table) + 5);
}
// CHECK: 1 2 42
// CHECK: 1

#else
#include "two.h"

int main(void)
{
	run_two(first, second);
	return 0;
}
#endif
