/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_variable.c - fields by their offset, in a note as the pass writes it. This
 * program has one of its own, by hand, beside another vendor's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "options.h"
#include "variable.h"

/* A table of two entries of 32 bytes, and two static sites. */
char test_table[64];
struct race_site test_sites[2];

__asm__(".pushsection .note.race, \"a\", @note\n"
	".balign 4\n"
	".long 4, 8, 7\n.asciz \"GNU\"\n.quad 0\n"
	".long 5, 20, 1\n.ascii \"race\\0\\0\\0\\0\"\n"
	".long test_sites - ., 2, 3f - ., 4f - ., 1\n"
	".popsection\n"
	".pushsection .rodata\n"
	".balign 4\n"
	"3: .long 0, 5f - .\n"
	"4: .long test_table - ., 64, 6f - ., 7f - .\n"
	"5: .asciz \"field 'hits' of struct entry\\nlocal 'x' of f() at /src/app.c:3\"\n"
	"6: .asciz \"/src/app.c\"\n"
	"7: .ascii \"12\\ntable\\n\\n\"\n"
	".ascii \"*32\\n{struct entry\\n\"\n"
	".ascii \"0\\n8\\n\\n{struct base\\n0\\n4\\nid\\n=int\\n}\"\n"
	".ascii \"8\\n12\\nname\\n*1\\n=char\\n\"\n"
	".ascii \"20\\n4\\nbits\\n=int\\n\"\n"
	".ascii \"20\\n4\\nmore_bits\\n=int\\n\"\n"
	".asciz \"24\\n8\\nhits\\n=long\\n}\"\n"
	".popsection\n");

static struct race_names names;
static struct race_variable variable;

static void assert_variable(uint64_t offset, uint64_t bytes, const char *expression,
			    const char *type, const char *field)
{
	names.used = 0;
	assert_true(race_variable_find((uint64_t)test_table + offset, bytes, &variable, &names));
	assert_string_equal(variable.expression, expression);
	assert_string_equal(variable.type, type);
	assert_string_equal(variable.field, field);
	assert_string_equal(variable.function, "");
	assert_int_equal(variable.line, 12);
}

static void fields_by_offset(void **state)
{
	(void)state;
	assert_variable(56, 8, "table[1].hits", "long", "field 'hits' of struct entry");
	assert_variable(32 + 8 + 3, 1, "table[1].name[3]", "char", "field 'name' of struct entry");
	assert_variable(0, 4, "table[0].id", "int", "field 'id' of struct base");
	assert_variable(26, 1, "table[0].hits +2", "long", "field 'hits' of struct entry");
}

/* What is not one field is told as what holds it. */
static void wholes(void **state)
{
	(void)state;
	assert_variable(0, 64, "table", "struct entry[]", "");
	assert_variable(32, 32, "table[1]", "struct entry", "");
	assert_variable(8, 12, "table[0].name", "char[]", "field 'name' of struct entry");
}

/* Bit-fields in the same bytes, and neighbours touched at once. */
static void several_fields(void **state)
{
	(void)state;
	assert_variable(20, 4, "table[0].bits|more_bits", "int", "fields 'bits|more_bits' of struct entry");
	assert_variable(20, 8, "table[0].bits|more_bits|hits", "int",
			"fields 'bits|more_bits|hits' of struct entry");
	assert_variable(16, 8, "table[0] +16", "struct entry", "");
}

static void outside(void **state)
{
	(void)state;
	assert_false(race_variable_find((uint64_t)test_table + 60, 8, &variable, &names));
	assert_false(race_variable_find((uint64_t)&names, 1, &variable, &names));
	assert_false(race_variable_find(8, 1, &variable, &names));
}

static void words_of_sites(void **state)
{
	const char *field, *object;

	(void)state;
	names.used = 0;
	race_options.strip_path_prefix = "/src/";
	race_variable_of_site(&test_sites[1], &field, &object, &names);
	assert_string_equal(field, "field 'hits' of struct entry");
	assert_string_equal(object, "local 'x' of f() at app.c:3");
	race_variable_of_site(&test_sites[0], &field, &object, &names);
	assert_string_equal(field, "");
	assert_string_equal(object, "");
	race_variable_of_site(NULL, &field, &object, &names);
	assert_string_equal(field, "");
	assert_variable(56, 8, "table[1].hits", "long", "field 'hits' of struct entry");
	assert_string_equal(variable.file, "app.c");
	race_options.strip_path_prefix = "";
}

static void no_room_is_no_words(void **state)
{
	(void)state;
	names.used = sizeof(names.text) - 3;
	assert_true(race_variable_find((uint64_t)test_table, 8, &variable, &names));
	assert_string_equal(variable.expression, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_by_offset), cmocka_unit_test(wholes), cmocka_unit_test(several_fields),
		cmocka_unit_test(outside), cmocka_unit_test(words_of_sites),
		cmocka_unit_test(no_room_is_no_words),
	};

	race_module_refresh();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
