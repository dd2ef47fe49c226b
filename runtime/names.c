/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * names.c - puts words one behind the other (names.h). C++ names are taken apart by
 * libstdc++'s demangler in its form that calls back instead of allocating.
 */
#include "names.h"

#include <string.h>

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
