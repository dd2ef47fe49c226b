/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * log.c - opens, writes and closes for each record anew (log.h): the program may close
 * or reuse any descriptor, fork or change its root. A file is readable by its owner
 * alone, and never reached through a symbolic link.
 */
#include "log.h"

#include <asm/termbits.h>
#include <asm/ioctls.h>
#include <fcntl.h>
#include <string.h>

#include "options.h"
#include "platform.h"

static char file[4096]; /* absolute, without .pid; empty: a standard stream */
static int begun;       /* the process that began a document, so that a child begins its own */
static int at_work;     /* the process one of whose threads adds to the document */

void race_log_init(void)
{
	const char *path = race_options.log_path;
	long used = 0;

	if (!strcmp(path, "stderr") || !strcmp(path, "stdout"))
		return;
	if (path[0] != '/') {
		used = race_sys_getcwd(file, sizeof(file) - 1);
		if (used <= 0)
			race_die(1, "log_path ", path, ": the working directory has no name");
		file[used - 1] = '/';
	}
	if ((size_t)used + strlen(path) + sizeof(".4294967295") > sizeof(file))
		race_die(1, "RACE_OPTIONS: log_path is too long");
	memcpy(file + used, path, strlen(path) + 1);
}

static int stream(void)
{
	return strcmp(race_options.log_path, "stdout") ? 2 : 1;
}

static long file_open(int flags)
{
	struct race_text path = { 0 };
	long fd;

	if (!file[0])
		return stream();
	race_text_string(&path, file);
	race_text_string(&path, ".");
	race_text_decimal(&path, (uint64_t)race_sys_getpid());
	race_text_bytes(&path, "", 1);
	fd = race_sys_open(path.data, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | flags,
			   0600);
	if (fd < 0) {
		race_print_line("cannot open ", path.data, " (errno ",
				race_number((uint64_t)-fd).text, "), the report follows here");
		fd = 2;
	}
	race_text_free(&path);
	return fd;
}

static void write_and_close(struct race_text *text, long fd)
{
	race_text_write(text, (int)fd);
	if (fd > 2)
		race_sys_close((int)fd);
}

void race_log_write(struct race_text *text)
{
	write_and_close(text, file_open(O_APPEND));
}

/* One after the other. Who was stopped in the middle is not waited for. */
#define PATIENCE_MS 1000
static void turn_take(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	int own = race_sys_getpid();

	for (int i = 0; i < PATIENCE_MS; i++) {
		if (__atomic_exchange_n(&at_work, own, __ATOMIC_ACQUIRE) != own)
			return;
		race_sys_nanosleep(&moment, NULL);
	}
}

static void turn_give(void)
{
	race_store_release(&at_work, 0);
}

void race_log_piece(struct race_text *text, const char *head, const char *tail)
{
	struct race_text whole = { 0 };
	bool first;
	long fd;

	turn_take();
	first = begun != race_sys_getpid();
	fd = file_open(first ? O_TRUNC : 0);
	begun = race_sys_getpid();
	/* In a file the piece takes the place of the tail. */
	if (fd > 2 && !first)
		race_syscall(__NR_lseek, fd, -(long)strlen(tail), SEEK_END, 0, 0, 0);
	race_text_string(&whole, first ? head : ",\n");
	race_text_bytes(&whole, text->data, text->used);
	if (fd > 2)
		race_text_string(&whole, tail);
	write_and_close(&whole, fd);
	turn_give();
	race_text_free(&whole);
	text->used = 0;
}

void race_log_end(const char *tail)
{
	struct race_text text = { 0 };

	if (begun != race_sys_getpid() || file[0])
		return;
	race_text_string(&text, tail);
	race_text_write(&text, stream());
	race_text_free(&text);
}

bool race_log_is_terminal(void)
{
	struct termios modes;

	return !file[0] && !race_syscall(__NR_ioctl, stream(), TCGETS, (long)&modes, 0, 0, 0);
}
