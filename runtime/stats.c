/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stats.c - the counts and their table (stats.h).
 */
#include "stats.h"

#define DIGITS 12

uint64_t race_stats[RACE_STATS];

static const char *const texts[] = {
#define RACE_STAT(name, text) text,
#include "stats.def"
#undef RACE_STAT
};

void race_stats_print(struct race_text *text)
{
	for (uint32_t i = 0; i < RACE_STATS; i++) {
		struct race_number number = race_number(race_load(&race_stats[i]));
		uint32_t digits = 0;

		while (number.text[digits])
			digits++;
		for (; digits < DIGITS; digits++)
			race_text_string(text, " ");
		race_text_string(text, number.text);
		race_text_string(text, "  ");
		race_text_string(text, texts[i]);
		race_text_string(text, "\n");
	}
}
