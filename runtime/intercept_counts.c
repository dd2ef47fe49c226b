/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_counts.c - what libstdc++ and libc++ count the owners of in their compiled
 * parts, where nobody sees the atomics: exceptions, the texts of standard exceptions,
 * locales, libc++'s control blocks. The last owner destroys what all of them used.
 */
#define _GNU_SOURCE
#include "intercept_counts.h"

/* ---- exceptions ----
 * Right before the thrown object stands the unwinder's header, which tells whose it is;
 * the count is in the library's header, before that. */

#define GNU_CLASS 0x474e5543432b2b00   /* "GNUCC++" */
#define CLANG_CLASS 0x434c4e47432b2b00 /* "CLNGC++" */
#define DEPENDENT 1 /* a handler's own header, made by rethrow_exception */

/* Offsets in a caught header, from its begin, and in a thrown object's, from its end. */
#define GNU_CLASS_AT 80
#define GNU_HEADER 112
#define GNU_PRIMARY_AT 0
#define GNU_COUNT_BEFORE 128
#define CLANG_CLASS_AT 96
#define CLANG_HEADER 128
#define CLANG_PRIMARY_AT 8
#define CLANG_COUNT_BEFORE 120
#define CLASS_BEFORE 32

static bool exception_count(char *exception, struct count *count)
{
	uint64_t class = *(uint64_t *)(exception - CLASS_BEFORE);

	if (class == GNU_CLASS)
		*count = (struct count){ exception - GNU_COUNT_BEFORE, false, 1 };
	else if (class == CLANG_CLASS)
		*count = (struct count){ exception - CLANG_COUNT_BEFORE, true, 1 };
	else
		return false;
	return true;
}

static bool gave_up_exception(char *exception)
{
	struct count count;

	return exception && race_is_threaded() && exception_count(exception, &count) &&
	       gave_up(count, (uint64_t)exception);
}

RACE_STAND_IN(void, _ZNSt15__exception_ptr13exception_ptr10_M_releaseEv, (void **pointer))
{
	if (!gave_up_exception(*pointer))
		RACE_REAL(_ZNSt15__exception_ptr13exception_ptr10_M_releaseEv)(pointer);
}

RACE_STAND_IN(void, __cxa_decrement_exception_refcount, (void *exception))
{
	if (!gave_up_exception(exception))
		RACE_REAL(__cxa_decrement_exception_refcount)(exception);
}

/* libc++'s exception_ptr goes, or is given another one, inside of the library. */
#define RACE_STAND_IN_POINTER(void, name)                                              \
	RACE_STAND_IN(void, name, (void **pointer))                                    \
	{                                                                              \
		if (gave_up_exception(*pointer))                                       \
			*pointer = NULL;                                               \
		RACE_REAL(name)(pointer);                                              \
	}
RACE_STAND_IN_POINTER(void, _ZNSt13exception_ptrD1Ev)
RACE_STAND_IN_POINTER(void, _ZNSt13exception_ptrD2Ev)

RACE_STAND_IN(void *, _ZNSt13exception_ptraSERKS_, (void **pointer, void *const *other))
{
	if (*pointer != *other && gave_up_exception(*pointer))
		*pointer = NULL;
	return RACE_REAL(_ZNSt13exception_ptraSERKS_)(pointer, other);
}

/* What a future is given holds an exception, which the library lets go. */
#define RESULT_ERROR_AT 8

RACE_STAND_IN(void, _ZNSt13__future_base12_Result_baseD2Ev, (char *result))
{
	char **error = (char **)(result + RESULT_ERROR_AT);

	if (gave_up_exception(*error))
		*error = NULL;
	RACE_REAL(_ZNSt13__future_base12_Result_baseD2Ev)(result);
}

extern void *__cxa_get_globals(void) __attribute__((weak));

/* The object that the innermost handler handles; NULL when it is no C++ exception. */
static char *caught(void)
{
	char *header = __cxa_get_globals ? *(char **)__cxa_get_globals() : NULL;
	uint64_t class;

	if (!header)
		return NULL;
	class = *(uint64_t *)(header + GNU_CLASS_AT);
	if (class == GNU_CLASS)
		return header + GNU_HEADER;
	if (class == (GNU_CLASS | DEPENDENT))
		return *(char **)(header + GNU_PRIMARY_AT);
	class = *(uint64_t *)(header + CLANG_CLASS_AT);
	if (class == CLANG_CLASS)
		return header + CLANG_HEADER;
	if (class == (CLANG_CLASS | DEPENDENT))
		return *(char **)(header + CLANG_PRIMARY_AT);
	return NULL;
}

/* Whether a handler's end gives up its share, the library knows; so it does that, while
 * we hold a share of our own, and give up that. */
RACE_STAND_IN(void, __cxa_end_catch, (void))
{
	char *exception = race_is_threaded() ? caught() : NULL;
	struct count count;

	if (!exception || !exception_count(exception, &count)) {
		RACE_REAL(__cxa_end_catch)();
		return;
	}
	if (owners(count) <= count.only) {
		race_sync_acquire_at(race_self(), (uint64_t)exception);
		RACE_REAL(__cxa_end_catch)();
		return;
	}
	add_owner(count);
	RACE_REAL(__cxa_end_catch)();
	if (count.wide)
		__race___cxa_decrement_exception_refcount(exception);
	else
		__race__ZNSt15__exception_ptr13exception_ptr10_M_releaseEv((void **)&exception);
}

/* ---- the texts of std::runtime_error and std::logic_error: copies share them ---- */

#define TEXT_AT 8
#define TEXT_COUNT_BEFORE 8

/* What an error object that is counted off points to meanwhile: a text that never goes. */
static struct {
	uint64_t length, capacity;
	int32_t count;
	char text[8] __attribute__((aligned(8)));
} no_text;

static void before_error_goes(char *error)
{
	char **text = (char **)(error + TEXT_AT);
	struct count count = { *text - TEXT_COUNT_BEFORE, false, 0 };

	if (!race_is_threaded() || !gave_up(count, (uint64_t)*text))
		return;
	__atomic_add_fetch(&no_text.count, 1, __ATOMIC_RELAXED);
	*text = no_text.text;
}

#define RACE_STAND_IN_ERROR(void, name)                                                \
	RACE_STAND_IN(void, name, (char *error))                                       \
	{                                                                              \
		before_error_goes(error);                                              \
		RACE_REAL(name)(error);                                                \
	}
RACE_STAND_IN_ERROR(void, _ZNSt11logic_errorD0Ev)
RACE_STAND_IN_ERROR(void, _ZNSt11logic_errorD1Ev)
RACE_STAND_IN_ERROR(void, _ZNSt11logic_errorD2Ev)
RACE_STAND_IN_ERROR(void, _ZNSt13runtime_errorD0Ev)
RACE_STAND_IN_ERROR(void, _ZNSt13runtime_errorD1Ev)
RACE_STAND_IN_ERROR(void, _ZNSt13runtime_errorD2Ev)

/* ---- locales ----
 * A locale points to a counted body, several bodies share facets: one clock for all, but
 * for libstdc++'s classic one, which nobody counts. */

extern const void *const *_ZNSt6locale7classicEv(void) __attribute__((weak));
static char locales;

static const void *gnu_classic(void)
{
	static const void *classic;

	if (!race_load(&classic) && _ZNSt6locale7classicEv)
		race_store(&classic, *_ZNSt6locale7classicEv());
	return classic;
}

static struct count gnu_locale(void *body)
{
	return (struct count){ body, false, 1 };
}

static struct count clang_locale(void *body)
{
	return (struct count){ (char *)body + 8, true, 0 };
}

/* Its body, with a share of ours, or NULL. */
static void *hold_locale(void **locale, struct count (*count_of)(void *))
{
	if (!race_is_threaded() || (count_of == gnu_locale && *locale == gnu_classic()))
		return NULL;
	add_owner(count_of(*locale));
	return *locale;
}

/* Others may have the facets of a body that goes. */
static void drop_locale(void *body, struct count (*count_of)(void *), void (*destroy)(void **))
{
	if (!body || gave_up(count_of(body), (uint64_t)&locales))
		return;
	race_sync_release_at(race_self(), (uint64_t)&locales);
	destroy(&body);
}

#define RACE_STAND_IN_LOCALE(count_of, name)                                           \
	RACE_STAND_IN(void, name, (void **locale))                                     \
	{                                                                              \
		void *body = hold_locale(locale, count_of);                            \
                                                                                       \
		RACE_REAL(name)(locale);                                               \
		drop_locale(body, count_of, RACE_REAL(name));                          \
	}
RACE_STAND_IN_LOCALE(gnu_locale, _ZNSt6localeD1Ev)
RACE_STAND_IN_LOCALE(gnu_locale, _ZNSt6localeD2Ev)
RACE_STAND_IN_LOCALE(clang_locale, _ZNSt3__16localeD1Ev)
RACE_STAND_IN_LOCALE(clang_locale, _ZNSt3__16localeD2Ev)

#define RACE_STAND_IN_ASSIGN(count_of, name, destroy)                                  \
	RACE_STAND_IN(void *, name, (void **locale, void *const *other))               \
	{                                                                              \
		void *body = hold_locale(locale, count_of);                            \
                                                                                       \
		RACE_REAL(name)(locale, other);                                        \
		drop_locale(body, count_of, RACE_REAL(destroy));                       \
		return locale;                                                         \
	}
RACE_STAND_IN_ASSIGN(gnu_locale, _ZNSt6localeaSERKS_, _ZNSt6localeD1Ev)
RACE_STAND_IN_ASSIGN(clang_locale, _ZNSt3__16localeaSERKS0_, _ZNSt3__16localeD1Ev)

/* ---- libc++'s control blocks: the header counts shared owners, the library weak ones ---- */

#define WEAK_AT 16

RACE_STAND_IN(void, _ZNSt3__119__shared_weak_count14__release_weakEv, (char *block))
{
	struct count count = { block + WEAK_AT, true, 0 };

	if (!race_is_threaded() || !gave_up(count, (uint64_t)count.at))
		RACE_REAL(_ZNSt3__119__shared_weak_count14__release_weakEv)(block);
}
