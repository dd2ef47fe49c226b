/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * unsafe.c - handlers that do what they must not (unsafe.h). Where a handler is, is known by
 * its frame; one that was left by longjmp lies deeper than who looks at it, or on another
 * stack.
 */
#define _GNU_SOURCE
#include "unsafe.h"

#include <errno.h>
#include <string.h>

#include "finding.h"
#include "options.h"
#include "platform.h"
#include "signals.h"
#include "unwind.h"

#define TITLE "SIGNAL-UNSAFE HANDLER"
#define FRAMES 6
#define BIT(number) (1ull << ((number) - 1))

bool race_unsafe_noted;
static uint32_t handlers, set_at[65]; /* how often one was set; the last time of each */

void race_unsafe_handler_set(int number)
{
	if (!race_options.report_signal_unsafe)
		return;
	race_store(&set_at[number], __atomic_add_fetch(&handlers, 1, __ATOMIC_RELAXED));
	race_store(&race_unsafe_noted, true);
}

void race_unsafe_forget(void)
{
	if (race_load(&race_unsafe_noted) && __race_self.thread)
		race_store(&__race_self.thread->called.name, NULL);
}

/* ---- where a handler is ---- */

/* The innermost one that `here` is below; those it is not were left. */
static struct race_handling *handling_at(struct race_thread *self, uint64_t here)
{
	while (self->handlings) {
		struct race_handling *handling = &self->handling[self->handlings - 1];

		if (here < handling->frame && here >= handling->low)
			return handling;
		self->handlings--;
	}
	return NULL;
}

/* The stack's low end: an alternate one's is known, another's lies not so far away. */
#define FAR (1u << 20)
static uint64_t low_end(uint64_t frame, const ucontext_t *context)
{
	uint64_t start = (uint64_t)context->uc_stack.ss_sp;

	return frame - start < context->uc_stack.ss_size ? start : frame - FAR;
}

/* ---- notes ---- */

static void note(struct race_thread *self, const char *name, uint64_t pc)
{
	struct race_called *called = &self->called;

	race_store(&called->name, NULL);
	called->tid = self->tid;
	called->epoch = self->clock[self->tid];
	called->handlers = race_load(&handlers);
	race_thread_frames(self, pc, called->pc, FRAMES);
	__atomic_signal_fence(__ATOMIC_RELEASE);
	race_store(&called->name, name);
}

/* A signal that a mask holds back until a call waits for it is blocked in what is restored. */
static bool might_have_come(const struct race_thread *self, const struct race_handling *handling,
			    const siginfo_t *info, const ucontext_t *context)
{
	const struct race_called *called = &self->called;
	uint64_t mask = *(const uint64_t *)&context->uc_sigmask;

	if (!called->name || called->handlers < race_load(&set_at[handling->number]) ||
	    mask & BIT(handling->number))
		return false;
	if (!race_runtime.threaded) /* a timer was set before, else it would be forgotten */
		return handling->code == SI_TIMER ||
		       (handling->code == SI_KERNEL && race_signal_is_timer(handling->number));
	return race_signal_is_unordered(self, handling->number, info, called->tid,
					called->epoch);
}

/* ---- what was interrupted ---- */

/* libc's functions have several names; ours stand in for them under others. */
static const char *unsafe_name(const char *symbol, char *room, size_t bytes)
{
	static const char *const prefixes[] = { "", "__race_", "plain_", "__GI_", "__libc_",
						"__GI___libc_", "__GI__IO_", "_IO_", "__GI___", "__" };
	size_t length;

	for (uint32_t i = 0; symbol && i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		length = strlen(prefixes[i]);
		if (strncmp(symbol, prefixes[i], length))
			continue;
		strncpy(room, symbol + length, bytes - 1);
		room[bytes - 1] = 0;
		length = strcspn(room, ".");
		room[length] = 0;
		if (length > 4 && !strcmp(room + length - 4, "_for"))
			room[length - 4] = 0;
		if (race_is_unsafe(room))
			return room;
	}
	return NULL;
}

struct interrupted {
	struct race_stack stack;
	struct race_frames frames;
	struct race_names names;
	char room[64], call[80];
};

static void interrupted_find(const struct race_handling *handling, struct race_stack *out)
{
	if (race_unwind_at(&handling->at, 0, out))
		return;
	out->count = 1;
	out->cut = true;
	out->pc[0] = handling->at.rip;
}

static bool is_ours(const char *symbol)
{
	return symbol && (!strncmp(symbol, "race_", 5) || !strncmp(symbol, "__race_", 7));
}

static void drop_inner(struct race_stack *stack, uint32_t count)
{
	stack->count -= count < stack->count ? count : 0;
	memmove(stack->pc, stack->pc + count, stack->count * sizeof(stack->pc[0]));
}

/* The outermost unsafe function on it, with the stack cut to who called it; or NULL. */
static const char *unsafe_on(struct interrupted *in)
{
	struct race_stack *stack = &in->stack;
	const char *found = NULL;
	uint32_t outside = 0;

	race_symbolize_prepare(stack);
	race_symbolize(stack, &in->frames, &in->names);
	for (uint32_t i = 0; i < in->frames.count; i++) {
		const char *name = unsafe_name(in->frames.frame[i].symbol, in->room, sizeof(in->room));
		uint64_t pc = in->frames.frame[i].pc;

		if (name) {
			strcpy(in->call, name);
			found = in->call;
		}
		while (name && outside < stack->count && stack->pc[outside] != pc)
			outside++;
	}
	if (found) {
		drop_inner(stack, outside + 1);
		return found;
	}
	/* One that was held back comes where the runtime's own work ends. */
	while (outside < in->frames.count && is_ours(in->frames.frame[outside].symbol))
		outside++;
	drop_inner(stack, outside);
	return NULL;
}

/* ---- telling ---- */

static bool is_expected(const struct race_handling *handling)
{
	int number = handling->number;
	bool fault = number == SIGSEGV || number == SIGBUS || number == SIGFPE || number == SIGILL ||
		     number == SIGTRAP || number == SIGSYS;

	return number == SIGABRT || (fault && handling->code > 0);
}

/* Of a stack that goes on in what was interrupted: the handler's part, which intercept_signal.c's
 * run() has called. */
static void cut_handler(struct race_stack *stack, const struct race_handling *handling,
			struct interrupted *in)
{
	uint64_t rip = handling->at.rip;
	uint32_t last, keep;

	for (uint32_t i = 0; i < stack->count; i++)
		if (stack->pc[i] == rip)
			stack->count = i;
	race_symbolize(stack, &in->frames, &in->names);
	last = in->frames.count;
	while (last && (!in->frames.frame[last - 1].symbol ||
			strcmp(in->frames.frame[last - 1].symbol, "run")))
		last--;
	for (keep = 0; last && keep < stack->count; keep++)
		if (stack->pc[keep] == in->frames.frame[last - 1].pc)
			stack->count = keep;
}

static void add_called(struct race_finding *finding, const struct race_thread *self,
		       const struct race_called *called)
{
	struct race_section *section;

	section = race_finding_add(finding, "Nothing keeps it from coming inside of this call, by %t "
					    "before it, at:", self);
	section->call = called->name;
	while (section->stack.count < FRAMES && called->pc[section->stack.count]) {
		section->stack.pc[section->stack.count] = called->pc[section->stack.count];
		section->stack.count++;
	}
}

static void tell(struct race_thread *self, struct race_handling *handling, const char *call,
		 uint64_t pc, struct interrupted *in)
{
	struct race_finding *finding;
	struct race_section *section;
	const char *inside;

	handling->told = true; /* or not, for all that it does */
	race_module_refresh();
	interrupted_find(handling, &in->stack);
	inside = unsafe_on(in);
	if (!inside && !handling->may &&
	    (race_options.report_signal_unsafe < 2 || is_expected(handling)))
		return;
	finding = race_finding_begin(RACE_RULE_SIGNAL, TITLE);
	if (!finding)
		return;
	section = race_finding_add(finding, call ? "%T calls what is not async-signal-safe in a "
						   "signal's handler at:" :
						   "%T left another errno behind in a signal's handler:",
				   self);
	section->call = call;
	if (call) {
		race_unwind(pc, &section->stack);
		cut_handler(&section->stack, handling, in);
	} else {
		section->stack.count = 1;
		section->stack.pc[0] = pc + 1; /* as a return address is read */
	}
	section = race_finding_add(finding, inside ? "The signal came inside of this call at:" :
						     "The signal came at:", self);
	section->call = inside;
	section->stack = in->stack;
	if (!inside && handling->may)
		add_called(finding, self, &handling->called);
	race_finding_add_creation(finding, self);
	race_finding_tell(finding);
}

static void judge(struct race_handling *handling, const char *call, uint64_t pc)
{
	struct race_thread *self = __race_self.thread;
	struct interrupted *in;
	int kept = errno;

	if (handling->told || (is_expected(handling) && call && race_options.report_signal_unsafe < 2))
		return;
	race_enter();
	in = race_map(sizeof(*in));
	if (in) {
		tell(self, handling, call, pc, in);
		race_sys_munmap(in, sizeof(*in));
	}
	race_leave();
	errno = kept;
}

void race_unsafe_called(const char *name, uint64_t pc)
{
	struct race_thread *self = __race_self.thread;
	struct race_handling *handling;

	if (!race_runtime.ready || race_is_busy() || !self)
		return;
	handling = handling_at(self, (uint64_t)__builtin_frame_address(0));
	if (handling)
		judge(handling, name, pc);
	else
		note(self, name, pc);
}

void race_unsafe_begin(uint64_t frame, int number, const siginfo_t *info,
		       const ucontext_t *context, int kept)
{
	const greg_t *value = context->uc_mcontext.gregs;
	struct race_thread *self = __race_self.thread;
	struct race_handling *handling;

	if (!self || !race_load(&race_unsafe_noted))
		return;
	handling_at(self, frame);
	if (self->handlings == RACE_HANDLINGS)
		return;
	handling = &self->handling[self->handlings];
	*handling = (struct race_handling){
		.frame = frame, .low = low_end(frame, context), .number = number,
		.code = info->si_code, .kept = kept,
		.at = {
			.rbx = (uint64_t)value[REG_RBX], .rbp = (uint64_t)value[REG_RBP],
			.r12 = (uint64_t)value[REG_R12], .r13 = (uint64_t)value[REG_R13],
			.r14 = (uint64_t)value[REG_R14], .r15 = (uint64_t)value[REG_R15],
			/* As a return address is read: of the instruction before it. */
			.rsp = (uint64_t)value[REG_RSP], .rip = (uint64_t)value[REG_RIP] + 1,
		},
	};
	if (!is_expected(handling)) {
		handling->may = might_have_come(self, handling, info, context);
		handling->called = self->called;
	}
	__atomic_signal_fence(__ATOMIC_RELEASE);
	race_store(&self->handlings, self->handlings + 1);
}

void race_unsafe_end(uint64_t frame, uint64_t function)
{
	struct race_thread *self = __race_self.thread;
	struct race_handling *handling;
	int now = errno;

	while (self && self->handlings) {
		handling = &self->handling[self->handlings - 1];
		if (handling->frame == frame && now != handling->kept && !race_is_busy())
			judge(handling, NULL, function);
		if (handling->frame > frame && frame >= handling->low)
			break;
		self->handlings--;
	}
	errno = now;
}
