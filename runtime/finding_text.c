/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * finding_text.c - a gathered finding in words, and as a line of JSON (finding.h).
 */
#include "finding.h"

#include "frames_text.h"
#include "json.h"
#include "platform.h"
#include "report.h"

void race_finding_text(struct race_text *text, const struct race_told_finding *told)
{
	race_text_string(text, "==================\nWARNING: ");
	race_text_string(text, told->title);
	race_text_string(text, "\n");
	for (uint32_t i = 0; i < told->count; i++) {
		const struct race_told_section *section = &told->section[i];

		race_text_string(text, section->heading);
		race_text_string(text, "\n");
		if (section->call) {
			race_text_string(text, "  ");
			race_text_string(text, section->call);
			race_text_string(text, "()\n      <libc>\n");
		}
		race_frames_text(text, &section->stack, false);
	}
	if (*told->advice) {
		race_text_string(text, "Advice: ");
		race_text_string(text, told->advice);
		race_text_string(text, "\n");
	}
	race_text_string(text, "==================\n");
}

void race_finding_json(struct race_text *text, const struct race_told_finding *told)
{
	static const char *const types[] = { "deadlock", "lock-misuse", "thread-leak",
					     "lock-order-inversion", "signal-unsafe" };

	race_json_open(text, NULL, "{");
	race_json_string(text, "type", types[told->rule]);
	race_json_string(text, "title", told->title);
	race_json_hex(text, "fingerprint", told->fingerprint);
	race_json_number(text, "pid", (uint64_t)race_sys_getpid());
	race_json_open(text, "sections", "[");
	for (uint32_t i = 0; i < told->count; i++) {
		race_json_open(text, NULL, "{");
		race_json_string(text, "heading", told->section[i].heading);
		race_json_string(text, "libc", told->section[i].call);
		race_report_json_frames(text, "stack", &told->section[i].stack);
		race_json_close(text, "}");
	}
	race_json_close(text, "]");
	race_json_string(text, "advice", *told->advice ? told->advice : NULL);
	race_json_close(text, "}");
	race_text_string(text, "\n");
}
