/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * fingerprint.h - two reports of one race are known by it.
 */
#ifndef RACE_FINGERPRINT_H
#define RACE_FINGERPRINT_H

#include "site.h"
#include "symbolize.h"

/* Of addresses: good for this run. */
uint64_t race_fingerprint_raw(const struct race_stack *stack);

/* Of an access and its stack as printed, but for directories and addresses: the same in
 * every run. Copies of a line that the compiler made by unrolling or inlining are one
 * place. `function` is libc's, or NULL. */
uint64_t race_fingerprint(enum race_kind kind, uint32_t size, const char *function,
			  const struct race_frames *frames);

/* The same pair the other way round is the same race. Never 0. */
uint64_t race_fingerprint_pair(uint64_t a, uint64_t b);

/* "c.c" of "/a/b/c.c". */
const char *race_basename(const char *path);

#endif
