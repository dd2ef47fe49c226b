/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * brief.c - one walk over a demangled name, which copies what is to stay (brief.h).
 * Template arguments are a walk inside the walk; one that turns out to be a default is
 * taken back from the end of the text.
 */
#include "brief.h"

#include <string.h>

#define LONG 160 /* a name that is longer loses inner template arguments */
#define DEEPEST 24 /* of the walk */

struct walk {
	struct race_text *text;
	const char *at;
	uint32_t depth, shown; /* template arguments are written down to this depth */
	bool named; /* what comes is the function's own name or behind it: no result's type */
};

static bool starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void copy(struct walk *walk, size_t count)
{
	race_text_bytes(walk->text, walk->at, count);
	walk->at += count;
}

/* The text from `from` on is an argument that the library's templates have by default. */
static bool is_default(const struct race_text *text, size_t from)
{
	static const char *const defaults[] = { "std::allocator<", "std::char_traits<", "std::less<",
						"std::hash<", "std::equal_to<", "std::default_delete<" };

	for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++)
		if (text->used - from >= strlen(defaults[i]) &&
		    !memcmp(text->data + from, defaults[i], strlen(defaults[i])))
			return true;
	return false;
}

/* "std::basic_string<char>" at the end of the text is std::string, and so on for streams. */
static void alias(struct race_text *text, size_t from)
{
	static const char of_char[] = "<char>", basic[] = "basic_", std[] = "std::";
	size_t end = text->used - strlen(of_char), word = end;

	if (text->used - from < strlen(of_char) || memcmp(text->data + end, of_char, strlen(of_char)))
		return;
	while (word > from && is_letter(text->data[word - 1]))
		word--;
	if (end - word < strlen(basic) || memcmp(text->data + word, basic, strlen(basic)) ||
	    word - from < strlen(std) || memcmp(text->data + word - strlen(std), std, strlen(std)))
		return;
	end -= strlen(basic);
	memmove(text->data + word, text->data + word + strlen(basic), end - word);
	text->used = end;
}

static void part(struct walk *walk);

/* From '<' to its '>'. */
static void arguments(struct walk *walk)
{
	struct race_text *text = walk->text;
	size_t start = text->used;
	bool first = true;

	walk->at++;
	race_text_string(text, "<");
	walk->depth++;
	for (;; walk->at++) {
		size_t before = text->used, argument;

		race_text_string(text, first ? "" : ", ");
		argument = text->used;
		walk->at += strspn(walk->at, " ");
		part(walk);
		while (text->used > argument && text->data[text->used - 1] == ' ')
			text->used--;
		/* An empty pack is no argument. */
		if (!first && (text->used == argument || is_default(text, argument)))
			text->used = before;
		first = false;
		if (*walk->at != ',')
			break;
	}
	walk->depth--;
	walk->at += *walk->at == '>';
	if (walk->depth >= walk->shown && text->used > start + 1) {
		text->used = start;
		race_text_string(text, "<...");
	}
	race_text_string(text, ">");
}

/* "operator<", "operator()": its signs are no brackets. */
static void operator_copy(struct walk *walk)
{
	copy(walk, strlen("operator"));
	walk->named |= !walk->depth;
	if (starts(walk->at, "()") || starts(walk->at, "[]"))
		copy(walk, 2);
	else
		copy(walk, strspn(walk->at, "<>=!+-*/%^&|~,"));
}

/* Up to the end, or to what ends a template argument. */
static void part(struct walk *walk)
{
	size_t from = walk->text->used;
	uint32_t brackets = 0;
	char last = ' ';

	while (*walk->at) {
		char c = *walk->at;
		bool begins = !is_letter(last);

		last = c;
		if (walk->depth && !brackets && (c == ',' || c == '>'))
			return;
		if (begins && (starts(walk->at, "std::__cxx11::") || starts(walk->at, "std::__1::"))) {
			race_text_string(walk->text, "std::");
			walk->at = strstr(walk->at + 5, "::") + 2;
			last = ':';
		} else if (begins && starts(walk->at, "operator") && !is_letter(walk->at[8])) {
			operator_copy(walk);
		} else if (c == '<' && walk->depth < DEEPEST) {
			arguments(walk);
			alias(walk->text, from);
		} else {
			brackets += c == '(';
			brackets -= c == ')' && brackets;
			walk->named |= c == '(' && !walk->depth;
			copy(walk, 1);
			/* "bool std::any_of<...>": templates are told with the type of their result. */
			if (c == ' ' && !walk->depth && !walk->named)
				walk->text->used = from;
		}
	}
}

static void brief(struct race_text *text, const char *name, bool named)
{
	static const uint32_t shown[] = { DEEPEST, 2, 1, 0 };
	size_t start = text->used;

	if (!strchr(name, '<') && !strstr(name, "std::__")) {
		race_text_string(text, name);
		return;
	}
	for (uint32_t i = 0; i < sizeof(shown) / sizeof(shown[0]); i++) {
		struct walk walk = { .text = text, .at = name, .shown = shown[i], .named = named };

		text->used = start;
		part(&walk);
		if (text->used - start <= LONG)
			return;
	}
}

void race_brief_function(struct race_text *text, const char *name)
{
	brief(text, name, false);
}

void race_brief_words(struct race_text *text, const char *words)
{
	brief(text, words, true);
}
