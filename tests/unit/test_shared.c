/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_shared.c - what shows the same byte of the same file has the same name, and
 * nothing else has.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "shared.h"

#define A 0x100000ull
#define B 0x500000ull
#define C 0x900000ull

static void same_file_same_name(void **state)
{
	(void)state;
	assert_int_equal(race_shared_name(A + 8), A + 8);
	race_shared_add(A, 0x3000, 1, 7, 0x1000);
	race_shared_add(B, 0x1000, 1, 7, 0x2000);
	race_shared_add(C, 0x1000, 2, 7, 0x2000);
	assert_true(race_shared_name(A + 8) >> 63);
	assert_true(race_shared_name(A + 0x1008) == race_shared_name(B + 8));
	assert_true(race_shared_name(A + 8) != race_shared_name(B + 8));
	assert_true(race_shared_name(C + 8) != race_shared_name(B + 8)); /* another device */
	assert_int_equal(race_shared_name(A - 1), A - 1);
	assert_int_equal(race_shared_name(A + 0x3000), A + 0x3000);
	assert_int_equal(race_shared_name(B + 0x1000), B + 0x1000);
	race_shared_drop(A, C - A + 0x1000);
	assert_int_equal(race_shared_count, 0);
	assert_int_equal(race_shared_name(B + 8), B + 8);
}

static void holes_and_pieces(void **state)
{
	uint64_t first, last;

	(void)state;
	race_shared_add(A, 0x5000, 1, 7, 0);
	first = race_shared_name(A + 1);
	last = race_shared_name(A + 0x4fff);
	race_shared_drop(A + 0x2000, 0x1000);
	assert_int_equal(race_shared_count, 2);
	assert_true(race_shared_name(A + 1) == first);
	assert_true(race_shared_name(A + 0x4fff) == last);
	assert_int_equal(race_shared_name(A + 0x2000), A + 0x2000);
	assert_int_equal(race_shared_name(A + 0x2fff), A + 0x2fff);
	race_shared_add(A + 0x1000, 0x3000, 1, 8, 0); /* over the hole and both its edges */
	assert_int_equal(race_shared_count, 3);
	assert_true(race_shared_name(A + 1) == first);
	assert_true(race_shared_name(A + 0x4fff) == last);
	assert_true(race_shared_name(A + 0x2000) >> 63);
	race_shared_drop(A, 0x5000);
	assert_int_equal(race_shared_count, 0);
}

static void many_then_none(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 5000; i++) /* more than there is room for */
		race_shared_add(A + (i * 7919 % 5000) * 0x2000, 0x1000, 1, i, 0);
	assert_true(race_shared_name(A + 7919 % 5000 * 0x2000) >> 63);
	assert_int_equal(race_shared_name(A + 0x1000), A + 0x1000);
	race_shared_drop(A, 5000 * 0x2000);
	assert_int_equal(race_shared_count, 0);
}

static void the_kernel_knows(void **state)
{
	int fd = memfd_create("page", 0);
	struct stat file;
	char *one, *two;

	(void)state;
	assert_int_equal(ftruncate(fd, 8192), 0);
	one = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	two = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 4096);
	race_shared_drop((uint64_t)one, 8192);
	race_shared_drop((uint64_t)two, 4096);
	race_shared_look((uint64_t)one);
	assert_int_equal(fstat(fd, &file), 0);
	race_shared_add((uint64_t)two, 4096, file.st_dev, file.st_ino, 4096);
	assert_true(race_shared_name((uint64_t)one + 4100) == race_shared_name((uint64_t)two + 4));
	assert_true(race_shared_name((uint64_t)two + 4) >> 63);
	munmap(one, 8192);
	munmap(two, 4096);
	race_shared_look((uint64_t)one);
	assert_int_equal(race_shared_name((uint64_t)one), (uint64_t)one);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(same_file_same_name),
		cmocka_unit_test(holes_and_pieces),
		cmocka_unit_test(many_then_none),
		cmocka_unit_test(the_kernel_knows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
