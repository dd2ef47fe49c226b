/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * alloc.h - the runtime's own memory; the program's malloc is never called. Sizes are
 * rounded up to a power of two and kept in one free list for each; addresses never go
 * back to the system, so that a late look at a freed object reads memory, not a fault.
 */
#ifndef RACE_ALLOC_H
#define RACE_ALLOC_H

#include "base.h"

/* `bytes` of zeroed memory, aligned to 16 (to 64 from 64 bytes on). Never NULL: no
 * memory ends the process with one line. Safe in any thread and before main. */
void *race_alloc(size_t bytes);

/* Gives back what race_alloc(bytes) returned. */
void race_free(void *memory, size_t bytes);

/* Did race_alloc or race_reserve return it? */
bool race_alloc_owns(const void *memory);

/* `bytes` of zeroed address space, not yet backed by memory, aligned to `align` (a
 * power of two, at least a page). Ends the process with one line that names `what`. */
void *race_reserve(size_t bytes, size_t align, const char *what);

#endif
