/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * descriptor.h - what a descriptor leads to. Data goes through wires: what is sent into
 * a descriptor's `out` is received from the `in` of others. A pipe has a wire from one
 * end to the other (and one back, which tells that the reader is gone); a connection
 * one for each direction; a file, an eventfd, a timer are a wire themselves:
 *
 *     pipe:  [1].out --> [0].in        file, eventfd:  out == in
 *            [1].in  <-- [0].out       terminal, /dev/null:  none
 *
 * What a descriptor is, the kernel says when it is first used: a file or pipe by its
 * inode, whichever way it was opened or passed on; a connection by the names of its two
 * ends. What has neither gets its wire where it is made.
 *
 * A descriptor's number is one more object: who is given it comes after who closed it.
 */
#ifndef RACE_DESCRIPTOR_H
#define RACE_DESCRIPTOR_H

#include <sys/socket.h>

#include "thread.h"

/* Addresses for sync.h; 0: orders nothing. */
struct race_wires {
	uint64_t in, out;
};

struct race_wires race_descriptor_wires(int fd);

/* The number was given out by the kernel, or another name for it is made: `old`. */
void race_descriptor_named(int fd);
void race_descriptor_passed(int fd); /* by a socket: it may lead where another one does */
void race_descriptor_duplicated(int fd, int old);

/* It is about to be closed. */
void race_descriptor_closing(int fd);

/* Memory that stands for a number, as long as it is the name of one thing (who uses it reads
 * there, who closes it writes: intercept_use.h). A number that is given out anew has fresh
 * one. NULL for numbers so large that nobody looks. */
struct race_number_memory {
	uint64_t sends, receives, closed;
};
struct race_number_memory *race_descriptor_memory(int fd);
bool race_descriptor_of_memory(uint64_t addr, uint32_t *fd);

/* The child of a vfork runs in our memory, but what it closes is its own. (A system call.) */
bool race_descriptor_is_anothers(void);

/* The child of a fork has its own: what others did in the parent is not undone by it. */
void race_descriptor_forked(void);

/* A fresh wire; what the descriptor is; that it is to be asked again. */
uint64_t race_wire_new(void);
void race_descriptor_set(int fd, uint64_t in, uint64_t out);
void race_descriptor_changed(int fd);

/* The wire that two numbers name, always the same. */
#define RACE_SIGNALFD (~1ull) /* with 0: of all signalfds; nothing goes through it */
uint64_t race_wire_of(uint64_t a, uint64_t b);
#define RACE_WIRES_NAMED (1u << 20)
uint32_t race_wire_number(uint64_t wire); /* below RACE_WIRES_NAMED */

/* Where datagrams to that address arrive; where connections to it are asked for; where
 * it is told that somebody listens there. 0 for an address that has no name. */
enum race_meeting { RACE_DATAGRAM = 1, RACE_CONNECT, RACE_LISTEN };
uint64_t race_wire_to(const struct sockaddr *address, socklen_t bytes, enum race_meeting what);
uint64_t race_wire_at(int fd, enum race_meeting what); /* the descriptor's own address */

/* Whole steps, with errno kept; nothing where there is no wire. */
void race_wire_release(uint64_t wire);
void race_wire_acquire(uint64_t wire);

#endif
