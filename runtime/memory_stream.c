/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * memory_stream.c - a list under a lock (memory_stream.h); few programs have more than a
 * handful of such streams at a time.
 */
#include "memory_stream.h"

#include "alloc.h"

static struct race_memory_stream *streams;
static struct race_spin lock;

void race_memory_stream_add(struct race_memory_stream one)
{
	struct race_memory_stream *added;

	race_enter();
	added = race_alloc(sizeof(*added));
	*added = one;
	race_spin_take(&lock);
	added->next = streams;
	race_store(&streams, added);
	race_spin_give(&lock);
	race_leave();
}

/* Under the lock. */
static struct race_memory_stream **place_of(const FILE *stream)
{
	struct race_memory_stream **at = &streams;

	while (*at && (*at)->stream != stream)
		at = &(*at)->next;
	return at;
}

bool race_memory_stream_find(const FILE *stream, bool has_text, struct race_memory_stream *copy,
                             bool closing)
{
	struct race_memory_stream **at, *one;

	if (!race_load(&streams) || !race_is_watching())
		return false;
	race_enter();
	race_spin_take(&lock);
	at = place_of(stream);
	one = *at && !(*at)->is.text == !has_text ? *at : NULL;
	if (one)
		*copy = *one;
	if (one && closing)
		race_store(at, one->next);
	race_spin_give(&lock);
	if (one && closing)
		race_free(one, sizeof(*one));
	race_leave();
	return one != NULL;
}

void race_memory_stream_told(const FILE *stream, const char *text, size_t bytes)
{
	struct race_memory_stream *one;

	race_enter();
	race_spin_take(&lock);
	one = *place_of(stream);
	if (one) {
		one->memory = text;
		one->bytes = bytes;
	}
	race_spin_give(&lock);
	race_leave();
}
