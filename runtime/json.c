/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * json.c - writes JSON (json.h).
 */
#include "json.h"

#include <string.h>

/* Length of the UTF-8 sequence at s, 0 when it is none. */
static uint32_t sequence(const unsigned char *s)
{
	uint32_t length = s[0] < 0x80 ? 1 : s[0] < 0xc2 ? 0 : s[0] < 0xe0 ? 2 : s[0] < 0xf0 ? 3 :
			  s[0] < 0xf5			? 4 :
							  0;

	for (uint32_t i = 1; i < length; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* Overlong, a surrogate, beyond the last character. */
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return 0;
	return length;
}

void race_json_escape(struct race_text *text, const char *value)
{
	static const char digits[] = "0123456789abcdef";

	while (*value) {
		unsigned char c = (unsigned char)*value;
		uint32_t length = sequence((const unsigned char *)value);

		if (c == '"' || c == '\\') {
			race_text_bytes(text, "\\", 1);
			race_text_bytes(text, value, 1);
		} else if (c < 0x20) {
			race_text_string(text, "\\u00");
			race_text_bytes(text, &digits[c >> 4], 1);
			race_text_bytes(text, &digits[c & 15], 1);
		} else if (!length) {
			race_text_string(text, "\\ufffd");
		} else {
			race_text_bytes(text, value, length);
			value += length - 1;
		}
		value++;
	}
}

void race_json_key(struct race_text *text, const char *key)
{
	char last = text->used ? text->data[text->used - 1] : '{';

	if (last != '{' && last != '[' && last != '\n' && last != ':')
		race_text_string(text, ",");
	if (!key)
		return;
	race_text_string(text, "\"");
	race_text_string(text, key);
	race_text_string(text, "\":");
}

void race_json_open(struct race_text *text, const char *key, const char *bracket)
{
	race_json_key(text, key);
	race_text_string(text, bracket);
}

void race_json_close(struct race_text *text, const char *bracket)
{
	race_text_string(text, bracket);
}

void race_json_string(struct race_text *text, const char *key, const char *value)
{
	race_json_key(text, key);
	if (!value) {
		race_text_string(text, "null");
		return;
	}
	race_text_string(text, "\"");
	race_json_escape(text, value);
	race_text_string(text, "\"");
}

void race_json_number(struct race_text *text, const char *key, uint64_t value)
{
	race_json_key(text, key);
	race_text_decimal(text, value);
}

void race_json_bool(struct race_text *text, const char *key, bool value)
{
	race_json_key(text, key);
	race_text_string(text, value ? "true" : "false");
}

void race_json_hex(struct race_text *text, const char *key, uint64_t value)
{
	race_json_key(text, key);
	race_text_string(text, "\"");
	race_text_hex(text, value);
	race_text_string(text, "\"");
}
