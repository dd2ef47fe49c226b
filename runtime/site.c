/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * site.c - the table of sites (site.h): an array by number, and an open-addressed index
 * over it to find a place or a pair again. Entries are written once, under the lock,
 * and read without it: a number is published by the store into the index.
 */
#include "site.h"

#include "alloc.h"
#include "print.h"
#include "self.h"
#include "stats.h"

#define SITES (1u << RACE_CELL_SITE_BITS)
#define NUMBERS_END RACE_SITE_LENT
/* Pairs get no more numbers from here on, so that places always find one; and from here
 * on, none that tell which bytes are whose. Those of atomics tell it always: in their cells
 * nothing else says which bytes were written. */
#define PAIRS_END (SITES / 4 * 3)
#define EXACT_END (SITES / 2)
#define INDEX_SLOTS (SITES * 4)

/* Two words, compared as such. */
struct site {
	uint64_t pc;     /* leaf; 0: a pair */
	uint16_t bytes;  /* leaf */
	uint16_t before; /* pair; leaf: 1 + number of the function called there, or 0 */
	uint16_t leaf;   /* pair */
	union {
		uint8_t kind; /* leaf */
		uint8_t mask; /* pair */
	};
	uint8_t before_mask; /* pair */
};
_Static_assert(sizeof(struct site) == 16, "word_of");

static struct site sites[SITES];
static const struct race_site *statics[SITES];
static uint8_t columns[SITES];
static uint16_t index_slots[INDEX_SLOTS];
static uint32_t used = 1; /* number 0 is nobody's */
static struct race_spin lock;

static uint64_t word_of(const struct site *s)
{
	uint64_t word;

	__builtin_memcpy(&word, &s->bytes, sizeof(word));
	return word;
}

static bool same(const struct site *a, const struct site *b)
{
	return a->pc == b->pc && word_of(a) == word_of(b);
}

static uint32_t hash(const struct site *s)
{
	uint64_t h = (s->pc ^ (word_of(s) << 32 | word_of(s) >> 32)) * 0x9e3779b97f4a7c15ull;

	return (h ^ h >> 29) >> 20 & (INDEX_SLOTS - 1);
}

/* The number in the index, or 0 with *slot where it belongs. */
static uint32_t look_up(const struct site *wanted, uint32_t *slot)
{
	for (uint32_t i = hash(wanted);; i = (i + 1) & (INDEX_SLOTS - 1)) {
		uint32_t number = race_load_acquire(&index_slots[i]);

		if (number == 0 || same(&sites[number], wanted)) {
			*slot = i;
			return number;
		}
	}
}

static RACE_COLD void say_full(void)
{
	static uint32_t said;

	if (!__atomic_exchange_n(&said, 1, __ATOMIC_RELAXED))
		race_print_line("more than 65,000 places in this program touch shared "
		                "memory: some previous accesses will be named ?? (build "
		                "fewer files with the plugin to see them)");
}

static uint32_t intern(const struct site *wanted, uint32_t end)
{
	uint32_t slot, number = look_up(wanted, &slot);

	if (number || race_load(&used) >= end)
		return number;
	race_enter();
	race_spin_take(&lock);
	number = look_up(wanted, &slot);
	if (!number && used < end) {
		number = used;
		race_store(&used, number + 1);
		sites[number] = *wanted;
		race_count(sites);
		race_store_release(&index_slots[slot], (uint16_t)number);
	}
	race_spin_give(&lock);
	race_leave();
	return number;
}

extern const struct race_function __start_race_functions[] __attribute__((weak));

uint32_t race_site_of_call(uint64_t pc, uint32_t kind, uint32_t bytes,
                           const struct race_function *function)
{
	struct site wanted = { .pc = pc, .kind = kind };
	uint32_t number;

	if (function)
		wanted.before = (uint16_t)(function - __start_race_functions + 1);
	wanted.bytes = bytes > UINT16_MAX ? UINT16_MAX : bytes;
	number = intern(&wanted, NUMBERS_END);
	if (!number)
		say_full();
	return number;
}

uint32_t race_site_of(uint64_t pc, uint32_t kind, uint32_t bytes)
{
	return race_site_of_call(pc, kind, bytes, NULL);
}

uint32_t race_site_enter(struct race_site *site, uint64_t pc)
{
	uint32_t number = race_site_of(pc, site->kind, site->bytes);

	race_store(&statics[number], site);
	race_store(&columns[number], site->column);
	race_store(&site->id, number);
	return number;
}

static bool leaf_wrote(uint32_t leaf)
{
	return race_kind_is_write(sites[leaf].kind);
}

uint64_t race_site_recent_pairs[RACE_RECENT_PAIRS];
uint64_t race_site_coarse;

static bool is_atomic(uint32_t leaf)
{
	return race_kind_is_atomic(sites[leaf].kind);
}

static uint32_t pair(uint32_t before, uint32_t before_mask, uint32_t leaf, uint32_t mask)
{
	struct site wanted = {
		.before = before, .leaf = leaf, .before_mask = before_mask, .mask = mask
	};
	bool coarse = (before_mask & mask) == 0xff;
	uint32_t number = intern(&wanted, is_atomic(leaf) ? NUMBERS_END :
	                                  coarse          ? PAIRS_END :
	                                                    EXACT_END);

	if (number || coarse || is_atomic(leaf))
		return number;
	race_store(&race_site_coarse, 0xffff);
	return pair(before, 0xff, leaf, 0xff);
}

/* A site, and the bytes for which it stands. */
struct part {
	uint32_t site;
	uint32_t mask;
};

/* Who looks for a leaf goes down so many pairs; then it is taken for a new one. */
#define LEAVES_MOST 8

/* A part without that leaf, whose bytes go to *had. */
static struct part without_leaf(struct part part, uint32_t leaf, uint32_t *had, uint32_t most)
{
	const struct site *s = &sites[part.site];
	struct part before = { s->before, s->before_mask }, rest;

	if (part.site == leaf) {
		*had = part.mask;
		return (struct part){ 0 };
	}
	if (s->pc || !most)
		return part;
	if (s->leaf == leaf) {
		*had = s->mask;
		return before;
	}
	rest = without_leaf(before, leaf, had, most - 1);
	if (rest.site == before.site)
		return part;
	if (!rest.site)
		return (struct part){ s->leaf, s->mask };
	rest.site = pair(rest.site, rest.mask, s->leaf, s->mask);
	rest.mask = 0xff;
	return rest.site ? rest : part;
}

/* Each leaf stands once in what is joined, with all its bytes: places that take turns in a
 * granule do not use up the table. */
static RACE_NOINLINE uint32_t join(struct part before, uint32_t leaf, uint32_t mask)
{
	uint32_t had = 0;
	struct part rest = without_leaf(before, leaf, &had, LEAVES_MOST);

	if (!rest.site)
		return leaf;
	return pair(rest.site, sites[rest.site].pc ? rest.mask : 0xff, leaf, mask | had);
}

/* The same where nothing tells which bytes are whose: in a pair that has it already, the leaf stays
 * where it is. */
static uint32_t join_coarse(uint32_t before, uint32_t leaf)
{
	for (uint32_t site = before, i = 0; i < LEAVES_MOST; i++) {
		if (site == leaf || (!sites[site].pc && sites[site].leaf == leaf))
			return before;
		if (sites[site].pc)
			break;
		site = sites[site].before;
	}
	return pair(before, 0xff, leaf, 0xff);
}

uint32_t race_site_pair(uint32_t before, uint32_t before_mask, uint32_t leaf, uint32_t mask)
{
	uint64_t key = (uint64_t)before << 32 | leaf << 16 | before_mask << 8 | mask;
	uint64_t coarse = race_load(&race_site_coarse), *recent, found;
	uint32_t number;

	if (coarse && is_atomic(leaf))
		coarse = 0;
	key |= coarse;
	recent = &race_site_recent_pairs[key * 0x9e3779b97f4a7c15ull >> (64 - RACE_RECENT_BITS)];
	found = race_load(recent);
	if (found >> 16 == key)
		return found & (SITES - 1);
	if (!before || !leaf)
		return before | leaf;
	number = coarse ? join_coarse(before, leaf) :
	                  join((struct part){ before, before_mask }, leaf, mask);
	if (!number)
		number = leaf_wrote(leaf) || !race_site_find(before, 0xff, true, false) ? leaf :
		                                                                          before;
	race_store(recent, key << 16 | number);
	return number;
}

uint32_t race_site_join(uint32_t before, uint32_t before_mask, uint32_t site, uint32_t mask)
{
	const struct site *s = &sites[site];
	uint32_t inner;

	if (site == before)
		return site;
	if (s->pc || !site)
		return race_site_pair(before, before_mask, site, mask);
	inner = race_site_join(before, before_mask, s->before, s->before_mask & mask);
	return race_site_pair(inner, before_mask | (s->before_mask & mask), s->leaf,
	                      s->mask & mask);
}

enum { WROTE = 1, READ = 2, PLAIN = 4 };

static bool is_as(uint32_t leaf, uint32_t wanted)
{
	return !(wanted & WROTE && !leaf_wrote(leaf)) && !(wanted & READ && leaf_wrote(leaf)) &&
	       !(wanted & PLAIN && is_atomic(leaf));
}

static uint32_t find(uint32_t site, uint32_t mask, uint32_t wanted)
{
	for (;;) {
		const struct site *s = &sites[site];
		uint32_t leaf = s->pc ? site : s->leaf;

		if ((s->pc || (s->mask & mask)) && leaf && is_as(leaf, wanted))
			return leaf;
		mask &= s->before_mask;
		if (s->pc || !mask)
			return 0;
		site = s->before;
	}
}

uint32_t race_site_find(uint32_t site, uint32_t mask, bool wrote, bool plain)
{
	return find(site, mask, (wrote ? WROTE : 0) | (plain ? PLAIN : 0));
}

uint32_t race_site_find_read(uint32_t site, uint32_t mask)
{
	return find(site, mask, READ | PLAIN);
}

struct race_place race_site_place(uint32_t leaf)
{
	const struct site *s = &sites[leaf];

	return (struct race_place){
		.pc = s->pc,
		.bytes = s->bytes,
		.kind = s->kind,
		.column = race_load(&columns[leaf]),
		.function = s->pc && s->before ? __start_race_functions[s->before - 1].name : NULL,
		.site = race_load(&statics[leaf]),
	};
}

bool race_site_is_allocation(uint32_t site)
{
	return sites[site].pc && sites[site].kind == RACE_ALLOC;
}

/* A place that changes its pc is found in the index no more: it gets no new accesses. */
void race_site_close(uint64_t low, uint64_t high, uint32_t number)
{
	race_enter();
	race_spin_take(&lock);
	for (uint32_t i = 1; i < used; i++)
		if (sites[i].pc > low && sites[i].pc <= high)
			race_store(&sites[i].pc, sites[i].pc | (uint64_t)number << RACE_PC_BITS);
	race_spin_give(&lock);
	race_leave();
}
