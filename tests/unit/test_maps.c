/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_maps.c - the reader finds what was just mapped, in the order of addresses, and
 * tells a list that ended from one that cannot be read.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "maps.h"
#include "platform.h"

/* The mapping at addr. */
static bool find(const void *addr, struct race_mapping *found)
{
	struct race_mapping mapping;
	struct race_maps maps;
	uint64_t last = 0;
	bool there = false;

	assert_true(race_maps_open(&maps));
	while (race_maps_next(&maps, &mapping)) {
		assert_true(mapping.from >= last && mapping.to > mapping.from);
		last = mapping.to;
		if ((uint64_t)addr - mapping.from < mapping.to - mapping.from) {
			*found = mapping;
			there = true;
		}
	}
	assert_true(race_maps_ended(&maps));
	race_maps_close(&maps);
	return there;
}

static void finds_a_file(void **state)
{
	int fd = memfd_create("maps", 0);
	struct race_mapping mapping;
	struct stat stat;
	char *at;

	(void)state;
	assert_int_equal(ftruncate(fd, 3 * 4096), 0);
	assert_int_equal(fstat(fd, &stat), 0);
	at = mmap(NULL, 2 * 4096, PROT_READ, MAP_SHARED, fd, 4096);
	assert_true(find(at + 5000, &mapping));
	assert_int_equal(mapping.from, (uint64_t)at);
	assert_int_equal(mapping.to, (uint64_t)at + 2 * 4096);
	assert_true(mapping.shared);
	assert_int_equal(mapping.offset, 4096);
	assert_int_equal(mapping.inode, stat.st_ino);
	assert_int_equal(mapping.device, stat.st_dev);
	munmap(at, 2 * 4096);
	assert_false(find(at, &mapping));
	close(fd);
}

static void finds_the_stack(void **state)
{
	struct race_mapping mapping;

	(void)state;
	assert_true(find(&mapping, &mapping));
	assert_false(mapping.shared);
	assert_int_equal(mapping.inode, 0);
}

static void a_broken_list_has_not_ended(void **state)
{
	struct race_mapping mapping;
	struct race_maps maps;

	(void)state;
	assert_true(race_maps_open(&maps));
	race_maps_close(&maps);
	assert_false(race_maps_next(&maps, &mapping));
	assert_false(race_maps_ended(&maps));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_a_file),
		cmocka_unit_test(finds_the_stack),
		cmocka_unit_test(a_broken_list_has_not_ended),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
