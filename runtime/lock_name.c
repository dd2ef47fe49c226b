/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lock_name.c - a lock is known by its variable, else by the memory it stands in
 * (lock_name.h).
 */
#include "lock_name.h"

#include <pthread.h>
#include <string.h>

#include "location.h"
#include "print.h"

static const struct {
	const char *words;
	uint32_t bytes; /* what must be one variable */
} kinds[] = {
	[RACE_HOLD_MUTEX] = { "mutex", sizeof(pthread_mutex_t) },
	[RACE_HOLD_SPIN] = { "spin lock", sizeof(pthread_spinlock_t) },
	[RACE_HOLD_WRITE] = { "rwlock", sizeof(pthread_rwlock_t) },
	[RACE_HOLD_READ] = { "rwlock", sizeof(pthread_rwlock_t) },
	[RACE_HOLD_FILE] = { "lock of the FILE", 1 },
	[RACE_HOLD_CUSTOM] = { "lock", 1 },
	[RACE_HOLD_CUSTOM_READ] = { "lock", 1 },
	[RACE_HOLD_COND] = { "condition", sizeof(pthread_cond_t) },
	[RACE_HOLD_BARRIER] = { "barrier", sizeof(pthread_barrier_t) },
};

static void add(struct race_names *names, const char *words)
{
	race_names_add(names, words, strlen(words));
}

/* A std::mutex is meant, not the member that the library keeps it in: "_M_mutex". */
static size_t length_without_library(const char *expression)
{
	size_t length = strlen(expression);

	for (size_t i = length; i-- > 0;)
		if (expression[i] == '.' && expression[i + 1] == '_' &&
		    (expression[i + 2] == '_' || (expression[i + 2] >= 'A' && expression[i + 2] <= 'Z')))
			length = i;
	return length;
}

static void memory_add(const struct race_location *location, struct race_names *names)
{
	switch (location->kind) {
	case RACE_LOCATION_HEAP:
		add(names, " (at ");
		add(names, race_number(location->offset).text);
		add(names, " in a heap block of size ");
		add(names, race_number(location->block.bytes).text);
		add(names, ")");
		break;
	case RACE_LOCATION_STACK:
		add(names, " (on the stack of ");
		if (location->owner) {
			add(names, "thread T");
			add(names, race_number(location->owner).text);
		} else {
			add(names, "main thread");
		}
		add(names, ")");
		break;
	default:
		break;
	}
}

const char *race_lock_name(const struct race_hold *hold, struct race_names *names)
{
	static struct race_location location; /* under the report lock */
	struct race_text hex = { 0 };
	const char *name;

	race_location_find(hold->addr, kinds[hold->kind].bytes, NULL, NULL, &location, names);
	name = race_names_begin(names);
	add(names, kinds[hold->kind].words);
	add(names, " ");
	if (location.kind == RACE_LOCATION_GLOBAL ||
	    (location.kind == RACE_LOCATION_SYMBOL && location.datum.symbol)) {
		bool global = location.kind == RACE_LOCATION_GLOBAL;
		const char *variable = global ? location.variable.expression : location.datum.symbol;

		add(names, "'");
		race_names_add(names, variable, length_without_library(variable));
		if (!global && location.datum.offset) {
			add(names, "+");
			add(names, race_number(location.datum.offset).text);
		}
		add(names, "'");
	} else {
		race_text_hex(&hex, hold->addr);
		race_names_add(names, hex.data, hex.used);
		memory_add(&location, names);
		race_text_free(&hex);
	}
	race_names_end(names);
	return name;
}
