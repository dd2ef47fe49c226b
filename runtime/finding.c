/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * finding.c - a finding on its way to the user (finding.h), under the lock of reports.
 */
#include "finding.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>

#include "fingerprint.h"
#include "lock_name.h"
#include "log.h"
#include "options.h"
#include "platform.h"
#include "report.h"
#include "seen.h"
#include "suppress.h"

static struct race_told_finding *told; /* mapped at the first one, then kept */
static struct race_text words;
static uint64_t count, told_count;

static struct race_named named_of(const struct race_life *life)
{
	struct race_named named = { .number = life->number };

	for (size_t i = 0; i < sizeof(named.name); i++)
		named.name[i] = life->name[i];
	return named;
}

struct race_named race_named_of(const struct race_thread *thread)
{
	return named_of(thread->life);
}

struct race_finding *race_finding_begin(enum race_rule rule, const char *title)
{
	struct race_finding *finding = race_map(sizeof(*finding));

	if (finding) {
		finding->rule = rule;
		finding->title = title;
	}
	return finding;
}

struct race_section *race_finding_add_life(struct race_finding *finding, const char *text,
					   const struct race_life *life)
{
	struct race_section *section;

	if (finding->count == RACE_SECTIONS)
		finding->count--;
	section = &finding->section[finding->count++];
	section->words = text;
	section->thread = named_of(life);
	return section;
}

struct race_section *race_finding_add(struct race_finding *finding, const char *text,
				      const struct race_thread *thread)
{
	return race_finding_add_life(finding, text, thread->life);
}

void race_finding_add_birth(struct race_finding *finding, const struct race_life *life)
{
	struct race_section *section;

	if (!life->number || !life->created_by_us)
		return;
	section = race_finding_add_life(finding, "%T was created at:", life);
	section->stack.count = life->creation_count;
	section->stack.cut = life->creation_cut;
	for (uint32_t i = 0; i < life->creation_count; i++)
		section->stack.pc[i] = life->creation[i];
}

void race_finding_add_creation(struct race_finding *finding, const struct race_thread *thread)
{
	race_finding_add_birth(finding, thread->life);
}

/* ---- headings ---- */

static void thread_add(struct race_names *names, const struct race_named *thread, bool begins)
{
	const char *first = thread->number ? begins ? "Thread T" : "thread T" :
			    begins	   ? "Main thread" :
					     "main thread";

	race_names_add(names, first, strlen(first));
	if (thread->number) {
		struct race_number number = race_number(thread->number);

		race_names_add(names, number.text, strlen(number.text));
	}
	if (!thread->name[0])
		return;
	race_names_add(names, " '", 2);
	race_names_add(names, thread->name, strlen(thread->name));
	race_names_add(names, "'", 1);
}

static const char *heading(const struct race_section *section, struct race_names *names)
{
	const char *lock = section->lock.addr ? race_lock_name(&section->lock, names) : "";
	const char *text = race_names_begin(names);

	for (const char *c = section->words; *c; c++) {
		if (*c != '%') {
			race_names_add(names, c, 1);
			continue;
		}
		c++;
		if (*c == 'l') {
			race_names_add(names, lock, strlen(lock));
		} else if (*c == 'L') {
			char first = (char)(*lock - 'a' + 'A');

			race_names_add(names, &first, 1);
			race_names_add(names, lock + 1, strlen(lock + 1));
		}
		else
			thread_add(names, *c == 'o' ? &section->other : &section->thread, *c == 'T');
	}
	race_names_end(names);
	return text;
}

/* "Always take mutex 'a' before mutex 'b'" */
static const char *advice(const struct race_finding *finding, struct race_names *names)
{
	const char *lock[RACE_ORDERS], *text;

	if (!finding->orders)
		return "";
	for (uint32_t i = 0; i < finding->orders; i++)
		lock[i] = race_lock_name(&finding->order[i], names);
	text = race_names_begin(names);
	for (uint32_t i = 0; i < finding->orders; i++) {
		const char *words = i ? " before " : "always take ";

		race_names_add(names, words, strlen(words));
		race_names_add(names, lock[i], strlen(lock[i]));
	}
	if (finding->one_place) {
		const char *words = "; one line takes them in every order: sort them first, by address "
				    "for example";

		race_names_add(names, words, strlen(words));
	}
	race_names_end(names);
	return text;
}

static bool gather(const struct race_finding *finding)
{
	uint64_t sum = 0;

	if (!told)
		told = race_map(sizeof(*told));
	if (!told)
		return false;
	told->names.used = 0;
	told->rule = finding->rule;
	told->title = finding->title;
	told->count = finding->count;
	told->advice = advice(finding, &told->names);
	for (uint32_t i = 0; i < finding->count; i++) {
		const struct race_section *section = &finding->section[i];
		struct race_told_section *out = &told->section[i];

		out->heading = heading(section, &told->names);
		out->call = section->call;
		race_symbolize(&section->stack, &out->stack, &told->names);
		race_report_trim(&out->stack);
		/* In whatever order they stand. */
		sum += race_fingerprint(0, 0, out->call, &out->stack);
	}
	told->fingerprint = race_fingerprint_pair(sum, finding->rule);
	return true;
}

/* ---- telling ---- */

static bool format_is(const char *format)
{
	return !strcmp(race_options.format, format);
}

static void print(void)
{
	if (format_is("sarif")) {
		race_finding_sarif(&words, told);
		race_log_piece(&words, race_report_sarif_head, race_report_sarif_tail);
		return;
	}
	if (format_is("json"))
		race_finding_json(&words, told);
	else
		race_finding_text(&words, told);
	race_log_write(&words);
}

static void tell(const struct race_finding *finding)
{
	uint32_t number;

	if (!gather(finding) || race_seen_find(told->fingerprint, &number))
		return;
	race_seen_add(told->fingerprint, 0);
	if (race_suppress_finding(told))
		return;
	__atomic_store_n(&count, count + 1, __ATOMIC_RELAXED);
	if (race_options.max_reports && told_count >= race_options.max_reports)
		return;
	told_count++;
	print();
	if (race_options.halt_on_error) {
		race_report_summary();
		race_sys_exit_group((int)race_options.exitcode);
	}
}

void race_finding_tell(struct race_finding *finding)
{
	int kept = errno, cancel;

	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel);
	race_module_refresh();
	for (uint32_t i = 0; i < finding->count; i++)
		race_symbolize_prepare(&finding->section[i].stack);
	if (race_report_lock()) {
		tell(finding);
		race_report_unlock();
	}
	race_sys_munmap(finding, sizeof(*finding));
	pthread_setcancelstate(cancel, NULL);
	errno = kept;
}

uint64_t race_finding_count(void)
{
	return race_load(&count);
}

void race_finding_forget_count(void)
{
	__atomic_store_n(&count, 0, __ATOMIC_RELAXED);
	told_count = 0;
}
