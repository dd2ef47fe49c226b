/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * frames_text.c - prints stacks for people (frames_text.h).
 */
#include "frames_text.h"

#include <string.h>

#include "brief.h"
#include "options.h"
#include "shown.h"
#include "snippet.h"

static bool tells_all(void)
{
	return !strcmp(race_options.frames, "all");
}

static void place_print(struct race_text *text, const struct race_frame *frame)
{
	if (frame->file) {
		race_text_string(text, frame->file);
		/* Code that the compiler merged from several lines has none. */
		if (frame->line) {
			race_text_string(text, ":");
			race_text_decimal(text, frame->line);
		}
		if (frame->offset) {
			race_text_string(text, " +");
			race_text_hex(text, frame->offset);
		}
	} else {
		if (frame->module) {
			race_text_string(text, frame->module);
			race_text_string(text, "+");
		}
		race_text_hex(text, frame->module_offset);
	}
}

static void frame_print(struct race_text *text, const struct race_frame *frame)
{
	race_text_string(text, "  ");
	if (tells_all())
		race_text_string(text, frame->function);
	else
		race_brief_function(text, frame->function);
	race_text_string(text, "\n      ");
	place_print(text, frame);
	race_text_string(text, "\n");
}

/* The first frame from `i` on that is not the library's. */
static uint32_t behind_library(const struct race_frames *frames, uint32_t i)
{
	while (i < frames->count && race_shown_is_librarys(&frames->frame[i]))
		i++;
	return i;
}

/* `count` frames that only the library knows of. */
static void inner_print(struct race_text *text, uint32_t count)
{
	race_text_string(text, "  (");
	race_text_decimal(text, count);
	race_text_string(text, count == 1 ? " inner frame" : " inner frames");
	race_text_string(text, " of the C++ library)\n");
}

void race_frames_text(struct race_text *text, const struct race_frames *frames, bool snippets)
{
	bool folds = !tells_all() && behind_library(frames, 0) < frames->count;
	bool own = false; /* a frame of the program's was told */

	for (uint32_t i = 0; i < frames->count; i++) {
		uint32_t behind = folds ? behind_library(frames, i) : i;

		/* What the library's thread calls its function through. */
		if (behind == frames->count && own)
			break;
		if (behind > i + 1) {
			inner_print(text, behind - i - 1);
			i = behind - 1;
		}
		frame_print(text, &frames->frame[i]);
		if (snippets && !own && behind == i && frames->frame[i].file)
			race_snippet_print(text, frames->frame[i].file, frames->frame[i].line,
					   frames->frame[i].column);
		own |= behind == i;
	}
	if (frames->cut)
		race_text_string(text, "  ...\n");
}
