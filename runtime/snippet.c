/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * snippet.c - reads a source file up to the lines that are wanted (snippet.h).
 */
#include "snippet.h"

#include <fcntl.h>

#include "options.h"
#include "platform.h"

#define AROUND 1
#define LONGEST 160 /* of a line; the rest is cut off */

/* A name that lost its prefix (option strip_path_prefix) gets it back. */
static long source_open(const char *file)
{
	struct race_text path = { 0 };
	long fd;

	race_text_string(&path, race_options.strip_path_prefix);
	race_text_string(&path, file);
	race_text_bytes(&path, "", 1);
	fd = race_sys_open(path.data, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
	race_text_free(&path);
	return fd >= 0 ? fd :
			 race_sys_open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0);
}

static void line_begin(struct race_text *text, uint32_t number, bool marked)
{
	race_text_string(text, marked ? "    > " : "      ");
	for (uint32_t room = 10000; room > number && room > 1; room /= 10)
		race_text_string(text, " ");
	race_text_decimal(text, number);
	race_text_string(text, " | ");
}

/* Under a line that has been printed from `start` on: its tabs stay tabs. */
static void caret(struct race_text *text, size_t start, uint32_t column)
{
	size_t end = text->used;

	if (!column || start + column > end)
		return;
	race_text_string(text, "            | ");
	for (uint32_t i = 0; i + 1 < column; i++) {
		unsigned char c = (unsigned char)text->data[start + i];

		/* The inner bytes of a letter have no width. */
		if ((c & 0xc0) != 0x80)
			race_text_string(text, c == '\t' ? "\t" : " ");
	}
	race_text_string(text, "^\n");
}

static bool printable(char c)
{
	return c == '\t' || (unsigned char)c >= ' ';
}

void race_snippet_print(struct race_text *text, const char *file, uint32_t line,
			uint32_t column)
{
	char part[4096];
	long fd = line ? source_open(file) : -1, got;
	uint32_t at = 1, used = 0;
	size_t start = 0;

	while (fd >= 0 && at <= line + AROUND && (got = race_sys_read((int)fd, part, sizeof(part))) > 0)
		for (long i = 0; i < got && at <= line + AROUND; i++) {
			bool wanted = at + AROUND >= line;

			if (wanted && !used) {
				line_begin(text, at, at == line);
				start = text->used;
			}
			used++;
			if (part[i] == '\n') {
				race_text_string(text, wanted ? "\n" : "");
				if (at == line)
					caret(text, start, column);
				used = 0;
				at++;
			} else if (wanted && used <= LONGEST && printable(part[i])) {
				race_text_bytes(text, &part[i], 1);
			}
		}
	if (used && at + AROUND >= line && at <= line + AROUND) {
		race_text_string(text, "\n");
		if (at == line)
			caret(text, start, column);
	}
	if (fd >= 0)
		race_sys_close((int)fd);
}
