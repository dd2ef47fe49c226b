/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * dump_sarif.c - a dump as results of SARIF (dump.h): each thread is a note, told by sections as
 * a finding is, and each circle a deadlock.
 */
#include "dump.h"

#include <string.h>

#include "finding.h"
#include "fingerprint.h"
#include "platform.h"
#include "report.h"

static struct race_told_finding *finding; /* mapped at the first thread */

static bool finding_begin(enum race_rule rule, const char *title)
{
	if (!finding)
		finding = race_map(sizeof(*finding));
	if (!finding)
		return false;
	finding->rule = rule;
	finding->title = title;
	finding->advice = "";
	finding->count = finding->names.used = 0;
	return true;
}

/* Takes the words over. */
static void section_add(struct race_text *words, const char *call, const struct race_frames *stack)
{
	struct race_told_section *section = &finding->section[finding->count++];

	section->heading = race_names_begin(&finding->names);
	race_names_add(&finding->names, words->data, words->used);
	race_names_end(&finding->names);
	race_text_free(words);
	section->call = call;
	section->stack.cut = stack && stack->cut;
	section->stack.count = stack ? stack->count : 0;
	if (stack)
		memcpy(section->stack.frame, stack->frame, stack->count * sizeof(stack->frame[0]));
}

static void finding_end(struct race_text *text)
{
	finding->fingerprint = race_fingerprint_pair(
		race_fingerprint(0, 0, finding->section[0].call, &finding->section[0].stack),
		finding->rule);
	if (text->used)
		race_text_string(text, ",\n");
	race_finding_sarif(text, finding);
}

/* ---- sections ---- */

static void waits_add(const struct race_told_thread *told)
{
	struct race_text words = { 0 };

	race_text_string(&words, "Waits for ");
	race_dump_text_lock(&words, &told->wanted);
	section_add(&words, NULL, &told->wanted.location.allocation);
	for (uint32_t i = 0; i < told->holders; i++) {
		race_dump_text_holder(&words, &told->holder[i]);
		section_add(&words, NULL, &told->holder[i].taken);
	}
}

static void thread(struct race_text *text, const struct race_told_thread *told)
{
	struct race_text words = { 0 };

	if (!finding_begin(RACE_RULE_DUMP, "THREAD DUMP"))
		return;
	race_dump_text_title(&words, told);
	section_add(&words, told->call, &told->stack);
	if (told->waits)
		waits_add(told);
	for (uint32_t i = 0; i < told->locks; i++) {
		race_text_string(&words, "Holds ");
		race_dump_text_lock(&words, &told->lock[i]);
		section_add(&words, NULL, &told->lock[i].taken);
	}
	if (told->creation.count) {
		race_text_string(&words, "Created here");
		section_add(&words, NULL, &told->creation);
	}
	finding_end(text);
}

static void circle(struct race_text *text, const struct race_told_circle *told)
{
	struct race_text words = { 0 };

	if (!finding_begin(RACE_RULE_DEADLOCK, "DEADLOCK"))
		return;
	race_dump_text_circle(&words, told);
	section_add(&words, NULL, NULL);
	finding_end(text);
}

/* ---- what stands around the results, log.c and dump.c write ---- */

static void begin(struct race_text *text, const struct race_dump_head *head)
{
	(void)text;
	(void)head;
}

static void nothing(struct race_text *text)
{
	(void)text;
}

const struct race_dump_writer race_dump_sarif = { begin, thread, nothing, circle, nothing };
