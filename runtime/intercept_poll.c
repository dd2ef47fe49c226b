/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_poll.c - waiting until a descriptor is ready: who is told comes after who
 * sent what made it so. Of epoll, after who registered the descriptor, too.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>

#include "descriptor.h"
#include "intercept_touch.h"

/* ---- poll ---- */

#define SOMETHING_IN (POLLIN | POLLRDNORM | POLLPRI | POLLHUP | POLLERR | POLLRDHUP)

static int polled(const struct race_caller *by, int result, const struct pollfd *fds, nfds_t count)
{
	int left = result;

	for (nfds_t i = 0; result >= 0 && i < count && by->instrumented && race_is_threaded(); i++) {
		race_reads(by, &fds[i], offsetof(struct pollfd, revents));
		race_writes(by, &fds[i].revents, sizeof(fds[i].revents));
	}

	for (nfds_t i = 0; left > 0 && i < count && race_is_threaded(); i++) {
		left -= fds[i].revents != 0;
		if (fds[i].revents & SOMETHING_IN)
			race_wire_acquire(race_descriptor_wires(fds[i].fd).in);
	}
	return result;
}

RACE_STAND_IN_FOR(int, poll, (struct pollfd *fds, nfds_t count, int ms), (fds, count, ms))
{
	return polled(&by, RACE_CALL_WAITS(-1, by.pc, "poll",
	                                RACE_REAL(poll)(fds, count, ms)), fds, count);
}

RACE_STAND_IN_FOR(int, ppoll,
                  (struct pollfd *fds, nfds_t count, const struct timespec *time,
                   const sigset_t *mask),
                  (fds, count, time, mask))
{
	race_reads_time(&by, time);
	race_reads_signals(&by, mask);
	return polled(&by, RACE_CALL_WAITS(-1, by.pc, "ppoll",
	                                RACE_REAL(ppoll)(fds, count, time, mask)), fds, count);
}

extern int __poll_chk(struct pollfd *fds, nfds_t count, int ms, size_t room);
RACE_STAND_IN_NAMED(int, __poll_chk, "poll()",
                  (struct pollfd *fds, nfds_t count, int ms, size_t room),
                  (fds, count, ms, room))
{
	return polled(&by, RACE_REAL(__poll_chk)(fds, count, ms, room), fds, count);
}

extern int __ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *time,
                       const sigset_t *mask, size_t room);
RACE_STAND_IN_NAMED(int, __ppoll_chk, "ppoll()",
                  (struct pollfd *fds, nfds_t count, const struct timespec *time,
                   const sigset_t *mask, size_t room),
                  (fds, count, time, mask, room))
{
	race_reads_time(&by, time);
	race_reads_signals(&by, mask);
	return polled(&by, RACE_REAL(__ppoll_chk)(fds, count, time, mask, room), fds, count);
}

/* ---- select: sets of any size, as words ---- */

static void look_through(const fd_set *set, int count)
{
	const uint64_t *words = (const uint64_t *)set;

	for (int i = 0; set && i < count; i += 64)
		for (uint64_t word = words[i / 64]; word; word &= word - 1)
			race_wire_acquire(race_descriptor_wires(i + __builtin_ctzll(word)).in);
}

static int selected(const struct race_caller *by, int result, int count, const fd_set *in,
                    const fd_set *out, const fd_set *odd)
{
	size_t bytes = result >= 0 && count > 0 ? ((size_t)count + 63) / 64 * 8 : 0;

	race_writes(by, in, in ? bytes : 0);
	race_writes(by, out, out ? bytes : 0);
	race_writes(by, odd, odd ? bytes : 0);
	if (result > 0 && race_is_threaded()) {
		look_through(in, count);
		look_through(odd, count);
	}
	return result;
}

RACE_STAND_IN_FOR(int, select,
                  (int count, fd_set *restrict in, fd_set *restrict out,
                   fd_set *restrict odd, struct timeval *restrict time),
                  (count, in, out, odd, time))
{
	race_reads(&by, time, time ? sizeof(*time) : 0);
	return selected(&by, RACE_CALL_WAITS(-1, by.pc, "select",
	                                RACE_REAL(select)(count, in, out, odd, time)), count, in, out, odd);
}

RACE_STAND_IN_FOR(int, pselect,
                  (int count, fd_set *restrict in, fd_set *restrict out,
                   fd_set *restrict odd, const struct timespec *restrict time,
                   const sigset_t *restrict mask),
                  (count, in, out, odd, time, mask))
{
	race_reads_time(&by, time);
	race_reads_signals(&by, mask);
	return selected(&by, RACE_CALL_WAITS(-1, by.pc, "pselect",
	                                RACE_REAL(pselect)(count, in, out, odd, time, mask)), count, in, out, odd);
}

/* ---- epoll: an event brings what the program registered, not the descriptor ---- */

static int registered[RACE_WIRES_NAMED]; /* descriptor + 1, by number of the wire */

static uint64_t registration(uint64_t epoll, const struct epoll_event *event)
{
	return race_wire_of(epoll, event->data.u64);
}

RACE_STAND_IN_FOR(int, epoll_ctl, (int epoll, int what, int fd, struct epoll_event *event),
                  (epoll, what, fd, event))
{
	uint64_t wire;

	if (event && what != EPOLL_CTL_DEL)
		race_reads(&by, event, sizeof(*event));
	if (race_runtime.ready && event && what != EPOLL_CTL_DEL) {
		wire = registration(race_descriptor_wires(epoll).in, event);
		race_store(&registered[race_wire_number(wire)], fd + 1);
		race_wire_release(wire);
	}
	return RACE_REAL(epoll_ctl)(epoll, what, fd, event);
}

static void woken(int result, int epoll, const struct epoll_event *events)
{
	uint64_t own, wire;

	if (result <= 0 || !race_is_threaded())
		return;
	own = race_descriptor_wires(epoll).in;
	for (int i = 0; i < result; i++) {
		wire = registration(own, &events[i]);
		race_wire_acquire(wire);
		if (events[i].events & SOMETHING_IN)
			race_wire_acquire(race_descriptor_wires(
				race_load(&registered[race_wire_number(wire)]) - 1).in);
	}
}

static int waited(const struct race_caller *by, int result, int epoll,
                  const struct epoll_event *events)
{
	woken(result, epoll, events);
	race_writes(by, events, result > 0 ? (size_t)result * sizeof(*events) : 0);
	return result;
}

RACE_STAND_IN_FOR(int, epoll_wait,
                  (int epoll, struct epoll_event *events, int most, int ms),
                  (epoll, events, most, ms))
{
	return waited(&by, RACE_CALL_WAITS(epoll, by.pc, "epoll_wait",
	                                RACE_REAL(epoll_wait)(epoll, events, most, ms)), epoll, events);
}

RACE_STAND_IN_FOR(int, epoll_pwait,
                  (int epoll, struct epoll_event *events, int most, int ms,
                   const sigset_t *mask),
                  (epoll, events, most, ms, mask))
{
	race_reads_signals(&by, mask);
	return waited(&by, RACE_CALL_WAITS(epoll, by.pc, "epoll_pwait",
	                                RACE_REAL(epoll_pwait)(epoll, events, most, ms, mask)), epoll, events);
}

RACE_STAND_IN_FOR(int, epoll_pwait2,
                  (int epoll, struct epoll_event *events, int most,
                   const struct timespec *time, const sigset_t *mask),
                  (epoll, events, most, time, mask))
{
	race_reads_time(&by, time);
	race_reads_signals(&by, mask);
	return waited(&by, RACE_REAL(epoll_pwait2)(epoll, events, most, time, mask), epoll, events);
}
