/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * brief.h - C++ names as people write them:
 *
 *     std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char> >
 *     std::string
 *
 * Versions of the library's namespaces, template arguments that stand there by default and
 * the types of results go; where a name is still long, inner template arguments do.
 */
#ifndef RACE_BRIEF_H
#define RACE_BRIEF_H

#include "print.h"

void race_brief_function(struct race_text *text, const char *name);
void race_brief_words(struct race_text *text, const char *words); /* with types in them */

#endif
