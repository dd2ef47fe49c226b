/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * maps.h - what the process has mapped, as the kernel tells it in /proc/self/maps, a
 * line each in the order of addresses:
 *
 *     55d0a000-55d0b000 rw-s 00001000 00:19 1234    /dev/shm/name
 */
#ifndef RACE_MAPS_H
#define RACE_MAPS_H

#include "base.h"

struct race_mapping {
	uint64_t from, to; /* addresses, the second one behind it */
	bool shared;
	uint64_t offset; /* in the file, in bytes */
	uint64_t device; /* as stat() has it */
	uint64_t inode;  /* 0: no file */
};

/* A reader of the list; reads on where it stopped. */
struct race_maps {
	int fd;
	long have, at; /* characters in its buffer; have is 0 at the end, negative on error */
	char text[4096];
};

/* False when there is no /proc. */
bool race_maps_open(struct race_maps *maps);
void race_maps_close(struct race_maps *maps);

/* The next mapping. False behind the last one. */
bool race_maps_next(struct race_maps *maps, struct race_mapping *mapping);

/* Did the list end, rather than break off? Ask when race_maps_next said false. */
bool race_maps_ended(const struct race_maps *maps);

#endif
