/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_load.c - libraries come and go while the program runs.
 *
 * A library's constructors run in the thread that opens it first: whoever opens it later
 * comes after them. Opening orders nothing else; only a load that brings something new
 * comes after the loads before it, whose code and data it binds to. dlopen itself has no
 * stand-in, because the loader searches by where it is called from: instrumented code
 * calls us before and after it.
 *
 * Closing a library comes before the destructors that the last close of it runs. What was
 * remembered of its memory is dropped then: the next mapping there is something else. Its
 * places in the program keep their names (symbolize.h).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <link.h>

#include "alloc.h"
#include "closed.h"
#include "intercept.h"
#include "platform.h"
#include "rebind.h"
#include "shadow.h"
#include "sync.h"

/* A module that is mapped. The first two are bytes for their address: sync objects. */
struct module {
	char opened[8], closing[8];
	struct module *next;
	uint64_t base, low, high;
	struct race_file *file;
	uint64_t seen; /* by which survey last */
};

static struct module *modules;
static char loads[8]; /* all that brought something new */
static uint64_t surveys;
static struct race_spin lock; /* over the list; taken within the loader's lock */

static struct module *module_at(uint64_t base)
{
	struct module *module = modules;

	while (module && module->base != base)
		module = module->next;
	return module;
}

/* ---- one at a time ----
 * What the loader's lock does, and for a little longer: until the first opener has told of
 * its load, until what was closed is forgotten. */

static uint32_t turn; /* 0 free, 1 taken, 2 taken and somebody waits */
static const struct race_thread *holder;
static uint32_t depth;

static void take_turn(const struct race_thread *self)
{
	uint32_t nobody = 0;

	if (race_load(&holder) == self) {
		depth++;
		return;
	}
	if (!__atomic_compare_exchange_n(&turn, &nobody, 1, false, __ATOMIC_ACQUIRE,
	                                 __ATOMIC_RELAXED))
		while (__atomic_exchange_n(&turn, 2, __ATOMIC_ACQUIRE) != 0)
			race_futex_wait(&turn, 2, NULL);
	race_store(&holder, self);
	depth = 1;
}

static void give_turn(const struct race_thread *self)
{
	if (race_load(&holder) != self || --depth)
		return;
	race_store(&holder, NULL);
	if (__atomic_exchange_n(&turn, 0, __ATOMIC_RELEASE) == 2)
		race_futex_wake(&turn, 1);
}

void race_intercept_load_forked(const struct race_thread *self)
{
	if (race_load(&holder) == self)
		return;
	race_store(&holder, NULL);
	race_store(&turn, 0);
}

/* ---- what is mapped ---- */

static void span(const struct dl_phdr_info *info, struct module *module)
{
	module->low = ~0ull;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *header = &info->dlpi_phdr[i];
		uint64_t low = info->dlpi_addr + header->p_vaddr;

		if (header->p_type != PT_LOAD)
			continue;
		if (low < module->low)
			module->low = low;
		if (low + header->p_memsz > module->high)
			module->high = low + header->p_memsz;
	}
}

struct survey {
	struct race_thread *opener; /* releases to what is new, unless NULL */
	uint64_t number;
};

static int look(struct dl_phdr_info *info, size_t size, void *data)
{
	struct survey *survey = data;
	struct module *module;

	(void)size;
	race_spin_take(&lock);
	module = module_at(info->dlpi_addr);
	if (!module) {
		module = race_alloc(sizeof(*module));
		module->base = info->dlpi_addr;
		module->file = race_file_note(info->dlpi_name);
		span(info, module);
		if (survey->opener)
			race_sync_release_at(survey->opener, (uint64_t)module->opened);
		module->next = modules;
		modules = module;
	}
	if (module->seen < survey->number)
		module->seen = survey->number;
	race_spin_give(&lock);
	return 0;
}

static uint64_t survey(struct race_thread *opener)
{
	struct survey survey = { .opener = opener };

	survey.number = __atomic_add_fetch(&surveys, 1, __ATOMIC_SEQ_CST);
	race_enter();
	dl_iterate_phdr(look, &survey);
	race_leave();
	return survey.number;
}

void race_intercept_load_init(void)
{
	survey(NULL);
}

/* ---- open ---- */

RACE_EXPORT void __race_opening(void);
RACE_EXPORT void __race_opened(const struct link_map *handle);

void __race_opening(void)
{
	int kept = errno;

	if (race_is_watching())
		take_turn(race_self());
	errno = kept;
}

/* The sync object of the module there, or 0. */
static uint64_t object_of(uint64_t base, bool closing)
{
	const struct module *module;

	race_enter();
	race_spin_take(&lock);
	module = module_at(base);
	race_spin_give(&lock);
	race_leave();
	return module ? (uint64_t)(closing ? module->closing : module->opened) : 0;
}

static void open_new(struct race_thread *self)
{
	race_sync_acquire_at(self, (uint64_t)loads);
	survey(self);
	race_sync_release_at(self, (uint64_t)loads);
}

void __race_opened(const struct link_map *handle)
{
	struct race_thread *self;
	uint64_t object;
	int kept = errno;

	if (!race_is_watching())
		return;
	self = race_self();
	object = handle ? object_of(handle->l_addr, false) : 0;
	if (object)
		race_sync_acquire_at(self, object);
	else if (handle)
		open_new(self);
	give_turn(self);
	race_rebind_new();
	errno = kept;
}

/* ---- close ---- */

static void forget(const struct module *module)
{
	uint64_t bytes = module->high - module->low;

	race_shadow_clear(module->low, bytes);
	race_sync_forget(module->low, bytes);
	race_closed_add(module->file, module->base, module->low, module->high);
}

static void forget_closed(void)
{
	struct module **link, *module, *gone = NULL;
	uint64_t number = survey(NULL);

	race_enter();
	race_spin_take(&lock);
	for (link = &modules; (module = *link);) {
		if (module->seen >= number) {
			link = &module->next;
			continue;
		}
		*link = module->next;
		module->next = gone;
		gone = module;
	}
	race_spin_give(&lock);
	while ((module = gone)) {
		gone = module->next;
		forget(module);
		race_sync_forget((uint64_t)module, 16);
		race_free(module, sizeof(*module));
	}
	race_leave();
}

RACE_STAND_IN(int, dlclose, (void *handle))
{
	struct race_thread *self;
	uint64_t object;
	int result, kept;

	if (!race_is_watching() || !handle)
		return RACE_REAL(dlclose)(handle);
	self = race_self();
	take_turn(self);
	survey(NULL);
	object = object_of(((const struct link_map *)handle)->l_addr, true);
	if (object) {
		race_sync_acquire_at(self, object);
		race_sync_release_at(self, object);
	}
	result = RACE_REAL(dlclose)(handle);
	kept = errno;
	forget_closed();
	give_turn(self);
	errno = kept;
	return result;
}
