/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * log.h - where reports go: stderr, stdout, or a file for each process (option log_path).
 * The caller holds the report lock.
 */
#ifndef RACE_LOG_H
#define RACE_LOG_H

#include "print.h"

/* Once, at start, before the program can chdir. */
void race_log_init(void);

/* Writes all of it at once, and leaves it empty. */
void race_log_write(struct race_text *text);

/* One more piece of a document that is head, pieces with commas between them, and tail.
 * In a file it is whole after each piece; elsewhere the tail comes with race_log_end. */
void race_log_piece(struct race_text *text, const char *head, const char *tail);
void race_log_end(const char *tail);

/* Is it a terminal? */
bool race_log_is_terminal(void);

#endif
