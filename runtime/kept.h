/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * kept.h - memory that outlives the copy of the process which writes a dump (dump.h). To
 * name functions means to read the program's debug information, which takes longer than all
 * the rest. The process itself must not: its thread may have been interrupted anywhere. So
 * the copy reads into memory that it shares with the process, and the next copy, which finds
 * that at the same place, goes on from there. One that did not come to its end leaves
 * nothing of use: the next begins anew.
 *
 * One copy at a time; dump.c sees to that.
 */
#ifndef RACE_KEPT_H
#define RACE_KEPT_H

#include "base.h"

/* In the process, before it makes a copy: the memory is there; the first call maps it. */
void race_kept_open(void);

/* In the child of fork: this is the parent's. */
void race_kept_forked(void);

/* ---- in the copy, which is race_alone ---- */

/* From here on what is mapped is kept, until the end, */
void race_kept_begin(void);

/* which says that all of it is whole. */
void race_kept_end(void);

/* Where the first thing is noted, from which the others are found: NULL in a copy that is
 * the first, or begins anew. Returns NULL when nothing is kept. */
void **race_kept_root(void);

/* Begins anew. */
void race_kept_forget(void);

/* `bytes` of zeros, or of a file's content from `at` on; a file's end is followed by zeros.
 * NULL: nothing is kept here, map it yourself. */
void *race_kept_map(size_t bytes, int fd, uint64_t at);

/* False: it is none of those. */
bool race_kept_unmap(void *memory, size_t bytes);

#endif
