// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program's allocator is another than libc's: linked as a library, statically, by
// LD_PRELOAD, or the program's own, instrumented or not. Its locks are its own affair;
// blocks go to and fro between the threads.
//
// RUN: %race_cxx -std=c++17 -O2 %s -o %t -ljemalloc && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O0 %s -o %t -Wl,-Bstatic -ljemalloc -Wl,-Bdynamic -ldl -lm && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O2 %s -o %t -ltcmalloc_minimal && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O0 %s -o %t -Wl,-Bstatic -ltcmalloc_minimal -Wl,-Bdynamic && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O2 %s -o %t
// RUN: %expect_clean env LD_PRELOAD=libjemalloc.so.2 %t | FileCheck %s
// RUN: %expect_clean env LD_PRELOAD=libtcmalloc_minimal.so.4 %t | FileCheck %s
// RUN: %clang -fno-builtin -O2 -c %S/Inputs/own_malloc.c -o %t.o
// RUN: %race_cxx -std=c++17 -O2 %s -DOWN %t.o -o %t && %expect_clean %t | FileCheck --check-prefixes=CHECK,OWN %s
// RUN: %race_clang -fno-builtin -O2 -c %S/Inputs/own_malloc.c -o %t.o
// RUN: %race_cxx -std=c++17 -O0 %s -DOWN %t.o -o %t && %expect_clean %t | FileCheck --check-prefixes=CHECK,OWN %s

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <string>

#include "two.h"

static int good;

static void use(unsigned seed)
{
	for (int i = 0; i < 3000; i++) {
		size_t bytes = 1 + rand_r(&seed) % 3000;
		char *block = (char *)malloc(bytes), *copy;
		std::string text(bytes % 100, 'x');
		char *object = new char[bytes];

		memset(block, 'a', bytes);
		block[bytes - 1] = 0;
		copy = strdup(block);
		block = (char *)realloc(block, 2 * bytes);
		memset(block, 'b', 2 * bytes);
		memset(object, 'c', bytes);
		if (strlen(copy) == bytes - 1 && text.size() == bytes % 100 && object[0] == 'c')
			__atomic_add_fetch(&good, 1, __ATOMIC_RELAXED);
		free(copy);
		free(block);
		delete[] object;
	}
}

// The second thread gets what the first one left.
static void first()
{
	use(1);
}

static void second()
{
	use(2);
}

#ifdef OWN
extern "C" long own_malloc_served();
#endif

int main()
{
	run_two(first, second);
	run_two(second, first);
	printf("%d good\n", good);
#ifdef OWN
	printf("own malloc %s\n", own_malloc_served() > 10000 ? "used" : "unused");
#endif
	return 0;
}

// CHECK: 12000 good
// OWN: own malloc used
