/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * maps.c - reading /proc/self/maps (maps.h).
 */
#include "maps.h"

#include <fcntl.h>

#include "platform.h"

bool race_maps_open(struct race_maps *maps)
{
	maps->fd = (int)race_sys_open("/proc/self/maps", O_RDONLY | O_CLOEXEC, 0);
	maps->have = maps->at = 0;
	return maps->fd >= 0;
}

void race_maps_close(struct race_maps *maps)
{
	race_sys_close(maps->fd);
}

bool race_maps_ended(const struct race_maps *maps)
{
	return maps->have == 0;
}

/* The next character, or 0. */
static char next(struct race_maps *maps)
{
	if (maps->at >= maps->have) {
		maps->at = 0;
		maps->have = race_sys_read(maps->fd, maps->text, sizeof(maps->text));
		if (maps->have <= 0)
			return 0;
	}
	return maps->text[maps->at++];
}

/* A number up to the character behind it, which is passed over. */
static uint64_t number(struct race_maps *maps, unsigned base)
{
	uint64_t value = 0;

	for (;;) {
		char c = next(maps);

		if (c >= '0' && c <= '9')
			value = value * base + (unsigned)(c - '0');
		else if (base == 16 && c >= 'a' && c <= 'f')
			value = value * base + (unsigned)(c - 'a' + 10);
		else
			return value;
	}
}

bool race_maps_next(struct race_maps *maps, struct race_mapping *mapping)
{
	uint64_t major, minor;
	char c;

	mapping->from = number(maps, 16);
	mapping->to = number(maps, 16);
	next(maps), next(maps), next(maps); /* rwx */
	mapping->shared = next(maps) == 's';
	next(maps);
	mapping->offset = number(maps, 16);
	major = number(maps, 16);
	minor = number(maps, 16);
	mapping->device = major << 8 | (minor & 0xff) | (minor & ~0xffull) << 12;
	mapping->inode = number(maps, 10);
	while ((c = next(maps)) && c != '\n')
		;
	return mapping->to != 0;
}
