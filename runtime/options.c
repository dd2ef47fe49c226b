/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * options.c - RACE_OPTIONS, read by one table (options.def). The text is key=value
 * pairs separated by blanks, commas or colons; a value that holds one of those stands
 * in ' or ". The last of two equal keys counts.
 */
#define _GNU_SOURCE /* secure_getenv */
#include "options.h"

#include <stdlib.h>
#include <string.h>

#include "platform.h"
#include "print.h"

struct race_options race_options = {
#define RACE_NUMBER(name, standard, least, most, help) .name = (standard),
#define RACE_TEXT(name, standard, accepted, help) .name = (standard),
#include "options.def"
};

static const struct option {
	const char *name, *standard, *accepted, *help;
	uint32_t *number; /* one of the two is set */
	const char **text;
	uint64_t least, most; /* of a text: of its length, 0 for no limit above */
	bool choice;          /* a word of `accepted` */
} table[] = {
#define RACE_NUMBER(name, standard, least, most, help) \
	{ #name, #standard, #least ".." #most, help, &race_options.name, NULL, least, most, false },
#define RACE_TEXT(name, standard, accepted, help) \
	{ #name, "'" standard "'", accepted, help, NULL, &race_options.name, \
	  sizeof(standard) > 1, 0, false },
#define RACE_CHOICE(name, standard, accepted, help) \
	{ #name, standard, accepted, help, NULL, &race_options.name, 1, 0, true },
#include "options.def"
};
#define OPTIONS (sizeof(table) / sizeof(table[0]))

/* Where the words come from, for error lines. */
static const char *source = "RACE_OPTIONS";

/* The program's own wishes, which the environment overrules (include/race.h). */
const char *race_default_options(void) __attribute__((weak));

/* The program may overwrite its environment, so the options keep their own copy. */
static char environment[4096], program[4096];

static const struct option *find(const char *name)
{
	for (size_t i = 0; i < OPTIONS; i++)
		if (!strcmp(table[i].name, name))
			return &table[i];
	return NULL;
}

__attribute__((noreturn)) static void die_unknown(const char *name)
{
	struct race_text names = { 0 };

	for (size_t i = 0; i < OPTIONS; i++) {
		race_text_string(&names, i ? ", " : "");
		race_text_string(&names, table[i].name);
	}
	race_text_bytes(&names, "", 1);
	race_die(1, source, ": unknown option '", name, "'; accepted are ", names.data);
}

/* Decimal digits only: a sign, a blank or a suffix is a mistake worth telling. */
static bool number_parse(const char *value, uint64_t *number)
{
	*number = 0;
	if (!*value)
		return false;
	for (; *value; value++) {
		if (*value < '0' || *value > '9' || *number > UINT32_MAX)
			return false;
		*number = *number * 10 + (uint64_t)(*value - '0');
	}
	return true;
}

static bool chosen(const char *words, const char *value)
{
	size_t length = strlen(value);

	for (const char *word = words; word; word = strchr(word, ' ')) {
		word += *word == ' ';
		if (!strncmp(word, value, length) && (!word[length] || word[length] == ' '))
			return true;
	}
	return false;
}

static void option_set(const char *name, const char *value)
{
	const struct option *option = find(name);
	uint64_t number;

	if (!option)
		die_unknown(name);
	if (option->text && strlen(value) >= option->least &&
	    (!option->choice || chosen(option->accepted, value))) {
		*option->text = value;
	} else if (option->number && number_parse(value, &number) && number >= option->least &&
		   number <= option->most) {
		*option->number = (uint32_t)number;
	} else {
		race_die(1, source, ": ", name, " cannot be '", value, "'; accepted is ",
			 option->accepted);
	}
}

static bool separates(char c)
{
	return c && strchr(" ,:\t\n\r", c);
}

/* Ends the word at `at`, quoted or plain, with a zero; returns what follows it. */
static char *word_end(char **at)
{
	char *end = *at, quote = *end;

	if (quote == '\'' || quote == '"') {
		end = strchr(++*at, quote);
		if (!end)
			race_die(1, source, ": no closing ", quote == '"' ? "\"" : "'",
				 " after: ", *at);
	} else {
		while (*end && !separates(*end))
			end++;
	}
	if (!*end)
		return end;
	*end = 0;
	return end + 1;
}

static void help_print(void)
{
	struct race_text text = { 0 };

	race_text_string(&text, "RACE_OPTIONS: key=value, separated by blanks, commas or "
				"colons\n");
	for (size_t i = 0; i < OPTIONS; i++) {
		race_text_string(&text, "  ");
		race_text_string(&text, table[i].name);
		race_text_string(&text, "=");
		race_text_string(&text, table[i].standard);
		race_text_string(&text, "  (");
		race_text_string(&text, table[i].accepted);
		race_text_string(&text, ")\n      ");
		race_text_string(&text, table[i].help);
		race_text_string(&text, "\n");
	}
	race_text_write(&text, 1);
	race_text_free(&text);
}

void race_options_parse(char *words)
{
	for (;;) {
		char *name, *value;

		while (separates(*words))
			words++;
		if (!*words)
			return;
		name = words;
		while (*words && *words != '=' && !separates(*words))
			words++;
		if (*words != '=') {
			*words = 0;
			race_die(1, source, ": '", name, "' has no value; write ", name,
				 "=value");
		}
		*words = 0;
		value = words + 1;
		words = word_end(&value);
		option_set(name, value);
	}
}

static void words_read(const char *from, const char *words, char *room)
{
	source = from;
	if (strlen(words) >= sizeof(environment))
		race_die(1, source, ": longer than ", race_number(sizeof(environment) - 1).text,
			 " bytes");
	memcpy(room, words, strlen(words) + 1);
	race_options_parse(room);
}

void race_options_init(void)
{
	/* NULL in a set-user-ID program: its caller may not choose a log file. */
	const char *words = secure_getenv("RACE_OPTIONS");

	if (race_default_options)
		words_read("race_default_options()", race_default_options(), program);
	if (words)
		words_read("RACE_OPTIONS", words, environment);
	else if (getenv("RACE_OPTIONS"))
		race_print_line("RACE_OPTIONS is ignored: the program runs with more rights than "
				"its caller");
	if (race_options.help) {
		help_print();
		race_sys_exit_group(0);
	}
}
