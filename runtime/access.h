/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * access.h - the judge: one memory access of the program against what is remembered.
 */
#ifndef RACE_ACCESS_H
#define RACE_ACCESS_H

#include "site.h"
#include "thread.h"

/* self touches [addr, addr + bytes), any alignment, with an access of `kind` whose
 * place is the leaf `site`. Reports a race once and remembers the access. */
void race_access(struct race_thread *self, uint64_t addr, uint64_t bytes,
                 enum race_kind kind, uint32_t site);

/* Has the thread touched all of these few bytes in this epoch, at least as strongly? Then
 * race_access has nothing to do. False: it may have. */
bool race_access_is_done(uint64_t addr, uint64_t bytes, bool write);

/* [addr, addr + bytes) is new to the program: whatever was remembered there is gone,
 * and the calling thread has written it at `site`, without a check. */
void race_access_fresh(uint64_t addr, uint64_t bytes, uint32_t site);

/* The program's accesses, from the doors; `pc` is where the door returns to. */
void race_entry_access(uint64_t addr, struct race_site *site, uint64_t bytes, uint64_t pc);
void race_entry_vptr(const uint64_t *addr, struct race_site *site, uint64_t vptr,
                     uint64_t pc);

#endif
