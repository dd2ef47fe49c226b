/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * report_sarif.c - a gathered race as a result of SARIF 2.1.0, for code scanning. Head,
 * results with commas between them, and tail make the document.
 */
#include "report.h"

#include "finding.h"
#include "json.h"
#include "shown.h"

/* Code scanning shows the first two above an alert, and wants some help below. */
#define RULE(id, name, words, level)                                                     \
	"{\"id\":\"" id "\",\"shortDescription\":{\"text\":\"" name                      \
	"\"},\"fullDescription\":{\"text\":\"" words                                     \
	"\"},\"help\":{\"text\":\"librace's README, 'Reading a report' and 'It hangs', says " \
	"what each part of a report means and how to mend what it tells.\"},"               \
	"\"defaultConfiguration\":{\"level\":\"" level "\"}}"

const char race_report_sarif_head[] =
	"{\"$schema\":\"https://json.schemastore.org/sarif-2.1.0.json\",\"version\":\"2.1.0\","
	"\"runs\":[{\"tool\":{\"driver\":{\"name\":\"librace\",\"rules\":["
	RULE("data-race", "Data race",
	     "Two threads accessed the same memory, at least one of them writing, with nothing "
	     "between them that orders the one before the other.", "error") ","
	RULE("deadlock", "Deadlock", "Threads wait for each other in a circle.", "error") ","
	RULE("lock-misuse", "Misuse of a lock or a thread",
	     "A call that POSIX leaves undefined, or that returns an error nobody means.",
	     "error") ","
	RULE("signal-unsafe", "Signal-unsafe handler",
	     "A handler that may interrupt a function which is not async-signal-safe calls "
	     "another one, or leaves another errno behind.", "error") ","
	RULE("thread-leak", "Thread neither joined nor detached",
	     "What it needed is kept for ever, and nothing orders its end.", "error") ","
	RULE("lock-order-inversion", "Locks taken in orders that can deadlock",
	     "Threads that take these locks at one time can come to wait for each other.", "error") ","
	RULE("thread-dump", "A thread, when a dump was asked for",
	     "What each thread did, waited for and held.", "note")
	"]}},\"results\":[\n";
const char race_report_sarif_tail[] = "\n]}]}\n";

static void uri_json(struct race_text *text, const char *path)
{
	static const char digits[] = "0123456789ABCDEF";

	race_json_key(text, "uri");
	race_text_string(text, *path == '/' ? "\"file://" : "\"");
	for (; *path; path++) {
		unsigned char c = (unsigned char)*path;
		bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			     (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-' ||
			     c == '_' || c == '~' || c == '+';

		if (plain) {
			race_text_bytes(text, path, 1);
			continue;
		}
		race_text_string(text, "%");
		race_text_bytes(text, &digits[c >> 4], 1);
		race_text_bytes(text, &digits[c & 15], 1);
	}
	race_text_string(text, "\"");
}

static void message_json(struct race_text *text, const char *words)
{
	race_json_open(text, "message", "{");
	race_json_string(text, "text", words);
	race_json_close(text, "}");
}

/* The members of a location object. */
static void location_json(struct race_text *text, const struct race_frame *frame)
{
	if (frame->file) {
		race_json_open(text, "physicalLocation", "{");
		race_json_open(text, "artifactLocation", "{");
		uri_json(text, frame->file);
		race_json_close(text, "}");
		if (frame->line) {
			race_json_open(text, "region", "{");
			race_json_number(text, "startLine", frame->line);
			if (frame->column)
				race_json_number(text, "startColumn", frame->column);
			race_json_close(text, "}");
		}
		race_json_close(text, "}");
	}
	race_json_open(text, "logicalLocations", "[");
	race_json_open(text, NULL, "{");
	race_json_string(text, "fullyQualifiedName", frame->function);
	race_json_string(text, "kind", "function");
	race_json_close(text, "}]");
}

/* "Write of size 8 by thread T2" */
static void side_words(struct race_text *words, const struct race_told *told,
		       const struct race_told_side *side)
{
	race_report_text_access(words, told, side);
	race_text_bytes(words, "", 1);
}

static void related_json(struct race_text *text, const struct race_frames *frames,
			 const char *words)
{
	if (!frames->count)
		return;
	race_json_open(text, NULL, "{");
	location_json(text, race_shown_frame(frames));
	message_json(text, words);
	race_json_close(text, "}");
}

/* The stack, outermost call first: how the thread came there. */
static void flow_json(struct race_text *text, const char *prefix, uint32_t number,
		      const struct race_frames *stack)
{
	if (!stack->count)
		return;
	race_json_open(text, NULL, "{");
	race_json_key(text, "id");
	race_text_string(text, "\"");
	race_text_string(text, prefix);
	race_text_decimal(text, number);
	race_text_string(text, "\"");
	race_json_open(text, "locations", "[");
	for (uint32_t i = stack->count; i-- > 0;) {
		race_json_open(text, NULL, "{");
		race_json_open(text, "location", "{");
		location_json(text, &stack->frame[i]);
		race_json_close(text, "}}");
	}
	race_json_close(text, "]}");
}

/* Of two locations no two may say the same: both sides may hold a lock as readers. */
static void holds_json(struct race_text *text, const struct race_told_side *side, const char *who)
{
	for (uint32_t i = 0; i < side->holds; i++) {
		struct race_text words = { 0 };

		race_text_string(&words, who);
		race_text_string(&words, " access holds ");
		race_text_string(&words, side->hold[i].name);
		race_text_string(&words, ", taken here");
		race_text_bytes(&words, "", 1);
		related_json(text, &side->hold[i].stack, words.data);
		race_text_free(&words);
	}
}

void race_report_sarif(struct race_text *text, const struct race_told *told)
{
	struct race_text now = { 0 }, before = { 0 }, all = { 0 };

	side_words(&now, told, &told->now);
	side_words(&before, told, &told->before);
	race_text_string(&all, now.data);
	race_text_string(&all, "; ");
	race_text_string(&all, before.data);
	race_text_string(&all, "; nothing orders them. ");
	race_report_text_location(&all, told);
	if (*told->advice) {
		race_text_string(&all, ". ");
		race_text_string(&all, told->advice);
	}
	race_text_bytes(&all, "", 1);

	race_json_open(text, NULL, "{");
	race_json_string(text, "ruleId", "data-race");
	race_json_string(text, "level", "error");
	message_json(text, all.data);
	race_json_open(text, "locations", "[");
	race_json_open(text, NULL, "{");
	location_json(text, race_shown_frame(&told->now.stack));
	race_json_close(text, "}]");
	race_json_open(text, "relatedLocations", "[");
	related_json(text, &told->before.stack, before.data);
	holds_json(text, &told->now, "This");
	holds_json(text, &told->before, "The previous");
	related_json(text, &told->now.creation, "The first thread was created here");
	related_json(text, &told->before.creation, "The other thread was created here");
	related_json(text, &told->location.allocation, "The memory was allocated here");
	related_json(text, &told->sleep, "The thread slept here, which orders nothing");
	race_json_close(text, "]");
	race_json_open(text, "codeFlows", "[");
	race_json_open(text, NULL, "{");
	race_json_open(text, "threadFlows", "[");
	flow_json(text, "T", told->now.side->thread.number, &told->now.stack);
	flow_json(text, "T", told->before.side->thread.number, &told->before.stack);
	race_json_close(text, "]}]");
	race_json_open(text, "partialFingerprints", "{");
	race_json_hex(text, "race/v1", told->fingerprint);
	race_json_close(text, "}}");
	race_text_free(&now);
	race_text_free(&before);
	race_text_free(&all);
}

void race_finding_sarif(struct race_text *text, const struct race_told_finding *told)
{
	static const char *const rules[] = { "deadlock", "lock-misuse", "thread-leak",
					     "lock-order-inversion", "signal-unsafe", "thread-dump" };
	uint32_t stacks = 0;
	struct race_text all = { 0 };

	race_text_string(&all, told->title);
	for (uint32_t i = 0; i < told->count; i++) {
		race_text_string(&all, i ? "; " : ": ");
		race_text_string(&all, told->section[i].heading);
	}
	if (*told->advice) {
		race_text_string(&all, ". Advice: ");
		race_text_string(&all, told->advice);
	}
	race_text_bytes(&all, "", 1);
	race_json_open(text, NULL, "{");
	race_json_string(text, "ruleId", rules[told->rule]);
	race_json_string(text, "level", told->rule == RACE_RULE_DUMP ? "note" : "error");
	message_json(text, all.data);
	race_json_open(text, "locations", "[");
	if (told->section[0].stack.count) {
		race_json_open(text, NULL, "{");
		location_json(text, race_shown_frame(&told->section[0].stack));
		race_json_close(text, "}");
	}
	race_json_close(text, "]");
	race_json_open(text, "relatedLocations", "[");
	for (uint32_t i = 1; i < told->count; i++)
		related_json(text, &told->section[i].stack, told->section[i].heading);
	race_json_close(text, "]");
	for (uint32_t i = 0; i < told->count; i++)
		stacks += told->section[i].stack.count != 0;
	if (stacks) {
		race_json_open(text, "codeFlows", "[");
		race_json_open(text, NULL, "{");
		race_json_open(text, "threadFlows", "[");
		for (uint32_t i = 0; i < told->count; i++)
			flow_json(text, "stack ", i + 1, &told->section[i].stack);
		race_json_close(text, "]}]");
	}
	race_json_open(text, "partialFingerprints", "{");
	race_json_hex(text, "race/v1", told->fingerprint);
	race_json_close(text, "}}");
	race_text_free(&all);
}
