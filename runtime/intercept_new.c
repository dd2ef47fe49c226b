/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_new.c - operator new and delete, so that an object's birth and end are
 * told at the line that made and destroyed it, not inside libstdc++.
 *
 * The operators of libstdc++ and libc++ are malloc and free: those are called at once,
 * and the real operator only when memory runs out, for it knows the new-handler and
 * how to throw. Operators that the program or its allocator brings are called as they
 * are; of their blocks the size is known where malloc comes from the same module.
 * Linked with -static they are always called: nobody can tell there whose they are.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <malloc.h>
#include <string.h>

#include "heap.h"
#include "intercept_memory.h"
#include "print.h"

/* ---- whose operators are these? ---- */

static bool replaced, replaced_with_malloc;

static bool is_standard(void *function)
{
	Dl_info info;

	if (!function) /* linked statically, where ours stand before theirs; or in C */
		return true;
	if (RACE_STATIC)
		return false;
	return dladdr(function, &info) && info.dli_fname &&
	       (strstr(info.dli_fname, "libstdc++.so") || strstr(info.dli_fname, "libc++.so") ||
	        strstr(info.dli_fname, "libc++abi.so"));
}

void race_intercept_new_init(void)
{
	for (const struct race_real *real = race_reals_begin; real < race_reals_end; real++) {
		void *function = *real->function;

		if (strncmp(real->name, "_Zn", 3) && strncmp(real->name, "_Zd", 3))
			continue;
		if (is_standard(function))
			continue;
		replaced = true;
		replaced_with_malloc = !RACE_STATIC && race_memory_is_mallocs(function);
	}
}

/* ---- new ---- */

/* libstdc++'s in a program that has it inside, where our operators take the place of
 * its own: std::get_new_handler and std::__throw_bad_alloc. */
extern void (*_ZSt15get_new_handlerv(void))(void) __attribute__((weak));
extern void _ZSt17__throw_bad_allocv(void) __attribute__((weak));

static void *without_memory(const struct race_caller *by, size_t align, size_t bytes,
                            bool quiet)
{
	void *memory;

	do {
		void (*handler)(void) = _ZSt15get_new_handlerv ? _ZSt15get_new_handlerv() : NULL;

		if (!handler && quiet)
			return NULL;
		if (!handler && _ZSt17__throw_bad_allocv)
			_ZSt17__throw_bad_allocv();
		if (!handler)
			race_die(1, "no memory, and the program has no std::bad_alloc to throw");
		handler();
		memory = race_memory_malloc(by, align, bytes);
	} while (!memory);
	return memory;
}

/* A C program that opened a C++ library has no operators of its own either. */
static void *library_function(const char *name)
{
	void *library = RACE_STATIC ? NULL : dlopen("libstdc++.so.6", RTLD_NOW | RTLD_NOLOAD);

	return library ? dlsym(library, name) : NULL;
}

#define OR_LIBRARYS(name) \
	(real_##name ? real_##name : (__typeof__(real_##name))library_function(#name))

/* All of a block whose allocator can tell; in a static program, of which malloc told us. */
static size_t size_of(void *memory, size_t least)
{
	struct race_block block;

	if (RACE_STATIC && race_is_watching() && race_heap_find((uint64_t)memory, &block) &&
	    !block.freed && block.addr == (uint64_t)memory && block.bytes > least)
		return block.bytes;
	return replaced_with_malloc ? malloc_usable_size(memory) : least;
}

#define NEW(name, text, params, args, bytes, align)                                    \
	RACE_STAND_IN_NAMED(void *, name, text, params, args)                          \
	{                                                                              \
		__typeof__(real_##name) really;                                        \
		void *memory;                                                          \
                                                                                       \
		if (!replaced) {                                                       \
			memory = race_memory_malloc(&by, align, (bytes) ? (bytes) : 1); \
			if (memory)                                                    \
				return memory;                                         \
			really = OR_LIBRARYS(name);                                    \
			return really ? really args :                                  \
			                without_memory(&by, align, bytes,              \
			                               strstr(text, "nothrow"));       \
		}                                                                      \
		memory = RACE_REAL(name) args;                                         \
		if (memory && race_is_threaded())                                      \
			race_memory_allocated(&by, memory, size_of(memory, bytes));    \
		return memory;                                                         \
	}

/* std::nothrow_t is passed by reference, std::align_val_t is a size_t. */
#define NOTHROW const void *nothrow

NEW(_Znwm, "operator new(unsigned long)", (size_t bytes), (bytes), bytes, 0)
NEW(_Znam, "operator new[](unsigned long)", (size_t bytes), (bytes), bytes, 0)
NEW(_ZnwmRKSt9nothrow_t, "operator new(unsigned long, std::nothrow_t const&)",
    (size_t bytes, NOTHROW), (bytes, nothrow), bytes, 0)
NEW(_ZnamRKSt9nothrow_t, "operator new[](unsigned long, std::nothrow_t const&)",
    (size_t bytes, NOTHROW), (bytes, nothrow), bytes, 0)
NEW(_ZnwmSt11align_val_t, "operator new(unsigned long, std::align_val_t)",
    (size_t bytes, size_t align), (bytes, align), bytes, align)
NEW(_ZnamSt11align_val_t, "operator new[](unsigned long, std::align_val_t)",
    (size_t bytes, size_t align), (bytes, align), bytes, align)
NEW(_ZnwmSt11align_val_tRKSt9nothrow_t,
    "operator new(unsigned long, std::align_val_t, std::nothrow_t const&)",
    (size_t bytes, size_t align, NOTHROW), (bytes, align, nothrow), bytes, align)
NEW(_ZnamSt11align_val_tRKSt9nothrow_t,
    "operator new[](unsigned long, std::align_val_t, std::nothrow_t const&)",
    (size_t bytes, size_t align, NOTHROW), (bytes, align, nothrow), bytes, align)

/* ---- delete ---- */

#define DELETE(name, text, params, args, bytes)                                        \
	RACE_STAND_IN_NAMED(void, name, text, params, args)                            \
	{                                                                              \
		if (!memory)                                                           \
			return;                                                        \
		if (!replaced) {                                                       \
			race_memory_free(&by, memory);                                 \
			return;                                                        \
		}                                                                      \
		if (race_is_threaded())                                                \
			race_memory_freed(&by, memory, size_of(memory, bytes)); \
		RACE_REAL(name) args;                                                  \
	}

DELETE(_ZdlPv, "operator delete(void*)", (void *memory), (memory), 1)
DELETE(_ZdaPv, "operator delete[](void*)", (void *memory), (memory), 1)
DELETE(_ZdlPvm, "operator delete(void*, unsigned long)", (void *memory, size_t bytes),
       (memory, bytes), bytes)
DELETE(_ZdaPvm, "operator delete[](void*, unsigned long)", (void *memory, size_t bytes),
       (memory, bytes), bytes)
DELETE(_ZdlPvRKSt9nothrow_t, "operator delete(void*, std::nothrow_t const&)",
       (void *memory, NOTHROW), (memory, nothrow), 1)
DELETE(_ZdaPvRKSt9nothrow_t, "operator delete[](void*, std::nothrow_t const&)",
       (void *memory, NOTHROW), (memory, nothrow), 1)
DELETE(_ZdlPvSt11align_val_t, "operator delete(void*, std::align_val_t)",
       (void *memory, size_t align), (memory, align), 1)
DELETE(_ZdaPvSt11align_val_t, "operator delete[](void*, std::align_val_t)",
       (void *memory, size_t align), (memory, align), 1)
DELETE(_ZdlPvmSt11align_val_t, "operator delete(void*, unsigned long, std::align_val_t)",
       (void *memory, size_t bytes, size_t align), (memory, bytes, align), bytes)
DELETE(_ZdaPvmSt11align_val_t, "operator delete[](void*, unsigned long, std::align_val_t)",
       (void *memory, size_t bytes, size_t align), (memory, bytes, align), bytes)
DELETE(_ZdlPvSt11align_val_tRKSt9nothrow_t,
       "operator delete(void*, std::align_val_t, std::nothrow_t const&)",
       (void *memory, size_t align, NOTHROW), (memory, align, nothrow), 1)
DELETE(_ZdaPvSt11align_val_tRKSt9nothrow_t,
       "operator delete[](void*, std::align_val_t, std::nothrow_t const&)",
       (void *memory, size_t align, NOTHROW), (memory, align, nothrow), 1)
