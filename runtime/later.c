/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * later.c - signals that arrive while another thread forks (later.h). When there is no room
 * for one, its handler runs at once, as it would without us.
 */
#include "later.h"

#include "platform.h"
#include "self.h"

#define MOST 64

enum { FREE, TAKEN, FULL, SENT };

static struct later {
	uint32_t state;
	int32_t tid;
	siginfo_t info;
} kept[MOST];

static bool change(struct later *one, uint32_t from, uint32_t to)
{
	return __atomic_compare_exchange_n(&one->state, &from, to, false, __ATOMIC_ACQ_REL,
	                                   __ATOMIC_RELAXED);
}

static bool forking(void)
{
	return __atomic_load_n(&race_stopping, __ATOMIC_SEQ_CST) >= RACE_FORKING;
}

static bool by_process_itself(const siginfo_t *info)
{
	return (info->si_code == SI_USER || info->si_code == SI_TKILL ||
	        info->si_code == SI_QUEUE) && info->si_pid == race_sys_getpid();
}

/* One of them that waits stands for all, as in the kernel; but real-time signals do not. */
static bool waits_already(int32_t tid, int number)
{
	for (const struct later *one = kept; one < kept + MOST; one++)
		if (race_load(&one->state) == FULL && one->tid == tid &&
		    one->info.si_signo == number)
			return number < __SIGRTMIN;
	return false;
}

bool race_later_keep(const siginfo_t *info)
{
	struct later *one = kept;
	int32_t tid;

	if (race_likely(!forking()) || by_process_itself(info))
		return false;
	tid = race_sys_gettid();
	if (waits_already(tid, info->si_signo))
		return true;
	while (one < kept + MOST && !change(one, FREE, TAKEN))
		one++;
	if (one == kept + MOST)
		return false;
	one->tid = tid;
	one->info = *info;
	__atomic_store_n(&one->state, FULL, __ATOMIC_SEQ_CST);
	if (!forking()) /* who forked may have looked already */
		race_later_send();
	return true;
}

/* The kernel lets no thread tell another what came with a signal of somebody else's: it is
 * sent plainly, and its handler finds here what came. A thread that has ended meanwhile
 * leaves it to the others. */
void race_later_send(void)
{
	int32_t process = race_sys_getpid();

	for (struct later *one = kept; one < kept + MOST; one++) {
		int32_t tid, number;

		if (race_load(&one->state) != FULL || !change(one, FULL, TAKEN))
			continue;
		tid = one->tid;
		number = one->info.si_signo;
		race_store_release(&one->state, SENT);
		if (race_syscall(__NR_tgkill, process, tid, number, 0, 0, 0) == 0 ||
		    !change(one, SENT, FREE))
			continue;
		race_syscall(__NR_kill, process, number, 0, 0, 0, 0);
	}
}

void race_later_came(siginfo_t *info)
{
	int32_t tid;

	if (race_likely(info->si_code != SI_TKILL) || info->si_pid != race_sys_getpid())
		return;
	tid = race_sys_gettid();
	for (struct later *one = kept; one < kept + MOST; one++) {
		if (race_load(&one->state) != SENT || one->tid != tid ||
		    one->info.si_signo != info->si_signo || !change(one, SENT, TAKEN))
			continue;
		*info = one->info;
		race_store_release(&one->state, FREE);
		return;
	}
}

void race_later_forget(void)
{
	for (struct later *one = kept; one < kept + MOST; one++)
		race_store(&one->state, FREE);
}
