/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_semop.c - the semaphores of System V: who takes away comes after those who
 * added, who waits for zero comes after those who took away, and either after who set the
 * value. A set's number and that of the semaphore in it name its two wires.
 */
#define _GNU_SOURCE
#include <stdarg.h>
#include <sys/ipc.h>
#include <sys/sem.h>

#include "descriptor.h"
#include "intercept_touch.h"

enum way { UP, DOWN };

static uint64_t wire(int id, unsigned number, enum way way)
{
	return race_wire_of((uint64_t)id << 32 | 5, (uint64_t)number << 1 | way);
}

static void giving(const struct race_caller *by, int id, const struct sembuf *ops, size_t count)
{
	race_reads(by, ops, count * sizeof(*ops));
	for (size_t i = 0; i < count && race_is_threaded(); i++)
		if (ops[i].sem_op)
			race_wire_release(wire(id, ops[i].sem_num, ops[i].sem_op > 0 ? UP : DOWN));
}

static int taken(int result, int id, const struct sembuf *ops, size_t count)
{
	for (size_t i = 0; i < count && result == 0 && race_is_threaded(); i++)
		if (ops[i].sem_op <= 0)
			race_wire_acquire(wire(id, ops[i].sem_num, ops[i].sem_op ? UP : DOWN));
	return result;
}

RACE_STAND_IN_FOR(int, semop, (int id, struct sembuf *ops, size_t count), (id, ops, count))
{
	giving(&by, id, ops, count);
	return taken(RACE_CALL_WAITS(-1, by.pc, "semop", RACE_REAL(semop)(id, ops, count)), id,
	             ops, count);
}

RACE_STAND_IN_FOR(int, semtimedop,
                  (int id, struct sembuf *ops, size_t count, const struct timespec *time),
                  (id, ops, count, time))
{
	race_reads_time(&by, time);
	giving(&by, id, ops, count);
	return taken(RACE_CALL_WAITS(-1, by.pc, "semtimedop",
	                             RACE_REAL(semtimedop)(id, ops, count, time)),
	             id, ops, count);
}

RACE_STAND_IN(int, semctl, (int id, int number, int what, ...))
{
	va_list list;
	long arg;

	va_start(list, what);
	arg = va_arg(list, long);
	va_end(list);
	if (what == SETVAL && race_is_threaded()) {
		race_wire_release(wire(id, (unsigned)number, UP));
		race_wire_release(wire(id, (unsigned)number, DOWN));
	}
	return RACE_REAL(semctl)(id, number, what, arg);
}
