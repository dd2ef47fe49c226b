/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * unwind.c - walks the calling thread's stack by the unwind tables. The walk belongs
 * to libunwind, or to libgcc where that is absent; here is only what to keep of it:
 * everything from the frame that returns to `pc` outward.
 *
 * Both libraries are opened, never linked: libunwind also defines the _Unwind_ names
 * that C++ exceptions live by, and linked plainly it would take them over. RTLD_LOCAL
 * keeps its names from the program; RTLD_DEEPBIND makes it call libc's own locks and
 * malloc, not the runtime's stand-ins, so that unwinding orders nothing. A program that is
 * linked with -static has libgcc's inside.
 */
#define _GNU_SOURCE
#include "unwind.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <ucontext.h>

#include "platform.h"
#include "self.h"

/* libunwind's interface for x86-64 as its ABI has it (libunwind.so.8): the context is
 * a ucontext_t, the cursor 127 words, register 16 the instruction pointer. */
typedef struct {
	uint64_t words[127];
} unw_cursor;
#define UNW_X86_64_RIP 16

static int (*unw_getcontext)(ucontext_t *);
static int (*unw_init_local)(unw_cursor *, ucontext_t *);
static int (*unw_step)(unw_cursor *);
static int (*unw_get_reg)(unw_cursor *, int, uint64_t *);
static int (*unw_is_signal_frame)(unw_cursor *);

/* libgcc's interface, as the Itanium C++ ABI has it. */
struct unwind_context;
typedef int unwind_step(struct unwind_context *, void *);
static int (*gcc_backtrace)(unwind_step *, void *);
static uint64_t (*gcc_ip)(struct unwind_context *, int *);
#define UNWIND_GO_ON 0
#define UNWIND_STOP 4

/* The unwinder in use, NULL when there is none. */
static void (*walk)(uint64_t wanted, struct race_stack *out);

/* Unwinders lock; a child forked while another thread unwinds would wait for ever. */
static struct race_lock unwind_lock;

/* Takes one frame of the walk, innermost first; false when no more can be kept. */
static bool frame_add(struct race_stack *out, uint64_t wanted, uint64_t pc)
{
	if (!out->count && pc != wanted)
		return true;
	if (out->count == RACE_STACK_FRAMES) {
		out->cut = true;
		return false;
	}
	out->pc[out->count++] = pc;
	return true;
}

static void walk_on(unw_cursor *cursor, uint64_t wanted, struct race_stack *out)
{
	while (unw_step(cursor) > 0) {
		uint64_t pc;

		if (unw_get_reg(cursor, UNW_X86_64_RIP, &pc) || !pc)
			return;
		/* A signal stops a thread before an instruction, a call leaves it behind
		 * one: + 1 makes both read alike. */
		if (!frame_add(out, wanted, pc + (unw_is_signal_frame(cursor) > 0)))
			return;
	}
}

static void walk_libunwind(uint64_t wanted, struct race_stack *out)
{
	ucontext_t context;
	unw_cursor cursor;

	if (!unw_getcontext(&context) && !unw_init_local(&cursor, &context))
		walk_on(&cursor, wanted, out);
}

static void walk_libunwind_at(const struct race_registers *at, uint64_t wanted,
			      struct race_stack *out)
{
	ucontext_t context = { 0 };
	greg_t *value = context.uc_mcontext.gregs;
	unw_cursor cursor;

	value[REG_RBX] = (greg_t)at->rbx;
	value[REG_RBP] = (greg_t)at->rbp;
	value[REG_R12] = (greg_t)at->r12;
	value[REG_R13] = (greg_t)at->r13;
	value[REG_R14] = (greg_t)at->r14;
	value[REG_R15] = (greg_t)at->r15;
	value[REG_RSP] = (greg_t)at->rsp;
	value[REG_RIP] = (greg_t)at->rip;
	if (!unw_init_local(&cursor, &context) && frame_add(out, wanted ? wanted : at->rip, at->rip))
		walk_on(&cursor, wanted, out);
}

struct gcc_walk {
	uint64_t wanted;
	struct race_stack *out;
};

static int gcc_frame(struct unwind_context *context, void *opaque)
{
	struct gcc_walk *frames = opaque;
	int interrupted = 0;
	uint64_t pc = gcc_ip(context, &interrupted);

	return pc && frame_add(frames->out, frames->wanted, pc + (interrupted != 0)) ?
		       UNWIND_GO_ON :
		       UNWIND_STOP;
}

static void walk_libgcc(uint64_t wanted, struct race_stack *out)
{
	struct gcc_walk frames = { wanted, out };

	gcc_backtrace(gcc_frame, &frames);
}

static bool libunwind_open(void)
{
	void *library = RACE_STATIC ? NULL : dlopen("libunwind.so.8", RTLD_NOW | RTLD_LOCAL | RTLD_DEEPBIND);

	if (!library)
		return false;
	unw_getcontext = dlsym(library, "_Ux86_64_getcontext");
	unw_init_local = dlsym(library, "_ULx86_64_init_local");
	unw_step = dlsym(library, "_ULx86_64_step");
	unw_get_reg = dlsym(library, "_ULx86_64_get_reg");
	unw_is_signal_frame = dlsym(library, "_ULx86_64_is_signal_frame");
	return unw_getcontext && unw_init_local && unw_step && unw_get_reg &&
	       unw_is_signal_frame;
}

int _Unwind_Backtrace(unwind_step *, void *) __attribute__((weak));
uint64_t _Unwind_GetIPInfo(struct unwind_context *, int *) __attribute__((weak));

static bool libgcc_open(void)
{
	void *library = RACE_STATIC ? NULL : dlopen("libgcc_s.so.1", RTLD_NOW | RTLD_LOCAL);

	if (RACE_STATIC) {
		gcc_backtrace = _Unwind_Backtrace;
		gcc_ip = _Unwind_GetIPInfo;
		return gcc_backtrace && gcc_ip;
	}
	if (!library)
		return false;
	gcc_backtrace = dlsym(library, "_Unwind_Backtrace");
	gcc_ip = dlsym(library, "_Unwind_GetIPInfo");
	return gcc_backtrace && gcc_ip;
}

#if RACE_STATIC
/* libgcc linked statically holds a mutex here, for a thread that is cancelled or throws, too.
 * A fork waits for who is inside, so that the child, which unwinds, finds it free. */
const void *__real__Unwind_Find_FDE(void *pc, void *bases) __attribute__((weak));
RACE_EXPORT const void *__wrap__Unwind_Find_FDE(void *pc, void *bases);

const void *__wrap__Unwind_Find_FDE(void *pc, void *bases)
{
	const void *found;

	race_enter();
	found = __real__Unwind_Find_FDE(pc, bases);
	race_leave();
	return found;
}
#endif

bool race_unwind_open(enum race_unwinder unwinder)
{
	bool libunwind = unwinder == RACE_UNWINDER_LIBUNWIND;

	if (libunwind ? !libunwind_open() : !libgcc_open())
		return false;
	walk = libunwind ? walk_libunwind : walk_libgcc;
	return true;
}

void race_unwind_init(void)
{
	static bool done;

	if (race_load(&done))
		return;
	race_store(&done, true);
	if (race_unwind_open(RACE_UNWINDER_LIBUNWIND))
		return;
	race_unwind_open(RACE_UNWINDER_LIBGCC);
	if (!RACE_STATIC)
		dlerror(); /* the program shall not find our failure */
}

bool race_unwind(uint64_t pc, struct race_stack *out)
{
	int kept = errno, cancel;

	out->count = 0;
	out->cut = false;
	/* libunwind may probe an address by write(2): not a place to be cancelled at. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	if (walk && race_lock_take(&unwind_lock)) {
		walk(pc, out);
		race_lock_drop(&unwind_lock);
	}
	pthread_setcancelstate(cancel, NULL);
	errno = kept;
	if (out->count)
		return true;
	out->pc[0] = pc;
	out->count = 1;
	return false;
}

bool race_unwind_at(const struct race_registers *at, uint64_t pc, struct race_stack *out)
{
	int kept = errno, cancel;

	out->count = 0;
	out->cut = false;
	/* Nobody is left who could drop it. */
	if (race_alone && race_load(&unwind_lock.word))
		return false;
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	if (walk == walk_libunwind && race_lock_take(&unwind_lock)) {
		walk_libunwind_at(at, pc, out);
		race_lock_drop(&unwind_lock);
	}
	pthread_setcancelstate(cancel, NULL);
	errno = kept;
	return out->count > 0;
}

void race_unwind_before_fork(void)
{
	race_lock_take(&unwind_lock);
}

void race_unwind_after_fork(void)
{
	race_lock_drop(&unwind_lock);
}
