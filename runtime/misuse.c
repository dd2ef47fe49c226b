/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * misuse.c - findings about single calls on locks (misuse.h). Where a lock was taken is in
 * its holder's list; where one was destroyed, in a table of the last ones.
 */
#define _GNU_SOURCE
#include "misuse.h"

#include <pthread.h>

#include "blocker.h"
#include "module.h"
#include "options.h"
#include "platform.h"
#include "slot.h"
#include "unwind.h"

struct race_section *race_misuse_now(struct race_finding *finding, struct race_thread *self,
				     const char *words, uint64_t lock, uint64_t kind, uint64_t pc)
{
	struct race_section *section = race_finding_add(finding, words, self);

	section->lock.addr = lock;
	section->lock.kind = kind;
	race_unwind(pc, &section->stack);
	return section;
}

static void add_hold(struct race_finding *finding, const struct race_thread *holder,
		     const struct race_hold *hold)
{
	struct race_section *section = race_finding_add(finding, "%T took %l at:", holder);

	section->lock = *hold;
	race_hold_stack(hold, &section->stack);
}

/* Where another thread took it, if a list has it. */
static bool add_taken(struct race_finding *finding, const struct race_thread *self, uint64_t lock)
{
	struct race_thread *holder;
	struct race_hold hold;

	race_thread_lock();
	holder = race_blocker_other(self, lock, &hold);
	race_thread_unlock();
	if (!holder)
		return false;
	add_hold(finding, holder, &hold);
	race_finding_add_creation(finding, holder);
	return true;
}

/* One place now, and where the lock was taken: by `own`, else by another thread. */
static void tell(struct race_thread *self, const char *words, uint64_t lock, uint64_t kind,
		 const struct race_hold *own, uint64_t pc)
{
	struct race_finding *finding;

	if (!race_options.report_misuse)
		return;
	race_enter();
	finding = race_finding_begin(RACE_RULE_MISUSE, RACE_MISUSE_LOCK);
	if (finding) {
		race_misuse_now(finding, self, words, lock, kind, pc);
		if (own)
			add_hold(finding, self, own);
		else
			add_taken(finding, self, lock);
		race_finding_add_creation(finding, self);
		race_finding_tell(finding);
	}
	race_leave();
}

/* ---- unlock ---- */

static bool same_sort(uint64_t a, uint64_t b)
{
	return a == b || (a == RACE_HOLD_WRITE && b == RACE_HOLD_READ) ||
	       (a == RACE_HOLD_READ && b == RACE_HOLD_WRITE);
}

static const char *other_sort_words(enum race_hold_kind kind)
{
	return kind == RACE_HOLD_MUTEX ? "%T unlocks %l as if it were a mutex, at:" :
	       kind == RACE_HOLD_SPIN  ? "%T unlocks %l as if it were a spin lock, at:" :
					 "%T unlocks %l as if it were a reader-writer lock, at:";
}

/* The lock is given back here, and stands no more in the list of who took it. */
static void take_from_other(const struct race_thread *self, uint64_t lock)
{
	struct race_thread *holder;
	struct race_hold hold;

	race_thread_lock();
	holder = race_blocker_other(self, lock, &hold);
	if (holder)
		race_held_lose(holder, lock);
	race_thread_unlock();
}

void race_misuse_unlock(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			int32_t owner, uint64_t pc)
{
	const struct race_hold *own = race_held_find(self, lock);
	struct race_hold hold;

	/* Taken before the fork by the thread that this one is a copy of. */
	if (owner && owner == self->kernel_tid_before_fork)
		return;
	if (own && !same_sort(own->kind, kind)) {
		hold = *own;
		tell(self, other_sort_words(kind), lock, hold.kind, &hold, pc);
		return;
	}
	tell(self, owner ? "%T unlocks %l, which another thread holds, at:" :
			   "%T unlocks %l, which nobody holds, at:", lock, kind, NULL, pc);
	if (owner)
		take_from_other(self, lock);
}

/* As many others hold it as libc counts: twice, because they come and go. */
static bool are_all_others(const struct race_thread *self, uint64_t lock, uint32_t readers)
{
	bool all;

	race_thread_lock();
	all = race_blocker_count_others(self, lock) >= readers &&
	      race_blocker_count_others(self, lock) >= readers;
	race_thread_unlock();
	return all;
}

void race_misuse_unlock_read(struct race_thread *self, uint64_t lock, uint32_t readers, uint64_t pc)
{
	if (!readers || are_all_others(self, lock, readers))
		race_misuse_unlock(self, lock, RACE_HOLD_READ, readers ? -1 : 0, pc);
}

void race_misuse_unlock_custom(struct race_thread *self, uint64_t lock, bool shared, uint64_t pc)
{
	const struct race_hold *own = race_held_find(self, lock);
	struct race_hold hold;

	/* A lock may be taken in both ways, one inside the other. */
	for (uint32_t i = self->holds_count; i--;)
		if (self->holds[i].addr == lock && race_hold_is_shared(self->holds[i].kind) == shared)
			return;
	if (!own)
		return;
	hold = *own;
	tell(self, shared ? "%T gives %l back as a reader, and took it to write, at:" :
			    "%T gives %l back as a writer, and took it to read, at:", lock, hold.kind,
	     &hold, pc);
}

/* ---- destroy ---- */

/* In the child of fork the holder may not exist; then the memory is the child's to use. */
void race_misuse_destroy(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
			 int32_t owner, uint64_t pc)
{
	const struct race_hold *own = race_held_find(self, lock);
	struct race_finding *finding;

	if (!race_options.report_misuse || owner == self->kernel_tid_before_fork ||
	    (owner < 0 && self->kernel_tid_before_fork))
		return;
	race_enter();
	finding = race_finding_begin(RACE_RULE_MISUSE, RACE_MISUSE_LOCK);
	if (finding) {
		race_misuse_now(finding, self, "%T destroys %l, which is held, at:", lock, kind, pc);
		if (own)
			add_hold(finding, self, own);
		if (own || add_taken(finding, self, lock))
			race_finding_tell(finding);
		else
			race_sys_munmap(finding, sizeof(*finding));
	}
	race_leave();
}

void race_misuse_wait(struct race_thread *self, uint64_t mutex, uint64_t pc)
{
	const pthread_mutex_t *of = (const pthread_mutex_t *)mutex;

	if (of->__data.__owner && of->__data.__owner == self->kernel_tid_before_fork)
		return;
	tell(self, "%T waits on a condition without holding %l at:", mutex, RACE_HOLD_MUTEX, NULL,
	     pc);
}

/* ---- after the end ---- */

#define REMEMBERED 4096
static struct race_hold destroyed[REMEMBERED]; /* by address, as if it had been taken there */

static struct race_hold *place_of(uint64_t lock)
{
	return &destroyed[(lock >> 3) * 0x9e3779b97f4a7c15ull >> 52];
}

void race_misuse_note(struct race_hold *place, struct race_thread *self, uint64_t what,
		      uint64_t kind, uint64_t pc)
{

	race_store(&place->addr, 0);
	race_store(&place->kind, kind);
	race_thread_frames(self, pc, place->pc, RACE_HOLD_FRAMES);
	race_store_release(&place->addr, what);
}

void race_misuse_destroyed(struct race_thread *self, uint64_t lock, uint64_t pc)
{
	race_misuse_note(place_of(lock), self, lock, 0, pc);
}

bool race_misuse_is_destroyed(uint64_t lock)
{
	return race_load(&place_of(lock)->addr) == lock;
}

void race_misuse_made(uint64_t lock)
{
	if (race_misuse_is_destroyed(lock))
		race_store(&place_of(lock)->addr, 0);
}

void race_misuse_use(struct race_thread *self, uint64_t lock, enum race_hold_kind kind,
		     bool was_destroyed, uint64_t pc)
{
	struct race_hold place = *place_of(lock);
	struct race_finding *finding;
	struct race_section *section;

	if (!race_options.report_misuse || self->library_locks)
		return;
	race_enter();
	finding = race_finding_begin(RACE_RULE_MISUSE, RACE_MISUSE_LOCK);
	if (finding) {
		race_misuse_now(finding, self,
				was_destroyed ? "%T uses %l, which was destroyed, at:" :
						"%T uses %l, which was never initialised, or was "
						"written over, at:",
				lock, kind, pc);
		if (was_destroyed && place.addr == lock) {
			section = race_finding_add(finding, "It was destroyed at:", self);
			race_hold_stack(&place, &section->stack);
		}
		race_finding_tell(finding);
	}
	race_leave();
}

/* Of memory that may be gone: a lock that another thread gave back, and freed, stays in the
 * list of the one that took it. */
static bool copy_of(uint64_t lock, void *copy, size_t bytes)
{
	struct { void *start; size_t bytes; } to = { copy, bytes }, from = { (void *)lock, bytes };

	return race_syscall(__NR_process_vm_readv, race_sys_getpid(), (long)&to, 1, (long)&from, 1, 0) ==
	       (long)bytes;
}

static bool is_static(uint64_t lock)
{
	race_module_refresh();
	return race_module_bounds(race_module_book(), lock) != NULL;
}

/* Those that do not say who has them are believed where no block can have been freed. */
static bool still_has(const struct race_thread *self, const struct race_hold *hold)
{
	pthread_rwlock_t rwlock;
	pthread_mutex_t mutex;
	int spin;

	switch (hold->kind) {
	case RACE_HOLD_MUTEX: /* but a robust one, 16, which is made for that */
		return copy_of(hold->addr, &mutex, sizeof(mutex)) &&
		       mutex.__data.__owner == self->kernel_tid && !(mutex.__data.__kind & 16);
	case RACE_HOLD_WRITE:
		return copy_of(hold->addr, &rwlock, sizeof(rwlock)) &&
		       rwlock.__data.__cur_writer == self->kernel_tid;
	case RACE_HOLD_READ:
		return is_static(hold->addr) && copy_of(hold->addr, &rwlock, sizeof(rwlock)) &&
		       rwlock.__data.__readers >> 3;
	case RACE_HOLD_SPIN:
		return is_static(hold->addr) && copy_of(hold->addr, &spin, sizeof(spin)) && spin <= 0;
	default:
		return false;
	}
}

void race_misuse_end(struct race_thread *self)
{
	struct race_finding *finding;
	struct race_section *section;

	for (uint32_t i = 0; race_options.report_misuse && i < self->holds_count; i++) {
		if (!still_has(self, &self->holds[i]))
			continue;
		race_enter();
		finding = race_finding_begin(RACE_RULE_MISUSE, RACE_MISUSE_LOCK);
		if (finding) {
			section = race_finding_add(finding, "%T has ended with %l, which it took at:", self);
			section->lock = self->holds[i];
			race_hold_stack(&self->holds[i], &section->stack);
			race_finding_add_creation(finding, self);
			race_finding_tell(finding);
		}
		race_leave();
	}
}
