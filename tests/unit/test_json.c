/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_json.c - commas, escapes, and bytes that are no UTF-8.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "json.h"

static void assert_json(struct race_text *text, const char *expected)
{
	race_text_bytes(text, "", 1);
	assert_string_equal(text->data, expected);
	race_text_free(text);
}

static void values(void **state)
{
	struct race_text text = { 0 };

	(void)state;
	race_json_open(&text, NULL, "{");
	race_json_number(&text, "n", 18446744073709551615u);
	race_json_open(&text, "a", "[");
	race_json_string(&text, NULL, "x");
	race_json_string(&text, NULL, NULL);
	race_json_open(&text, NULL, "{");
	race_json_close(&text, "}");
	race_json_hex(&text, NULL, 31);
	race_json_close(&text, "]");
	race_json_bool(&text, "b", false);
	race_json_close(&text, "}");
	assert_json(&text, "{\"n\":18446744073709551615,\"a\":[\"x\",null,{},\"0x1f\"],\"b\":false}");
}

static void escapes(void **state)
{
	struct race_text text = { 0 };

	(void)state;
	race_json_escape(&text, "\"\\\n\x7f \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80");
	race_json_escape(&text, "|\xff|\xc3|\xc0\x80|\xe0\x80\x80|\xed\xa0\x80|\xf4\x90\x80\x80");
	assert_json(&text, "\\\"\\\\\\u000a\x7f \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"
			   "|\\ufffd|\\ufffd|\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd"
			   "|\\ufffd\\ufffd\\ufffd|\\ufffd\\ufffd\\ufffd\\ufffd");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(values), cmocka_unit_test(escapes) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
