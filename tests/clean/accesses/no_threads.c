// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A program with one thread: its output is its own.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int main(int argc, char **argv)
{
	char *words[] = {"pear", "apple", "fig", "quince", "cherry"};

	qsort(words, 5, sizeof(*words), compare);
	for (int i = 0; i < 5; i++)
		printf("%s ", words[i]);
	printf("%d %d\n", argc, argv[0] != 0);
	return 0;
}

// CHECK: apple cherry fig pear quince 1 1
