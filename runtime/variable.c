/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * variable.c - reads the notes (variable.h). A type is a text in prefix form; finding
 * the field at an offset is one walk over it, which skips the members beside the way.
 * A library may be closed, so nothing is read but of the module whose memory the
 * question is about, and answers are copied.
 */
#include "variable.h"

#include <string.h>

#include "print.h"

/* The descriptor of a note. Distances count from where they stand. */
struct note {
	uint32_t name_bytes, descriptor_bytes, type;
	char name[8];
	int32_t sites;
	uint32_t site_count;
	int32_t site_words;
	int32_t variables;
	uint32_t variable_count;
};

struct row {
	int32_t address;
	uint32_t bytes;
	int32_t file, words;
};

static const void *at(const int32_t *distance)
{
	return *distance ? (const char *)distance + *distance : NULL;
}

/* Calls look for each of our notes in the module that holds addr, until one is true. */
static bool notes_search(uint64_t addr, bool (*look)(const struct note *, void *), void *data)
{
	const char *start, *end;

	for (uint32_t i = 0; race_module_notes(addr, i, &start, &end); i++)
		while (end - start >= (long)sizeof(struct note)) {
			const struct note *note = (const struct note *)start;
			uint64_t bytes = 12 + ((note->name_bytes + 3) & ~3u) +
					 ((note->descriptor_bytes + 3) & ~3u);

			if (note->name_bytes == 5 && !memcmp(note->name, "race", 5) &&
			    note->type == RACE_NOTE_TYPE &&
			    note->descriptor_bytes == RACE_NOTE_WORDS * 4 && look(note, data))
				return true;
			if (bytes > (uint64_t)(end - start))
				break;
			start += bytes;
		}
	return false;
}

/* ---- words of a type ---- */

static uint64_t number_take(const char **text)
{
	uint64_t number = 0;

	for (; **text >= '0' && **text <= '9'; ++*text)
		number = number * 10 + (uint64_t)(**text - '0');
	*text += **text == '\n';
	return number;
}

/* Up to the line's end; *text goes behind it. */
static uint32_t line_take(const char **text)
{
	const char *start = *text;

	while (**text && **text != '\n')
		++*text;
	*text += **text == '\n';
	return (uint32_t)(*text - start - (*text > start && (*text)[-1] == '\n'));
}

/* Nesting is as deep as the program's types, which the pass bounds. */
static void type_skip(const char **text)
{
	char what = **text;

	*text += what != 0;
	line_take(text);
	if (what == '*') {
		type_skip(text);
	} else if (what == '{') {
		while (**text && **text != '}') {
			number_take(text);
			number_take(text);
			line_take(text);
			type_skip(text);
		}
		*text += **text == '}';
	}
}

static void add(struct race_names *names, const char *bytes, uint32_t count)
{
	race_names_add(names, bytes, count);
}

/* The text's line, which ends there. */
static void add_line(struct race_names *names, const char **text)
{
	const char *start = *text;

	add(names, start, line_take(text));
}

static void add_number(struct race_names *names, uint64_t number)
{
	struct race_number text = race_number(number);

	add(names, text.text, (uint32_t)strlen(text.text));
}

struct member {
	uint64_t offset, bytes;
	const char *name, *type;
	uint32_t length;
};

static struct member member_take(const char **text)
{
	struct member member = { .offset = number_take(text) };

	member.bytes = number_take(text);
	member.name = *text;
	member.length = line_take(text);
	member.type = *text;
	type_skip(text);
	return member;
}

/* The one member of the aggregate at `text` (behind its name) that holds all of
 * [offset, offset + bytes). */
static bool member_find(const char *text, uint64_t offset, uint64_t bytes, struct member *only)
{
	uint32_t holding = 0;

	while (*text && *text != '}') {
		struct member member = member_take(&text);

		if (member.offset > offset || offset + bytes > member.offset + member.bytes)
			continue;
		*only = member;
		holding++;
	}
	return holding == 1;
}

struct walk {
	const char *type, *owner;
	uint32_t owner_length;
	bool several; /* members were found, not one */
	uint32_t member, end; /* in names: from the owner's member to what was found */
	uint64_t offset, bytes;
};

/* "struct (anonymous)": its member is told with the way there from one that has a name. */
static bool is_nameless(const char *owner, uint32_t length)
{
	static const char nameless[] = "(anonymous)";

	return length >= strlen(nameless) &&
	       !memcmp(owner + length - strlen(nameless), nameless, strlen(nameless));
}

/* ".flags|kind": bit-fields, or neighbours that are accessed as one. Of more than a few the
 * whole is told. */
#define SEVERAL 4
static void members_tell(const char *text, struct walk *walk, struct race_names *names,
			 const char *owner, uint32_t owner_length)
{
	struct member found[SEVERAL];
	uint32_t count = 0;

	while (*text && *text != '}') {
		struct member member = member_take(&text);

		if (member.offset >= walk->offset + walk->bytes ||
		    walk->offset >= member.offset + member.bytes)
			continue;
		if (count == SEVERAL || !member.length || *member.type != '=')
			return;
		found[count++] = member;
	}
	if (count < 2 || is_nameless(owner, owner_length))
		return;
	walk->member = names->used + 1;
	for (uint32_t i = 0; i < count; i++) {
		add(names, i ? "|" : ".", 1);
		add(names, found[i].name, found[i].length);
	}
	walk->end = names->used;
	walk->owner = owner;
	walk->owner_length = owner_length;
	walk->type = found[0].type;
	walk->offset = 0;
	walk->several = true;
}

/* One step in: true, with the step written; false at the end of the way. */
static bool walk_in(struct walk *walk, struct race_names *names)
{
	const char *text = walk->type + 1, *owner = text;
	struct member member;
	uint64_t stride;
	uint32_t length;

	switch (*walk->type) {
	case '*':
		stride = number_take(&text);
		if (!stride || walk->offset % stride + walk->bytes > stride)
			return false;
		add(names, "[", 1);
		add_number(names, walk->offset / stride);
		add(names, "]", 1);
		walk->offset %= stride;
		walk->type = text;
		return true;
	case '{':
		length = line_take(&text);
		if (!member_find(text, walk->offset, walk->bytes, &member)) {
			if (walk->bytes <= 8 && strncmp(owner, "union ", 6))
				members_tell(text, walk, names, owner, length);
			return false;
		}
		if (member.length) {
			add(names, ".", 1);
			if (!walk->end || !is_nameless(owner, length)) {
				walk->member = names->used;
				walk->owner = owner;
				walk->owner_length = length;
			}
			add(names, member.name, member.length);
			walk->end = names->used;
		}
		walk->offset -= member.offset;
		walk->type = member.type;
		return true;
	default:
		return false;
	}
}

/* "long", "struct entry", "int[]" */
static void type_add(const char *type, struct race_names *names)
{
	uint32_t dimensions = 0;

	for (; *type == '*'; dimensions++) {
		type++;
		line_take(&type);
	}
	type += *type != 0;
	add_line(names, &type);
	while (dimensions--)
		add(names, "[]", 2);
}

/* ---- a variable ---- */

struct search {
	uint64_t addr, bytes, low;
	const struct row *found;
};

static bool variable_look(const struct note *note, void *data)
{
	struct search *search = data;
	const struct row *row = at(&note->variables);

	for (uint32_t i = 0; row && i < note->variable_count; i++) {
		uint64_t low = (uint64_t)at(&row[i].address);

		if (search->addr < low || search->addr + search->bytes > low + row[i].bytes)
			continue;
		search->found = &row[i];
		search->low = low;
		return true;
	}
	return false;
}

static void field_tell(const struct walk *walk, struct race_names *names)
{
	if (!walk->end)
		return;
	add(names, "fields", walk->several ? 6 : 5);
	add(names, " '", 2);
	add(names, names->text + walk->member, walk->end - walk->member);
	add(names, "' of ", 5);
	add(names, walk->owner, walk->owner_length);
}

bool race_variable_find(uint64_t addr, uint64_t bytes, struct race_variable *out,
			struct race_names *names)
{
	struct search search = { .addr = addr, .bytes = bytes };
	struct walk walk = { .bytes = bytes };
	const char *words, *function;
	uint32_t length;

	if (!notes_search(addr, variable_look, &search))
		return false;
	words = at(&search.found->words);
	out->line = (uint32_t)number_take(&words);
	if (*words == ' ') { /* of a part: where it begins */
		words++;
		walk.offset = number_take(&words);
	}
	out->expression = race_names_begin(names);
	add_line(names, &words);
	function = words;
	length = line_take(&words);
	walk.type = words;
	walk.offset += addr - search.low;
	while (walk_in(&walk, names))
		;
	/* The middle of a scalar, or a part of an aggregate that is not one field. */
	if (walk.offset) {
		add(names, " +", 2);
		add_number(names, walk.offset);
	}
	race_names_end(names);
	out->type = race_names_begin(names);
	type_add(walk.type, names);
	race_names_end(names);
	out->field = race_names_begin(names);
	field_tell(&walk, names);
	race_names_end(names);
	out->function = race_names_begin(names);
	add(names, function, length);
	race_names_end(names);
	words = race_names_file(names, at(&search.found->file));
	out->file = race_names_begin(names);
	add(names, words, (uint32_t)strlen(words));
	race_names_end(names);
	return true;
}

/* ---- words of an access ---- */

struct site_search {
	const struct race_site *site;
	const char *words;
};

static bool site_look(const struct note *note, void *data)
{
	struct site_search *search = data;
	const struct race_site *sites = at(&note->sites);
	const int32_t *words = at(&note->site_words);

	if (!sites || !words || search->site < sites || search->site >= sites + note->site_count)
		return false;
	search->words = at(&words[search->site - sites]);
	return true;
}

/* "local 'x' of f() at /src/f.c:3": the file as a reader wants it. */
static const char *object_tell(const char *object, struct race_names *names)
{
	const char *place = strstr(object, " at /"), *told;
	const char *file = place ? race_names_file(names, place + 4) : "";

	told = race_names_begin(names);
	add(names, object, (uint32_t)(place ? (size_t)(place + 4 - object) : strlen(object)));
	add(names, file, (uint32_t)strlen(file));
	race_names_end(names);
	return told;
}

void race_variable_of_site(const struct race_site *site, const char **field,
			   const char **object, struct race_names *names)
{
	struct site_search search = { .site = site };
	const char *words;

	*field = *object = "";
	if (!site || !notes_search((uint64_t)site, site_look, &search) || !search.words)
		return;
	words = search.words;
	*field = race_names_begin(names);
	add_line(names, &words);
	race_names_end(names);
	*object = object_tell(words, names);
}
