/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * stats.h - how often what happened, for RACE_OPTIONS=stats=1. Counted in C alone, where
 * it costs a test of the option; the inlined tests and the doors count nothing.
 */
#ifndef RACE_STATS_H
#define RACE_STATS_H

#include "options.h"
#include "print.h"

enum race_stat {
#define RACE_STAT(name, text) RACE_STAT_##name,
#include "stats.def"
#undef RACE_STAT
	RACE_STATS
};

extern RACE_HIDDEN uint64_t race_stats[RACE_STATS];

RACE_INLINE void race_count_many(enum race_stat what, uint64_t times)
{
	if (race_unlikely(race_options.stats))
		__atomic_fetch_add(&race_stats[what], times, __ATOMIC_RELAXED);
}

#define race_count(name) race_count_many(RACE_STAT_##name, 1)

/* The table: a line each. */
void race_stats_print(struct race_text *text);

#endif
