/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_memory.h - what the stand-ins for memory have in common: a block's life
 * begins, and ends.
 */
#ifndef RACE_INTERCEPT_MEMORY_H
#define RACE_INTERCEPT_MEMORY_H

#include "intercept.h"

/* From here on blocks are lazy: their shadow is dropped, not written. */
#define RACE_LAZY_BYTES (128ull << 10)

/* Behind an allocation and in front of a free of `bytes`, all of the block that is
 * known. Keep errno. */
void race_memory_allocated(const struct race_caller *by, void *memory, size_t bytes);
void race_memory_freed(const struct race_caller *by, void *memory, size_t bytes);

/* libc reads or writes there for its caller: before it hands that on, behind all that
 * it learned. Nothing for a caller that is not instrumented. Keeps errno. */
void race_memory_touched(const struct race_caller *by, const void *memory, size_t bytes,
                         enum race_kind kind);

/* malloc (or aligned_alloc) and free, for who calls operator new and delete. */
#define RACE_MALLOC_ALIGN 16
void *race_memory_malloc(const struct race_caller *by, size_t align, size_t bytes);
void race_memory_free(const struct race_caller *by, void *memory);

/* Does malloc come from the same module as this function, which knows its sizes? */
bool race_memory_is_mallocs(void *function);

/* When the real functions are known, in this order. */
void race_intercept_memory_init(void);
void race_intercept_new_init(void);

#endif
