/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * base.h - the ground every other file stands on: integer names, attributes, the
 * constants shared with the pass. The runtime is a guest: its files are compiled
 * with hidden visibility, general registers only and without the compiler's
 * library idioms, so that an access check never clobbers the program's vectors.
 */
#ifndef RACE_BASE_H
#define RACE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RACE_EXPORT __attribute__((visibility("default")))
/* For variables: what is declared so is known to stand in this library, and takes no detour. */
#define RACE_HIDDEN __attribute__((visibility("hidden")))
#define RACE_INLINE static inline __attribute__((always_inline))
#define RACE_NOINLINE __attribute__((noinline))
#define RACE_COLD __attribute__((cold, noinline))

/* Is this the runtime of programs that are linked with -static (intercept.h)? */
#ifndef RACE_STATIC
#define RACE_STATIC 0
#endif
/* Is this librace_rt.so, for programs that are not linked with race-clang? */
#ifndef RACE_SHARED
#define RACE_SHARED 0
#endif

#define race_likely(x) __builtin_expect(!!(x), 1)
#define race_unlikely(x) __builtin_expect(!!(x), 0)

/* Plain loads and stores of words that other threads touch. */
#define race_load(p) __atomic_load_n(p, __ATOMIC_RELAXED)
#define race_store(p, v) __atomic_store_n(p, v, __ATOMIC_RELAXED)
#define race_load_acquire(p) __atomic_load_n(p, __ATOMIC_ACQUIRE)
#define race_store_release(p, v) __atomic_store_n(p, v, __ATOMIC_RELEASE)

/* RACE_SHADOW_MASK, RACE_CELL_..., RACE_SELF_... */
enum race_constant {
#define RACE_CONSTANT(name, value) RACE_##name = (value),
#include "race_hooks.def"
};

enum race_kind {
#define RACE_KIND(name, value, text) RACE_##name = (value),
#include "race_hooks.def"
};

/* One static access of the program; the pass lays it out (race_hooks.def). */
struct race_site {
	uint32_t id;
	uint16_t bytes;
	uint8_t kind;
	uint8_t column; /* 0: not known */
};

/* A stack of code addresses, innermost first. Each is a return address: the call
 * or access it stands for is at pc - 1. */
#define RACE_STACK_FRAMES 256
struct race_stack {
	uint32_t count;
	bool cut; /* there were more frames than fit */
	uint64_t pc[RACE_STACK_FRAMES];
};

#endif
