/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * json.h - values of JSON at the end of a text. Commas write themselves: one stands
 * before a value unless it is the first in its object or array.
 */
#ifndef RACE_JSON_H
#define RACE_JSON_H

#include "print.h"

/* The key of the value that follows; NULL in an array. */
void race_json_key(struct race_text *text, const char *key);
void race_json_open(struct race_text *text, const char *key, const char *bracket);
void race_json_close(struct race_text *text, const char *bracket);

/* What is no UTF-8 becomes U+FFFD. NULL is null. */
void race_json_string(struct race_text *text, const char *key, const char *value);
void race_json_number(struct race_text *text, const char *key, uint64_t value);
void race_json_bool(struct race_text *text, const char *key, bool value);
/* "0x1f": readers of JSON lose digits of large numbers. */
void race_json_hex(struct race_text *text, const char *key, uint64_t value);

/* The inside of a string. */
void race_json_escape(struct race_text *text, const char *value);

#endif
