/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * symbolize.h - from code addresses to what the programmer wrote: function, file and
 * line, inlined calls opened up. Answers stand in a struct of the caller's; names live
 * in it or in the debug information, which stays mapped.
 */
#ifndef RACE_SYMBOLIZE_H
#define RACE_SYMBOLIZE_H

#include "module.h"
#include "names.h"

struct race_frame {
	uint64_t pc;          /* return address, equal in frames inlined into one */
	const char *symbol;   /* bare name in C, mangled in C++; NULL: unknown */
	const char *function; /* for readers: "inc()", "Account::deposit(long)", "??()" */
	const char *file;     /* NULL: no line numbers here */
	uint32_t line;        /* 0: the compiler gave none to this code */
	uint32_t column;      /* of an access; 0: not known */
	uint64_t offset;      /* of pc in its function, 0 when that is unknown */
	const char *module;   /* path of program or library; NULL: in none */
	uint64_t module_offset; /* of pc - 1, as addr2line wants it */
};

#define RACE_FRAMES 512
struct race_frames {
	uint32_t count;
	bool cut; /* there were more */
	struct race_frame frame[RACE_FRAMES];
};

/* The stack will be asked for: where it leads through closed libraries, their names are
 * made ready. Takes the loader's lock, so call it before one's own. */
void race_symbolize_prepare(const struct race_stack *stack);

/* Any number of threads may ask at once. Keeps no errno. */
void race_symbolize(const struct race_stack *stack, struct race_frames *out,
		    struct race_names *names);

/* Memory of a module by the symbol that covers it. */
struct race_datum {
	const char *symbol; /* for readers; NULL: none covers it */
	uint64_t offset;    /* in the symbol */
	const char *module;
	uint64_t module_offset;
};

/* False: addr is no module's. */
bool race_symbolize_datum(uint64_t addr, struct race_datum *out, struct race_names *names);

#endif
