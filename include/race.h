/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * race.h - what a program can tell librace. Without the detector every call is nothing.
 * Programs annotated for ThreadSanitizer (__tsan_acquire, AnnotateHappensBefore, ...)
 * need no change: those names mean the same here.
 */
#ifndef RACE_H
#define RACE_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Optional functions of the program. They are called before main and before librace is
 * ready: let each only return a string literal. */

/* What RACE_OPTIONS would say; the environment overrules it.
 *     const char *race_default_options(void) { return "exitcode=1 history_size=3"; } */
const char *race_default_options(void);

/* Suppressions, a line each, as in a file of the option `suppressions`.
 *     const char *race_default_suppressions(void) { return "race:^legacy_counter$\n"; } */
const char *race_default_suppressions(void);

/* ---- reports, for the program itself ---- */

struct race_report;

/* One of the two accesses of a report. */
struct race_report_access {
	const char *kind; /* "read", "write", "atomic read", ... "free" */
	const volatile void *addr;
	size_t size;
	unsigned thread;         /* T3 is 3; 0 is the main thread */
	const char *thread_name; /* "" when it has none */
	unsigned frames;         /* of its stack, innermost first */
};

struct race_report_frame {
	const void *pc;
	const char *function;
	const char *file; /* NULL: no line numbers here */
	unsigned line;
};

/* What was raced on. */
struct race_report_location {
	const char *kind;  /* "global", "heap", "stack", "thread-local", "symbol", "unknown" */
	const char *words; /* as the report has it */
};

#define RACE_REPORT_NOW 0    /* the access that found the race */
#define RACE_REPORT_BEFORE 1 /* the other thread's */

/* An optional function of the program, called after each report was written, by the thread
 * that found the race; a debugger may stop at it whether it is defined or not. It runs
 * inside of librace, where nothing is checked, other reports wait and signals, too: let it
 * take note and return. What it is told is good until then.
 *     void race_on_report(const struct race_report *report) { races++; } */
void race_on_report(const struct race_report *report);

#ifdef __RACE__
int __race_report_access(const struct race_report *report, int which,
			 struct race_report_access *access);
int __race_report_frame(const struct race_report *report, int which, unsigned index,
			struct race_report_frame *frame);
int __race_report_location(const struct race_report *report,
			   struct race_report_location *location);
#define RACE_QUERY(call) { return call; }
#else
#define RACE_QUERY(call) { return 0; }
#endif

/* Each fills its last argument and returns 1; or 0, when there is no such thing.
 *     struct race_report_access a; race_report_access(report, RACE_REPORT_NOW, &a); */
static inline int race_report_access(const struct race_report *report, int which,
				     struct race_report_access *access)
{ (void)report; (void)which; (void)access;
  RACE_QUERY(__race_report_access(report, which, access)) }

/*     struct race_report_frame f; race_report_frame(report, RACE_REPORT_NOW, 0, &f); */
static inline int race_report_frame(const struct race_report *report, int which, unsigned index,
				    struct race_report_frame *frame)
{ (void)report; (void)which; (void)index; (void)frame;
  RACE_QUERY(__race_report_frame(report, which, index, frame)) }

/*     struct race_report_location l; race_report_location(report, &l); puts(l.words); */
static inline int race_report_location(const struct race_report *report,
				       struct race_report_location *location)
{ (void)report; (void)location; RACE_QUERY(__race_report_location(report, location)) }

#undef RACE_QUERY

/* ---- annotations ---- */

#ifdef __RACE__
void __race_acquire(const volatile void *addr);
void __race_release(const volatile void *addr);
void __race_mutex_created(const volatile void *mutex);
void __race_mutex_destroyed(const volatile void *mutex);
void __race_mutex_locked(const volatile void *mutex, int shared);
void __race_mutex_unlocking(const volatile void *mutex, int shared);
void __race_benign(const volatile void *addr, size_t bytes);
void __race_new_memory(const volatile void *addr, size_t bytes);
void __race_thread_name(const char *name);
void __race_dump_threads(int fd);
void __race_ignore_begin(unsigned what);
void __race_ignore_end(unsigned what);
#define RACE_ANNOTATION(call) { call; }
#else
#define RACE_ANNOTATION(call) { }
#endif

/* Comes after every race_release of the same address so far.
 *     item = ring_take(r); race_acquire(item); */
static inline void race_acquire(const volatile void *addr)
{ (void)addr; RACE_ANNOTATION(__race_acquire(addr)) }

/* Comes before every later race_acquire of the same address.
 *     race_release(item); ring_put(r, item); */
static inline void race_release(const volatile void *addr)
{ (void)addr; RACE_ANNOTATION(__race_release(addr)) }

/* A lock of the program's own begins its life, after what may have been there.
 *     lock_init(l); race_mutex_created(l); */
static inline void race_mutex_created(const volatile void *mutex)
{ (void)mutex; RACE_ANNOTATION(__race_mutex_created(mutex)) }

/* Its life ends; the address may be used for something else.
 *     race_mutex_destroyed(l); free(l); */
static inline void race_mutex_destroyed(const volatile void *mutex)
{ (void)mutex; RACE_ANNOTATION(__race_mutex_destroyed(mutex)) }

/* The caller holds it now: alone, or with other readers (shared).
 *     while (!lock_try(l)) ; race_mutex_locked(l, 0); */
static inline void race_mutex_locked(const volatile void *mutex, int shared)
{ (void)mutex; (void)shared; RACE_ANNOTATION(__race_mutex_locked(mutex, shared)) }

/* The caller is about to give it back.
 *     race_mutex_unlocking(l, 0); lock_give(l); */
static inline void race_mutex_unlocking(const volatile void *mutex, int shared)
{ (void)mutex; (void)shared; RACE_ANNOTATION(__race_mutex_unlocking(mutex, shared)) }

/* Races on these bytes are meant, and not reported from now on.
 *     race_benign(&statistics, sizeof(statistics)); */
static inline void race_benign(const volatile void *addr, size_t bytes)
{ (void)addr; (void)bytes; RACE_ANNOTATION(__race_benign(addr, bytes)) }

/* These bytes are as good as never touched: a pool hands them to a new owner. (Of the
 * aligned words of 8 bytes that lie wholly inside.)
 *     object = pool_get(p); race_new_memory(object, sizeof(*object)); */
static inline void race_new_memory(const volatile void *addr, size_t bytes)
{ (void)addr; (void)bytes; RACE_ANNOTATION(__race_new_memory(addr, bytes)) }

/* What the calling thread does from here on is not reported: its plain and atomic reads, its
 * writes, or both; or (sync) the locks it takes and gives back order nothing. Sections nest.
 *     race_ignore_begin(RACE_IGNORE_READS); n = estimate(t); race_ignore_end(RACE_IGNORE_READS); */
#define RACE_IGNORE_READS 1u
#define RACE_IGNORE_WRITES 2u
#define RACE_IGNORE_SYNC 4u
static inline void race_ignore_begin(unsigned what)
{ (void)what; RACE_ANNOTATION(__race_ignore_begin(what)) }
static inline void race_ignore_end(unsigned what)
{ (void)what; RACE_ANNOTATION(__race_ignore_end(what)) }

/* What reports call this thread, up to 15 letters.
 *     race_thread_name("auditor"); */
static inline void race_thread_name(const char *name)
{ (void)name; RACE_ANNOTATION(__race_thread_name(name)) }

/* Writes to fd where each thread is, what it waits for and who holds that. Takes no lock.
 *     on_watchdog() { race_dump_threads(2); abort(); } */
static inline void race_dump_threads(int fd)
{ (void)fd; RACE_ANNOTATION(__race_dump_threads(fd)) }

#undef RACE_ANNOTATION

#ifdef __cplusplus
}
#endif
#endif
