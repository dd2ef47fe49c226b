/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * grave.c - which remains share a tid (grave.h): the first grave that has a place where
 * those above are known to no fewer clocks, and those below to no more.
 *
 * A grave's tid is that of a slot buried no later than its first remains. Whoever knows
 * some of them has a clock that reaches so far.
 */
#include "grave.h"

#include "alloc.h"
#include "clock.h"

struct race_grave race_graves[RACE_TIDS];
uint32_t race_grave_count;

static uint32_t words; /* of a set of knowers */
static uint32_t spare[RACE_TIDS]; /* slots that are buried, and no graves */
static uint32_t spares;

void race_graves_begin(uint32_t clocks)
{
	race_grave_count = spares = 0;
	words = (clocks + 63) / 64;
}

static bool includes(const uint64_t *more, const uint64_t *less)
{
	for (uint32_t i = 0; i < words; i++)
		if (less[i] & ~more[i])
			return false;
	return true;
}

static bool put_into(struct race_grave *grave, struct race_remains *remains)
{
	struct race_remains **place = &grave->remains;

	while (*place && includes((*place)->knowers, remains->knowers))
		place = &(*place)->next;
	if (*place && !includes(remains->knowers, (*place)->knowers))
		return false;
	remains->next = *place;
	*place = remains;
	return true;
}

static void take_out(struct race_remains *remains)
{
	for (uint32_t i = 0; i < race_grave_count; i++)
		for (struct race_remains **place = &race_graves[i].remains; *place;
		     place = &(*place)->next)
			if (*place == remains) {
				*place = remains->next;
				return;
			}
}

static bool put_somewhere(struct race_remains *remains)
{
	for (uint32_t i = 0; i < race_grave_count; i++)
		if (put_into(&race_graves[i], remains))
			return true;
	if (!spares)
		return false;
	race_graves[race_grave_count].tid = spare[--spares];
	race_graves[race_grave_count].remains = NULL;
	return put_into(&race_graves[race_grave_count++], remains);
}

bool race_graves_bury(uint32_t tid, struct race_remains *remains, uint32_t count)
{
	uint32_t spares_before = spares, graves_before = race_grave_count;

	spare[spares++] = tid;
	for (uint32_t i = 0; i < count; i++) {
		if (put_somewhere(&remains[i]))
			continue;
		while (i-- > 0)
			take_out(&remains[i]);
		/* What was spare is so again, in its place. */
		spares = spares_before;
		race_grave_count = graves_before;
		return false;
	}
	return true;
}

void race_graves_close(void)
{
	for (uint32_t i = 0; i < race_grave_count; i++) {
		uint64_t epoch = 0;

		for (struct race_remains *r = race_graves[i].remains; r; r = r->next)
			r->place = ++epoch << RACE_CELL_EPOCH_SHIFT |
			           (uint64_t)race_graves[i].tid << RACE_CELL_TID_SHIFT;
	}
}

uint64_t race_grave_known(const struct race_grave *grave, const uint64_t *entry, uint32_t size)
{
	uint64_t known = 0;

	for (const struct race_remains *r = grave->remains; r; r = r->next) {
		uint32_t tid = race_cell_tid(r->first);

		if (tid >= size || entry[tid] < r->first)
			break;
		known = race_cell_epoch(r->place);
	}
	return known;
}

void race_graves_fill_slots(void)
{
	for (uint32_t i = 0; i < race_grave_count; i++) {
		struct race_tenure *tenures = NULL;
		uint64_t last = 0;

		for (struct race_remains *r = race_graves[i].remains; r; r = r->next) {
			struct race_tenure *tenure = race_alloc(sizeof(*tenure));

			tenure->earlier = tenures;
			tenure->life = r->life;
			tenure->first_epoch = last = race_cell_epoch(r->place);
			tenures = tenure;
		}
		race_slot_fill(race_graves[i].tid, tenures, last);
	}
}
