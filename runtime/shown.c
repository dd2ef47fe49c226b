/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * shown.c - whose code a frame is (shown.h).
 */
#include "shown.h"

#include <string.h>

/* ".../include/c++/12/bits/stl_map.h", ".../include/x86_64-linux-gnu/c++/12/bits/gthr.h" */
static bool is_of_library(const char *file)
{
	static const char folder[] = "include/", library[] = "c++/";
	const char *found = file;

	while ((found = strstr(found, folder))) {
		const char *next;

		found += strlen(folder);
		next = strchr(found, '/');
		if (!strncmp(found, library, strlen(library)) ||
		    (next && !strncmp(next + 1, library, strlen(library)) && strstr(next, "/bits/")))
			return true;
	}
	return false;
}

/* Without lines, its namespaces tell. */
bool race_shown_is_librarys(const struct race_frame *frame)
{
	static const char *const spaces[] = { "_ZSt", "_ZNSt", "_ZNKSt", "_ZN9__gnu_cxx", "_ZNK9__gnu_cxx" };

	if (frame->file)
		return is_of_library(frame->file);
	for (size_t i = 0; frame->symbol && i < sizeof(spaces) / sizeof(spaces[0]); i++)
		if (!strncmp(frame->symbol, spaces[i], strlen(spaces[i])))
			return true;
	return false;
}

/* The program's own before the library's, with a line before without. */
const struct race_frame *race_shown_frame(const struct race_frames *frames)
{
	const struct race_frame *best = &frames->frame[0];
	uint32_t points = 0;

	for (uint32_t i = 0; i < frames->count && points < 4; i++) {
		const struct race_frame *frame = &frames->frame[i];
		uint32_t its = !frame->file ? 0 : !frame->line ? 1 : race_shown_is_librarys(frame) ? 2 : 4;

		if (its > points) {
			best = frame;
			points = its;
		}
	}
	return best;
}
