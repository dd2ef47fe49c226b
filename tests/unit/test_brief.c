/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_brief.c - names of C++ as the demangler gives them, and as they are told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "brief.h"

#define STRING "std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >"

static void assert_brief(void (*brief)(struct race_text *, const char *), const char *name,
			 const char *expected)
{
	struct race_text text = { 0 };

	race_text_string(&text, "before ");
	brief(&text, name);
	race_text_bytes(&text, "", 1);
	assert_string_equal(text.data, expected);
	race_text_free(&text);
}

#define FUNCTION(name, expected) assert_brief(race_brief_function, name, "before " expected)
#define WORDS(name, expected) assert_brief(race_brief_words, name, "before " expected)

static void plain(void **state)
{
	(void)state;
	FUNCTION("main()", "main()");
	FUNCTION("", "");
	FUNCTION("bank::Account::deposit(long) const", "bank::Account::deposit(long) const");
	FUNCTION("main::$_0::operator()() const", "main::$_0::operator()() const");
	FUNCTION("f(int (*)(long), char const*)", "f(int (*)(long), char const*)");
}

static void library(void **state)
{
	(void)state;
	FUNCTION(STRING "::size() const", "std::string::size() const");
	FUNCTION("std::__1::basic_string<char, std::__1::char_traits<char>, std::__1::allocator<char> >::size()",
		 "std::string::size()");
	FUNCTION("f(std::basic_ostream<char, std::char_traits<char> >&, int)", "f(std::ostream&, int)");
	FUNCTION("std::map<" STRING ", std::vector<int, std::allocator<int> >, std::less<" STRING
		 " >, std::allocator<std::pair<" STRING " const, std::vector<int, std::allocator<int> > > > >::"
		 "operator[](" STRING " const&)",
		 "std::map<std::string, std::vector<int>>::operator[](std::string const&)");
	FUNCTION("std::thread::thread<main::$_0, , void>(main::$_0&&)",
		 "std::thread::thread<main::$_0, void>(main::$_0&&)");
	/* What is asked for by name stays; so does what is not the library's. */
	FUNCTION("std::allocator<int>::allocate()", "std::allocator<int>::allocate()");
	FUNCTION("std::vector<std::allocator<int> >::f()", "std::vector<std::allocator<int>>::f()");
	FUNCTION("my::map<int, my::less<int> >::f()", "my::map<int, my::less<int>>::f()");
	FUNCTION("mystd::__1::f<int>()", "mystd::__1::f<int>()");
	FUNCTION("my::basic_string<char>::f()", "my::basic_string<char>::f()");
}

static void results(void **state)
{
	(void)state;
	FUNCTION("void std::__invoke_impl<void, main::$_1>(std::__invoke_other, main::$_1&&)",
		 "std::__invoke_impl<void, main::$_1>(std::__invoke_other, main::$_1&&)");
	FUNCTION("unsigned long (anonymous namespace)::f<int>(unsigned long)",
		 "(anonymous namespace)::f<int>(unsigned long)");
	FUNCTION("std::pair<int, long> const& get<int>(Table<int> const&)", "get<int>(Table<int> const&)");
	WORDS("field 'x' of class Pair<int, std::allocator<int> >", "field 'x' of class Pair<int>");
	WORDS("unsigned long", "unsigned long");
}

static void operators(void **state)
{
	(void)state;
	FUNCTION("bool std::operator< <char, std::char_traits<char> >(A<int> const&, A<int> const&)",
		 "std::operator< <char>(A<int> const&, A<int> const&)");
	FUNCTION("std::basic_ostream<char, std::char_traits<char> >& operator<< <int>(B<int>)",
		 "operator<< <int>(B<int>)");
	FUNCTION("std::shared_ptr<Shape>::operator->() const", "std::shared_ptr<Shape>::operator->() const");
	FUNCTION("A<int>::operator unsigned long() const", "A<int>::operator unsigned long() const");
	FUNCTION("A<int>::operator new(unsigned long)", "A<int>::operator new(unsigned long)");
	FUNCTION("A<int>::operator>=(int)", "A<int>::operator>=(int)");
	FUNCTION("my_operator<int>::f()", "my_operator<int>::f()");
}

/* What cannot be told in a line loses what stands innermost. */
static void too_long(void **state)
{
#define LONG_NAME "a_rather_long_name_of_a_type_in_a_namespace_that_nobody_likes_to_read"
	(void)state;
	FUNCTION("table<list<" LONG_NAME ">, list<" LONG_NAME "<int, list<char> > > >::f(int)",
		 "table<list<...>, list<...>>::f(int)");
	FUNCTION("table<" LONG_NAME ", " LONG_NAME ", " LONG_NAME ">::f(list<" LONG_NAME ">)",
		 "table<...>::f(list<...>)");
}

/* Garbage in, some text out. */
static void broken(void **state)
{
	char deep[3000];
	struct race_text text = { 0 };

	(void)state;
	FUNCTION("f<", "f<>");
	FUNCTION("f<,<(", "f<, <(>>");
	FUNCTION("f<a>>b", "f<a>>b");
	FUNCTION(")>f<a", ")>f<a>");
	memset(deep, '<', sizeof(deep) - 1);
	deep[sizeof(deep) - 1] = 0;
	race_brief_function(&text, deep);
	assert_true(text.used > 0);
	race_text_free(&text);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain),     cmocka_unit_test(library),  cmocka_unit_test(results),
		cmocka_unit_test(operators), cmocka_unit_test(too_long), cmocka_unit_test(broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
