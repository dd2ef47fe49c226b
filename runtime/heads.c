/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * heads.c - parts are kept, handed on, and lost (heads.h).
 */
#include "heads.h"

#include "alloc.h"

#define ROOM 4 /* at first */

static uint64_t bytes_of(uint32_t room)
{
	return sizeof(struct race_heads) + room * sizeof(struct race_head);
}

static struct race_heads *made(uint32_t room)
{
	struct race_heads *heads = race_alloc(bytes_of(room));

	heads->room = room;
	heads->count = 0;
	heads->whole = RACE_HEADS_NONE;
	heads->lost = false;
	return heads;
}

struct race_heads *race_heads_new(const struct race_life *first)
{
	struct race_heads *heads = made(ROOM);

	heads->head[heads->count++] = (struct race_head){ .life = first };
	heads->whole = 0;
	return heads;
}

void race_heads_free(struct race_heads *heads)
{
	for (uint32_t i = 0; i < heads->count; i++)
		race_clock_free(heads->head[i].part);
	race_free(heads, bytes_of(heads->room));
}

struct race_head *race_heads_find(struct race_heads *heads, const struct race_life *life)
{
	for (uint32_t i = 0; i < heads->count; i++)
		if (heads->head[i].life == life)
			return &heads->head[i];
	return NULL;
}

static void drop_ended(struct race_heads *heads)
{
	uint32_t kept = 0, whole = RACE_HEADS_NONE;

	for (uint32_t i = 0; i < heads->count; i++) {
		if (heads->head[i].life->finished) {
			race_clock_free(heads->head[i].part);
			continue;
		}
		if (heads->whole == i)
			whole = kept;
		heads->head[kept++] = heads->head[i];
	}
	heads->count = kept;
	heads->whole = whole;
}

static void make_room(struct race_heads **heads)
{
	struct race_heads *old = *heads, *grown;

	drop_ended(old);
	if (old->count <= old->room / 2)
		return;
	grown = made(old->room * 2);
	grown->count = old->count;
	grown->whole = old->whole;
	grown->lost = old->lost;
	for (uint32_t i = 0; i < old->count; i++)
		grown->head[i] = old->head[i];
	race_free(old, bytes_of(old->room));
	*heads = grown;
}

struct race_head *race_heads_add(struct race_heads **heads, const struct race_life *life)
{
	struct race_head *head = race_heads_find(*heads, life);

	if (head)
		return head;
	if ((*heads)->count == (*heads)->room)
		make_room(heads);
	head = &(*heads)->head[(*heads)->count++];
	*head = (struct race_head){ .life = life };
	return head;
}

/* Is there room for its part, of so many entries? */
static bool is_kept(const struct race_heads *heads, const struct race_head *head, uint32_t size)
{
	uint64_t place = (uint64_t)(head - heads->head);

	return !head->lost && (place + 1) * size * sizeof(uint64_t) <= RACE_HEADS_BYTES;
}

static void lose(struct race_head *head)
{
	struct race_clock *gone = head->part;

	head->part = NULL;
	head->lost = true;
	race_clock_free(gone);
}

bool race_heads_turn(struct race_heads *heads, struct race_head *head, struct race_clock **clock)
{
	uint32_t turn = (uint32_t)(head - heads->head);
	struct race_head *before = heads->whole == RACE_HEADS_NONE ? NULL : &heads->head[heads->whole];
	struct race_clock *own = head->part;

	if (head == before)
		return false;
	head->part = NULL;
	head->lost = false;
	heads->whole = turn;
	if (before && is_kept(heads, before, (*clock)->size)) {
		before->part = *clock;
		race_store_release(clock, own);
		return true;
	}
	if (before)
		lose(before);
	race_clock_free(own);
	return true;
}

static void learn(struct race_heads *heads, struct race_head *head, const uint64_t *from,
                  uint32_t size)
{
	if (!is_kept(heads, head, size)) {
		lose(head);
		return;
	}
	race_clock_grow(&head->part, size);
	race_clock_join(head->part->entry, from, size);
}

void race_heads_join(struct race_heads *heads, struct race_head *head,
                     const struct race_clock *clock, const uint64_t *from, uint32_t size)
{
	if (heads->whole != RACE_HEADS_NONE && clock)
		learn(heads, &heads->head[heads->whole], clock->entry, clock->size);
	heads->whole = RACE_HEADS_NONE;
	learn(heads, head, from, size);
}

bool race_heads_alone(struct race_heads *heads, struct race_head *head, struct race_clock **clock)
{
	struct race_clock *all = *clock, *part = head->part;

	if (heads->lost || head->lost)
		return false;
	if (heads->whole == (uint32_t)(head - heads->head))
		return true;
	head->part = NULL;
	race_store_release(clock, part);
	race_clock_free(all);
	return true;
}
