/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * site.h - the places in the program that accesses come from, by the 16-bit numbers
 * that cells hold. A number is given out when its access first leaves the fast path,
 * so only places that were executed use one up.
 *
 * A leaf is one place. When accesses of one thread and epoch to different bytes of a
 * granule share a cell, its site is a pair: the site before and the leaf added, each
 * with its bytes.
 */
#ifndef RACE_SITE_H
#define RACE_SITE_H

#include "base.h"

/* No place: a list's cell has it while it is lent (rereads.h). */
#define RACE_SITE_LENT ((1u << RACE_CELL_SITE_BITS) - 1)

/* What a report says about a leaf. */
struct race_place {
	uint64_t pc; /* return address: the access is at pc - 1; see RACE_PC_BITS */
	uint16_t bytes;
	uint8_t kind;         /* enum race_kind */
	uint8_t column;       /* in its line; 0: not known */
	const char *function; /* libc's, called there, that made the access; or NULL */
	const struct race_site *site; /* the static one, NULL: none (do not follow it) */
};

RACE_INLINE bool race_kind_is_atomic(uint32_t kind)
{
	return kind == RACE_ATOMIC_READ || kind == RACE_ATOMIC_WRITE;
}

RACE_INLINE bool race_kind_is_write(uint32_t kind)
{
	return kind == RACE_WRITE || kind == RACE_ATOMIC_WRITE || kind == RACE_VPTR_WRITE ||
	       kind == RACE_FREE || kind == RACE_ALLOC;
}

/* Number of the place `pc`, where a static access of the program first met the
 * runtime. Stores it in site->id. 0 when all numbers are used up (said once). */
uint32_t race_site_enter(struct race_site *site, uint64_t pc);

/* Number of a place that has no static site. */
uint32_t race_site_of(uint64_t pc, uint32_t kind, uint32_t bytes);

/* Functions of libc that access memory for who calls them. Each has a constant in one
 * section; its index there goes into the site. */
struct race_function {
	const char *name; /* as reports have it: "strlen()" */
};
#define RACE_FUNCTION(text)                                                            \
	({                                                                             \
		static const struct race_function function_                            \
			__attribute__((section("race_functions"), used)) = { text };   \
		&function_;                                                            \
	})

/* Number of an access by `function`, called at pc. */
uint32_t race_site_of_call(uint64_t pc, uint32_t kind, uint32_t bytes,
                           const struct race_function *function);

/* The site of a cell that had `before`, for before_mask, and now also holds leaf's access
 * to mask. When numbers run short, the one of the two that wrote. */
uint32_t race_site_pair(uint32_t before, uint32_t before_mask, uint32_t leaf, uint32_t mask);

/* The site of a cell that had `before`, for before_mask, and now also holds what another had
 * from `site`, for mask. */
uint32_t race_site_join(uint32_t before, uint32_t before_mask, uint32_t site, uint32_t mask);

/* Pairs met lately, a word each: before 16 | leaf 16 | before_mask 8 | mask 8 and the
 * pair's number; at the key's product with PAIR_HASH, its top bits. The doors look here. */
#define RACE_RECENT_BITS 13 /* PAIR_BITS of door_x86_64.h */
#define RACE_RECENT_PAIRS (1u << RACE_RECENT_BITS)
extern RACE_HIDDEN uint64_t race_site_recent_pairs[RACE_RECENT_PAIRS];

/* Bits that keys of plain accesses have besides: those of both masks as soon as so many pairs were
 * met that new ones do not tell which bytes are whose. A cell still says what was read and
 * what was written of it. */
extern RACE_HIDDEN uint64_t race_site_coarse;

/* The leaf in `site` that touched a byte of mask; one that wrote, if `wrote`; one that
 * is not atomic, if `plain`. 0 when there is none. */
uint32_t race_site_find(uint32_t site, uint32_t mask, bool wrote, bool plain);

/* A plain read among them, or 0. */
uint32_t race_site_find_read(uint32_t site, uint32_t mask);

/* The program's addresses have this many bits; above stands a closed library's number. */
#define RACE_PC_BITS 48
#define RACE_PC_MASK ((1ull << RACE_PC_BITS) - 1)

/* What is mapped in (low, high] is about to be something else: places there are the
 * closed library's of this number. */
void race_site_close(uint64_t low, uint64_t high, uint32_t number);

/* What is known of a leaf; number 0 gives a place with pc 0. */
struct race_place race_site_place(uint32_t leaf);

/* Is it the place of an allocation? Pairs are not. */
bool race_site_is_allocation(uint32_t site);

#endif
