/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * half.h - what both halves know.
 */
#ifndef HALF_H
#define HALF_H
#include "two.h"
extern int shared;
void half(void);
void other_half(void);
#endif
