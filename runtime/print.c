/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * print.c - words on their way out: a growing text, and the one write that ends it.
 * A text is a mapping that doubles when it is full.
 */
#include "print.h"

#include <errno.h>
#include <string.h>

#include "platform.h"

#define FIRST_ROOM 16384

static bool grow(struct race_text *text, size_t wanted)
{
	size_t room = text->room ? text->room : FIRST_ROOM;
	char *data;

	while (room < wanted)
		room *= 2;
	data = race_map(room);
	if (!data)
		return false;
	if (text->data) {
		memcpy(data, text->data, text->used);
		race_sys_munmap(text->data, text->room);
	}
	text->data = data;
	text->room = room;
	return true;
}

void race_text_bytes(struct race_text *text, const char *bytes, size_t count)
{
	if (count > text->room - text->used && !grow(text, text->used + count))
		count = text->room - text->used;
	if (count)
		memcpy(text->data + text->used, bytes, count);
	text->used += count;
}

void race_text_string(struct race_text *text, const char *string)
{
	race_text_bytes(text, string, strlen(string));
}

/* Writes the digits so that they end before `end`; returns the first one. */
static char *digits(char *end, uint64_t number, unsigned int base)
{
	do {
		*--end = "0123456789abcdef"[number % base];
		number /= base;
	} while (number);
	return end;
}

void race_text_decimal(struct race_text *text, uint64_t number)
{
	char room[24], *end = room + sizeof(room), *first = digits(end, number, 10);

	race_text_bytes(text, first, (size_t)(end - first));
}

void race_text_hex(struct race_text *text, uint64_t number)
{
	char room[24], *end = room + sizeof(room), *first = digits(end, number, 16);

	*--first = 'x';
	*--first = '0';
	race_text_bytes(text, first, (size_t)(end - first));
}

struct race_number race_number(uint64_t number)
{
	struct race_number result;
	char *end = result.text + sizeof(result.text) - 1, *first;

	*end = 0;
	first = digits(end, number, 10);
	memmove(result.text, first, (size_t)(end - first) + 1);
	return result;
}

bool race_text_write(struct race_text *text, int fd)
{
	size_t done = 0, wanted = text->used;

	while (done < wanted) {
		long wrote = race_sys_write(fd, text->data + done, wanted - done);

		if (wrote == -EAGAIN) /* a non-blocking terminal or pipe that is full */
			race_sys_sched_yield();
		else if (wrote < 0 && wrote != -EINTR)
			break;
		else if (wrote > 0)
			done += (size_t)wrote;
	}
	text->used = 0;
	return done == wanted;
}

void race_text_free(struct race_text *text)
{
	if (text->data)
		race_sys_munmap(text->data, text->room);
	memset(text, 0, sizeof(*text));
}

void race_print_strings(const char *const *strings)
{
	struct race_text text = { 0 };

	race_text_string(&text, "librace: ");
	for (; *strings; strings++)
		race_text_string(&text, *strings);
	race_text_string(&text, "\n");
	race_text_write(&text, 2);
	race_text_free(&text);
}

void race_die_strings(int status, const char *const *strings)
{
	race_print_strings(strings);
	race_sys_exit_group(status);
}
