/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * compare.c - runs both sides and tells the first difference (compare.h).
 */
#include "compare.h"

#include <stdio.h>
#include <string.h>

#include "model.h"

static const char *const names[DIFFERENCES] = {
	"none", "MISSED race", "FALSE race", "WRONG BYTES", "WRONG access BEFORE",
	"HIDDEN bytes", "DIED"
};

const char *difference_name(enum difference_kind kind)
{
	return names[kind];
}

/* ---- one operation ---- */

struct judgement {
	const struct model *model;
	const struct op *op;
	uint32_t index;
	uint64_t races;  /* in the reference */
	uint64_t tainted; /* bytes that had a race before */
	const struct report *reports;
	uint32_t count;
};

static bool truly_before(const struct judgement *j, const struct report *report)
{
	for (uint32_t i = 0; i < j->index; i++)
		if (j->model->program->ops[i].thread == report->thread && j->model->time[i] &&
		    play_was_at(i, report->leaf) &&
		    model_races_with(j->model, j->op, i) & report->bytes)
			return true;
	return false;
}

static enum difference_kind judge_report(const struct judgement *j,
                                         const struct report *report)
{
	if (!(report->bytes & j->races))
		return FALSE_RACE;
	if (report->bytes & ~j->races)
		return WRONG_BYTES;
	return truly_before(j, report) ? SAME : WRONG_BEFORE;
}

/* Bytes of granules that have a report. */
static uint64_t reported_granules(const struct judgement *j)
{
	uint64_t granules = 0;

	for (uint32_t i = 0; i < j->count; i++)
		for (int g = 0; g < AREA; g += 8)
			if (j->reports[i].bytes & bytes_of(g, 8))
				granules |= bytes_of(g, 8);
	return granules;
}

static uint64_t reported_bytes(const struct judgement *j)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < j->count; i++)
		bytes |= j->reports[i].bytes;
	return bytes;
}

static struct difference judge(const struct judgement *j, struct comparison *comparison)
{
	struct difference difference = { .index = j->index, .expected = j->races };
	uint64_t fresh = j->races & ~j->tainted, hidden;

	for (uint32_t i = 0; i < j->count && !difference.kind; i++) {
		difference.report = j->reports[i];
		difference.kind = judge_report(j, &j->reports[i]);
	}
	hidden = fresh & reported_granules(j) & ~reported_bytes(j);
	comparison->hidden_bytes += __builtin_popcountll(hidden);
	comparison->racy_accesses += j->races != 0;
	comparison->reports += j->count;
	if (!difference.kind && fresh & ~reported_granules(j))
		difference.kind = MISSED;
	if (!difference.kind && comparison->every_byte && hidden)
		difference.kind = HIDDEN_BYTE;
	return difference;
}

/* ---- the whole program ---- */

struct difference compare(const struct program *program, struct comparison *comparison)
{
	static struct model model;
	struct difference difference = { SAME };
	uint64_t tainted = 0;

	model_start(&model, program);
	comparison->racy = false;
	play_start(program);
	for (uint32_t i = 0; i < program->count && !difference.kind; i++) {
		struct judgement j = { .model = &model, .op = &program->ops[i], .index = i,
			               .tainted = tainted };
		struct report *reports;

		if (!model_legal(&model, j.op))
			continue;
		j.races = model_races(&model, j.op);
		j.count = play(i, &reports);
		j.reports = reports;
		difference = judge(&j, comparison);
		comparison->racy |= j.races != 0;
		tainted |= j.races;
		if (j.op->what == ALLOC)
			tainted &= ~op_bytes(program, j.op);
		model_apply(&model, i);
	}
	play_end();
	return difference;
}

static void print_bytes(uint64_t bytes)
{
	for (int byte = 0; byte < AREA; byte++)
		if (bytes >> byte & 1)
			printf(" %d", byte);
	printf(bytes ? "\n" : " none\n");
}

void difference_print(const struct program *program, const struct difference *difference)
{
	printf("%s at operation\n", difference_name(difference->kind));
	op_print(program, difference->index);
	printf("the reference has a race on bytes");
	print_bytes(difference->expected);
	if (difference->kind != MISSED) {
		printf("the runtime reports one with T%d, place %u, on bytes",
		       difference->report.thread, difference->report.leaf);
		print_bytes(difference->report.bytes);
	}
}
