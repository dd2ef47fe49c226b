/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * play.h - the runtime under test plays a program: one thread of the system plays all
 * threads of the program, by changing the words in __race_self before each operation.
 */
#ifndef DIFFERENTIAL_PLAY_H
#define DIFFERENTIAL_PLAY_H

#include "program.h"

/* A race that the runtime found in an operation, for one granule. */
struct report {
	uint64_t bytes; /* of the area */
	int thread;     /* of the program, whose access came before; -1: none */
	uint32_t leaf;  /* place of that access */
};

#define REPORTS 64 /* each byte of a block of seven granules may have one */

/* Once in a process, in which so many slots of threads are taken already: clocks are
 * made for eight threads and grow by eight. */
void play_init(uint32_t taken);

/* A program begins, at addresses that none had before. */
void play_start(const struct program *program);

/* From here on epochs are renumbered before one in `operations` (0: never so). */
void play_renumber(uint32_t operations);

/* Before one in so many operations its thread looks which of its epochs are told apart. */
void play_look(uint32_t operations);

/* Operation `index` happens. Returns how many races are in *reports. */
uint32_t play(uint32_t index, struct report **reports);

/* Can the place `leaf` be where the operation, played before, accessed memory? */
bool play_was_at(uint32_t index, uint32_t leaf);

/* All threads end and are joined. */
void play_end(void);

#endif
