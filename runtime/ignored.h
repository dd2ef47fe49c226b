/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * ignored.h - sections whose accesses the program asks to ignore (include/race.h). Where
 * one begins or ends the thread enters a new epoch: so an access of an ignored section is
 * known by its cell, for ever, and nothing is asked while the program runs.
 */
#ifndef RACE_IGNORED_H
#define RACE_IGNORED_H

#include "thread.h"

#define RACE_IGNORE_READS 1u
#define RACE_IGNORE_WRITES 2u

/* self, the calling thread, begins or ends a section; they nest. */
void race_ignored_begin(struct race_thread *self, uint32_t what);
void race_ignored_end(struct race_thread *self, uint32_t what);

/* self, within a section, is in a new epoch. */
void race_ignored_note(const struct race_thread *self);

/* Was the access that left c one of an ignored section? */
bool race_ignored_has(race_cell c, bool wrote);

/* Of two cells of one thread: was the same ignored in their epochs? */
bool race_ignored_alike(race_cell one, race_cell two);

/* Epochs get new numbers, while the world holds still. */
void race_ignored_renew(race_cell (*renewed)(race_cell));

#endif
