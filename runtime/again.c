/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * again.c - keeps a title for each race that was reported (again.h).
 */
#include "again.h"

#include <string.h>

#include "brief.h"
#include "fingerprint.h"
#include "platform.h"
#include "seen.h"
#include "shown.h"

static struct race_text titles; /* one behind the other, zero-terminated */
static struct {
	uint32_t *start, room; /* of a race's title in titles, by number */
} title_of;

static void title_add(const struct race_frames *frames)
{
	const struct race_frame *frame = race_shown_frame(frames);

	race_brief_function(&titles, frames->count ? frame->function : "?\?()");
	if (frames->count && frame->file) {
		race_text_string(&titles, " ");
		race_text_string(&titles, race_basename(frame->file));
		race_text_string(&titles, ":");
		race_text_decimal(&titles, frame->line);
	}
}

void race_again_name(uint32_t number, const struct race_frames *now,
		     const struct race_frames *before)
{
	if (number >= title_of.room) {
		uint32_t room = title_of.room ? title_of.room * 2 : 1024, *start;

		while (number >= room)
			room *= 2;
		start = race_map(room * sizeof(*start));
		if (!start)
			return;
		memcpy(start, title_of.start, title_of.room * sizeof(*start));
		if (title_of.room)
			race_sys_munmap(title_of.start, title_of.room * sizeof(*start));
		title_of.start = start;
		title_of.room = room;
	}
	title_of.start[number] = (uint32_t)titles.used;
	title_add(now);
	race_text_string(&titles, " and ");
	title_add(before);
	race_text_bytes(&titles, "", 1);
}

#define AGAIN_LINES 20
void race_again_print(struct race_text *text, uint32_t first, uint32_t last)
{
	uint64_t bound = UINT64_MAX;

	for (uint32_t lines = 0; lines < AGAIN_LINES;) {
		uint64_t most = 0;

		for (uint32_t i = first; i <= last && i < title_of.room; i++)
			if (race_seen_times(i) < bound && race_seen_times(i) > most)
				most = race_seen_times(i);
		if (!most)
			return;
		for (uint32_t i = first; i <= last && i < title_of.room && lines < AGAIN_LINES; i++)
			if (race_seen_times(i) == most) {
				race_text_string(text, "Met again ");
				race_text_decimal(text, most);
				race_text_string(text, " time(s): ");
				race_text_string(text, titles.data + title_of.start[i]);
				race_text_string(text, "\n");
				lines++;
			}
		bound = most;
	}
}
