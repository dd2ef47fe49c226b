/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * options.h - what the user asked for in RACE_OPTIONS. One struct, filled once before
 * main by race_options_init() and only read from then on.
 */
#ifndef RACE_OPTIONS_H
#define RACE_OPTIONS_H

#include "base.h"

struct race_options {
#define RACE_NUMBER(name, standard, least, most, help) uint32_t name;
#define RACE_TEXT(name, standard, accepted, help) const char *name;
#include "options.def"
};

extern RACE_HIDDEN struct race_options race_options;

/* Reads the environment. A mistake in it ends the process: one line, exit status 1. */
void race_options_init(void);

/* Sets what `words` says, in the syntax of RACE_OPTIONS; `words` is cut into pieces in
 * place and must live as long as the options. */
void race_options_parse(char *words);

#endif
