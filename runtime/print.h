/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * print.h - words on their way out. A text grows in memory of its own (never the
 * program's malloc, never stdio) and leaves in one write, so that what one thread
 * says is not cut by what another says. Where the kernel has no memory left the text
 * keeps what it holds and drops the rest.
 */
#ifndef RACE_PRINT_H
#define RACE_PRINT_H

#include "base.h"

struct race_text {
	char *data;
	size_t used, room;
};

void race_text_bytes(struct race_text *text, const char *bytes, size_t count);
void race_text_string(struct race_text *text, const char *string);
void race_text_decimal(struct race_text *text, uint64_t number);
void race_text_hex(struct race_text *text, uint64_t number); /* 0x1f */

/* Writes all of it and leaves the text empty, its memory kept. False: the kernel took
 * only a part. */
bool race_text_write(struct race_text *text, int fd);
void race_text_free(struct race_text *text);

/* A number for race_print_line: race_number(66).text */
struct race_number {
	char text[24];
};
struct race_number race_number(uint64_t number);

/* "librace: ", the strings and a line end go to stderr in one write. */
#define race_print_line(...) \
	race_print_strings((const char *const[]){ __VA_ARGS__, NULL })
void race_print_strings(const char *const *strings);

/* The same, then the process ends: for mistakes found before main. */
#define race_die(status, ...) \
	race_die_strings(status, (const char *const[]){ __VA_ARGS__, NULL })
__attribute__((noreturn)) void race_die_strings(int status, const char *const *strings);

#endif
