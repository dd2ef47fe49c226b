/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * names.c - puts words one behind the other (names.h). C++ names are taken apart by
 * libstdc++'s demangler in its form that calls back instead of allocating.
 */
#include "names.h"

#include <string.h>

#include "options.h"

/* libstdc++'s cp-demangle.o: hands out the text piece by piece; 0 on success. */
int __gcclibcxx_demangle_callback(const char *mangled,
				  void (*piece)(const char *, size_t, void *), void *data);

const char *race_names_begin(struct race_names *names)
{
	names->start = names->used;
	names->full = false;
	return names->text + names->start;
}

void race_names_add(struct race_names *names, const char *bytes, size_t count)
{
	/* One byte stays for the end. */
	if (count >= sizeof(names->text) - names->used) {
		names->full = true;
		return;
	}
	memcpy(names->text + names->used, bytes, count);
	names->used += (uint32_t)count;
}

void race_names_end(struct race_names *names)
{
	if (names->full)
		names->used = names->start;
	names->text[names->used] = 0;
	if (names->used < sizeof(names->text) - 1)
		names->used++;
}

static void piece_add(const char *bytes, size_t count, void *names)
{
	race_names_add(names, bytes, count);
}

/* What the demangler makes of a C++ name, NULL for others. */
static const char *demangled(const char *symbol, struct race_names *names)
{
	const char *text = race_names_begin(names);

	if (strncmp(symbol, "_Z", 2) ||
	    __gcclibcxx_demangle_callback(symbol, piece_add, names)) {
		names->used = names->start;
		return NULL;
	}
	race_names_end(names);
	return names->full ? symbol : text;
}

/* The symbol itself where names is full. */
const char *race_names_function(struct race_names *names, const char *symbol)
{
	const char *text = symbol ? demangled(symbol, names) : "?\?()";

	if (text)
		return text;
	text = race_names_begin(names);
	race_names_add(names, symbol, strlen(symbol));
	race_names_add(names, "()", 2);
	race_names_end(names);
	return names->full ? symbol : text;
}

const char *race_names_datum(struct race_names *names, const char *symbol)
{
	const char *text = demangled(symbol, names);

	return text ? text : symbol;
}

/* ---- files ---- */

static const char *without_prefix(const char *file)
{
	size_t length = strlen(race_options.strip_path_prefix);

	return strncmp(file, race_options.strip_path_prefix, length) ? file : file + length;
}

/* "/usr/bin/../lib" is "/usr/lib". (Where bin is a link it may be another place: compilers
 * that look for their own files write such paths, and nobody wants to read them.) */
static void fold(char *path)
{
	char *from = path, *dots;

	while ((dots = strstr(path, "/./")))
		memmove(dots, dots + 2, strlen(dots + 2) + 1);
	while ((dots = strstr(from, "/../"))) {
		char *name = dots;

		while (name > path && name[-1] != '/')
			name--;
		if (name == dots || !strncmp(name, "../", 3)) {
			from = dots + 3;
		} else {
			memmove(name, dots + 4, strlen(dots + 4) + 1);
			from = path;
		}
	}
}

const char *race_names_file(struct race_names *names, const char *file)
{
	const char *stripped = file ? without_prefix(file) : NULL, *folded;

	if (!file || (!strstr(stripped, "/../") && !strstr(stripped, "/./")))
		return stripped;
	folded = race_names_begin(names);
	race_names_add(names, stripped, strlen(stripped));
	race_names_end(names);
	if (names->full)
		return stripped;
	fold(names->text + names->start);
	return stripped == file ? without_prefix(folded) : folded;
}
