/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * lineage.c - lines of threads and their turns (lineage.h).
 */
#include "lineage.h"

#include "alloc.h"
#include "options.h"

static uint32_t last[RACE_LINES]; /* turn that was begun in each line */
static bool ended[RACE_LINES];
static uint32_t lines, oldest;

/* A line whose past the creator knows; a new one; one that ended at some time. */
static uint32_t take_line(const struct race_lineage *creator)
{
	for (uint32_t line = 0; creator && line < creator->lines; line++)
		if (ended[line] && creator->known[line] >= last[line])
			return line;
	if (lines < RACE_LINES)
		return lines++;
	for (uint32_t i = 0; i < RACE_LINES; i++) {
		oldest = (oldest + 1) % RACE_LINES;
		if (ended[oldest])
			break;
	}
	return oldest;
}

static void next_turn(struct race_lineage *lineage)
{
	uint32_t line = lineage->line;

	if (lineage->lines <= line)
		lineage->lines = line + 1;
	lineage->known[line] = ++last[line];
	lineage->mark = ((uint64_t)line << 32 | last[line]) * 0x9e3779b97f4a7c15ull;
	if (lineage->now)
		race_moment_drop(lineage->now);
	lineage->now = NULL;
}

static void learn(struct race_lineage *lineage, const struct race_lineage *from)
{
	for (uint32_t i = 0; i < from->lines; i++)
		if (lineage->known[i] < from->known[i])
			lineage->known[i] = from->known[i];
	if (lineage->lines < from->lines)
		lineage->lines = from->lines;
}

static void begin(struct race_thread *thread, const struct race_lineage *creator)
{
	struct race_lineage *lineage = thread->lineage;

	if (!lineage)
		thread->lineage = lineage = race_alloc(sizeof(*lineage));
	for (uint32_t i = 0; i < lineage->lines; i++)
		lineage->known[i] = 0;
	lineage->lines = 0;
	if (creator)
		learn(lineage, creator);
	lineage->line = take_line(creator);
	ended[lineage->line] = false;
	next_turn(lineage);
}

void race_lineage_begin(struct race_thread *thread, struct race_thread *creator)
{
	if (!race_options.detect_deadlocks)
		return;
	if (creator && !creator->lineage) /* the main thread, at its first */
		begin(creator, NULL);
	begin(thread, creator ? creator->lineage : NULL);
	if (creator)
		next_turn(creator->lineage);
}

void race_lineage_end(const struct race_thread *thread)
{
	if (thread->lineage)
		ended[thread->lineage->line] = true;
}

void race_lineage_join(struct race_thread *self, const struct race_thread *thread)
{
	if (!self->lineage || !thread->lineage)
		return;
	learn(self->lineage, thread->lineage);
	next_turn(self->lineage);
}

void race_lineage_forked(struct race_thread *self)
{
	if (!self->lineage)
		return;
	for (uint32_t i = 0; i < lines; i++) {
		self->lineage->known[i] = last[i];
		ended[i] = i != self->lineage->line;
	}
	self->lineage->lines = lines;
	next_turn(self->lineage);
}

/* ---- moments ---- */

uint64_t race_moment_bytes(const struct race_moment *moment)
{
	return sizeof(*moment) + moment->lines * sizeof(moment->known[0]);
}

struct race_moment *race_lineage_now(struct race_thread *self)
{
	struct race_lineage *lineage = self->lineage;
	struct race_moment *moment = lineage->now;

	if (!moment) {
		moment = race_alloc(sizeof(*moment) + lineage->lines * sizeof(moment->known[0]));
		moment->users = 1; /* the lineage itself */
		moment->line = lineage->line;
		moment->lines = lineage->lines;
		moment->turn = lineage->known[lineage->line];
		for (uint32_t i = 0; i < lineage->lines; i++)
			moment->known[i] = lineage->known[i];
		lineage->now = moment;
	}
	__atomic_add_fetch(&moment->users, 1, __ATOMIC_RELAXED);
	return moment;
}

void race_moment_drop(struct race_moment *moment)
{
	if (!__atomic_sub_fetch(&moment->users, 1, __ATOMIC_ACQ_REL))
		race_free(moment, race_moment_bytes(moment));
}
