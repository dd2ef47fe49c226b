/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * misuse_thread.c - findings about joins (misuse.h). What a handle was is known until a new
 * thread has it: a table keeps those that were joined or detached last, by handle.
 */
#include "misuse.h"

#include "options.h"
#include "platform.h"
#include "slot.h"

#define GONE 4096
static struct race_hold gone[GONE]; /* addr: the handle; kind: number and way */

static struct race_hold *place_of(uint64_t handle)
{
	return &gone[(handle >> 6) * 0x9e3779b97f4a7c15ull >> 52];
}

void race_misuse_gone(struct race_thread *self, uint64_t handle, uint32_t number,
		      enum race_misuse_way way, uint64_t pc)
{
	race_misuse_note(place_of(handle), self, handle, (uint64_t)number << 1 | way, pc);
}

void race_misuse_begins(uint64_t handle, uint32_t number, const struct race_hold *detached_at)
{
	struct race_hold *place = place_of(handle);

	if (race_load(&place->addr) == handle && place->kind >> 1 != number)
		race_store(&place->addr, 0);
	if (!detached_at || !detached_at->addr)
		return;
	place->kind = detached_at->kind;
	for (uint32_t i = 0; i < RACE_HOLD_FRAMES; i++)
		race_store(&place->pc[i], detached_at->pc[i]);
	race_store_release(&place->addr, handle);
}

static void add_gone(struct race_finding *finding, struct race_thread *self,
		     const struct race_hold *was, enum race_misuse_way way, uint64_t pc)
{
	static const char *const words[2][2] = {
		{ "%T joins %o, which was joined, at:", "%T joins %o, which was detached, at:" },
		{ "%T detaches %o, which was joined, at:", "%T detaches %o, which was detached, at:" },
	};
	enum race_misuse_way before = was->kind & 1;
	struct race_section *section;

	section = race_misuse_now(finding, self, words[way][before], 0, 0, pc);
	section->other.number = (uint32_t)(was->kind >> 1);
	section = race_finding_add(finding, before == RACE_MISUSE_JOINED ? "It was joined at:" :
									    "It was detached at:",
				   self);
	race_hold_stack(was, &section->stack);
}

void race_misuse_join(struct race_thread *self, uint64_t handle, enum race_misuse_way way,
		      uint64_t pc)
{
	struct race_hold was = *place_of(handle);
	struct race_finding *finding;

	if (was.addr != handle || !race_options.report_misuse)
		return;
	race_enter();
	finding = race_finding_begin(RACE_RULE_MISUSE, RACE_MISUSE_THREAD);
	if (finding) {
		add_gone(finding, self, &was, way, pc);
		race_finding_tell(finding);
	}
	race_leave();
}

/* ---- never joined ---- */

/* The next one from slot `from` on, which has ended and waits for a join. */
static struct race_thread *leaked(uint32_t *from)
{
	struct race_thread *found = NULL;

	race_thread_lock();
	for (; *from < race_runtime.tids && !found; ++*from) {
		struct race_thread *thread = race_thread_in_slot(*from);

		if (thread && *from && thread->life->finished && thread->life->created_by_us &&
		    !thread->detached && !thread->being_joined && thread->handle &&
		    !race_slots[*from].ended_as)
			found = thread;
	}
	race_thread_unlock();
	return found;
}

/* It may have gone on in another slot than its first. */
static bool main_is_there(void)
{
	bool found = false;

	race_thread_lock();
	for (uint32_t tid = 0; tid < race_runtime.tids && !found; tid++) {
		const struct race_thread *thread = race_thread_in_slot(tid);

		found = thread && thread->words && !thread->life->number;
	}
	race_thread_unlock();
	return found;
}

void race_misuse_leaks(void)
{
	struct race_finding *finding;
	struct race_thread *thread;
	uint32_t slot = 1;

	/* A main thread that leaves before the others lets the process end with the last one:
	 * nobody was meant to join. */
	if (!race_options.report_thread_leaks || !main_is_there())
		return;
	race_enter();
	while ((thread = leaked(&slot))) {
		finding = race_finding_begin(RACE_RULE_THREAD, "THREAD NEVER JOINED NOR DETACHED");
		if (!finding)
			break;
		race_finding_add_creation(finding, thread);
		if (finding->count)
			finding->section[0].words = "%T has ended, and was created at:";
		race_finding_tell(finding);
	}
	race_leave();
}
