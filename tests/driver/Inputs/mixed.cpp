/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * mixed.cpp - the other half of main.c in C++, without run-time types and exceptions.
 */
extern "C" {
#include "half.h"
}

int shared;

template <class T> static void store(T &where, T what)
{
	where = what;
}

extern "C" void other_half(void)
{
	store(shared, 2);
}
