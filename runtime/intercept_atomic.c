/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * intercept_atomic.c - what compilers call in libatomic where the machine has no
 * instruction: __atomic_load_16 and its like for 1 to 16 bytes, and __atomic_load(size, ...)
 * for any size. We need no libatomic behind us. An object that fits an instruction is
 * used by that instruction, so that inlined code elsewhere may use it, too; any other is
 * copied under the lock of its sync object, as every user of it comes through here.
 *
 * A program that forgot -latomic therefore links with us.
 */
#include "atomic_perform.h"

#define CALLER ((uint64_t)__builtin_return_address(0))

/* The compiler has these names built in: they are given as symbols only. */
#define LIBRARY(type, name, params)                                                     \
	RACE_EXPORT type library_##name params __asm__("__atomic_" #name)               \
		__attribute__((weak));                                                  \
	type library_##name params

/* An order may carry hints for lock elision in its high bits. */
static inline uint32_t order_of(int order)
{
	return (uint32_t)order & 7;
}

#define READ_SITE(n) (&(struct race_site){ .kind = RACE_ATOMIC_READ, .bytes = (n) })
#define WRITE_SITE(n) (&(struct race_site){ .kind = RACE_ATOMIC_WRITE, .bytes = (n) })

/* ---- by width ---- */

#define LIBRARY_RMW(n, bits, type, name, what)                                          \
	LIBRARY(type, fetch_##name##_##n, (type *addr, type operand, int order))        \
	{                                                                               \
		return perform_rmw##bits(addr, operand, what, order_of(order),          \
		                         WRITE_SITE(n), CALLER);                        \
	}                                                                               \
                                                                                        \
	LIBRARY(type, name##_fetch_##n, (type *addr, type operand, int order))          \
	{                                                                               \
		type before = perform_rmw##bits(addr, operand, what, order_of(order),   \
		                                WRITE_SITE(n), CALLER);                 \
                                                                                        \
		return bits_result##bits(before, operand, what);                        \
	}

#define LIBRARY_WIDTH(n, bits, type)                                                    \
	LIBRARY(type, load_##n, (type *addr, int order))                                \
	{                                                                               \
		return perform_load##bits(addr, order_of(order), READ_SITE(n), CALLER); \
	}                                                                               \
                                                                                        \
	LIBRARY(void, store_##n, (type *addr, type value, int order))                   \
	{                                                                               \
		perform_store##bits(addr, value, order_of(order), WRITE_SITE(n), CALLER); \
	}                                                                               \
                                                                                        \
	LIBRARY(type, exchange_##n, (type *addr, type value, int order))                \
	{                                                                               \
		return perform_rmw##bits(addr, value, RACE_RMW_XCHG, order_of(order),   \
		                         WRITE_SITE(n), CALLER);                        \
	}                                                                               \
                                                                                        \
	LIBRARY(bool, test_and_set_##n, (type *addr, int order))                        \
	{                                                                               \
		return perform_rmw8((uint8_t *)addr, 1, RACE_RMW_XCHG, order_of(order), \
		                    WRITE_SITE(1), CALLER);                             \
	}                                                                               \
                                                                                        \
	LIBRARY(bool, compare_exchange_##n,                                             \
	        (type *addr, type *expected, type desired, int success, int failure))   \
	{                                                                               \
		type wanted = *expected;                                                \
		type found = perform_cas##bits(addr, wanted, desired, order_of(success), \
		                               order_of(failure), WRITE_SITE(n), CALLER); \
                                                                                        \
		*expected = found;                                                      \
		return found == wanted;                                                 \
	}                                                                               \
                                                                                        \
	LIBRARY_RMW(n, bits, type, add, RACE_RMW_ADD)                                   \
	LIBRARY_RMW(n, bits, type, sub, RACE_RMW_SUB)                                   \
	LIBRARY_RMW(n, bits, type, and, RACE_RMW_AND)                                   \
	LIBRARY_RMW(n, bits, type, or, RACE_RMW_OR)                                     \
	LIBRARY_RMW(n, bits, type, xor, RACE_RMW_XOR)                                   \
	LIBRARY_RMW(n, bits, type, nand, RACE_RMW_NAND)

LIBRARY_WIDTH(1, 8, uint8_t)
LIBRARY_WIDTH(2, 16, uint16_t)
LIBRARY_WIDTH(4, 32, uint32_t)
LIBRARY_WIDTH(8, 64, uint64_t)
LIBRARY_WIDTH(16, 128, unsigned __int128)

/* ---- any size ---- */

/* The width whose instruction does, or 0. */
static uint32_t width_of(size_t bytes, const void *addr)
{
	bool fits = bytes && bytes <= 16 && !(bytes & (bytes - 1));

	return fits && !((uint64_t)addr & (bytes - 1)) ? bytes : 0;
}

/* Not libc's, which may be stood in for. */
static inline void copy(void *to, const void *from, size_t bytes)
{
	__asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static bool equal(const uint8_t *a, const uint8_t *b, size_t bytes)
{
	while (bytes && *a == *b)
		a++, b++, bytes--;
	return !bytes;
}

/* The caller's own variable, a plain access on its behalf. */
static void touch(const void *addr, size_t bytes, enum race_kind kind, uint64_t pc)
{
	if (race_runtime.threaded)
		race_access(race_self(), (uint64_t)addr, bytes, kind,
		            race_site_of(pc, kind, bytes));
}

#define OPERATION(memory, size)                                                         \
	struct race_found room[RACE_FOUND_HELD];                                        \
	struct operation op = { .addr = (uint64_t)(memory), .bytes = (size),            \
		                .site = WRITE_SITE((size) <= UINT16_MAX ? (size) : 0),  \
		                .pc = CALLER };                                         \
	bool threaded = begin(&op, room)

#define EACH_WIDTH(WIDTH)                                                               \
	WIDTH(1, 8, uint8_t)                                                            \
	WIDTH(2, 16, uint16_t)                                                          \
	WIDTH(4, 32, uint32_t)                                                          \
	WIDTH(8, 64, uint64_t)                                                          \
	WIDTH(16, 128, unsigned __int128)

LIBRARY(void, load, (size_t bytes, void *addr, void *result, int order))
{
	touch(result, bytes, RACE_WRITE, CALLER);
	switch (width_of(bytes, addr)) {
#define WIDTH(n, bits, type)                                                            \
	case n: {                                                                       \
		type found = perform_load##bits(addr, order_of(order), READ_SITE(n),    \
		                                CALLER);                                \
		copy(result, &found, n);                                              \
		return;                                                                 \
	}
	EACH_WIDTH(WIDTH)
#undef WIDTH
	}
	OPERATION(addr, bytes);
	if (threaded)
		order_load(op.self, op.sync, order_of(order));
	copy(result, addr, bytes);
	if (threaded) {
		check(&op, RACE_ATOMIC_READ);
		end(&op);
	}
}

LIBRARY(void, store, (size_t bytes, void *addr, void *value, int order))
{
	touch(value, bytes, RACE_READ, CALLER);
	switch (width_of(bytes, addr)) {
#define WIDTH(n, bits, type)                                                            \
	case n: {                                                                       \
		type desired;                                                           \
		copy(&desired, value, n);                                             \
		perform_store##bits(addr, desired, order_of(order), WRITE_SITE(n), CALLER); \
		return;                                                                 \
	}
	EACH_WIDTH(WIDTH)
#undef WIDTH
	}
	OPERATION(addr, bytes);
	if (threaded) {
		op.released = releases(order_of(order));
		order_store(op.self, op.sync, order_of(order));
		check(&op, RACE_ATOMIC_WRITE);
	}
	copy(addr, value, bytes);
	if (threaded)
		end(&op);
}

LIBRARY(void, exchange, (size_t bytes, void *addr, void *value, void *result, int order))
{
	touch(value, bytes, RACE_READ, CALLER);
	touch(result, bytes, RACE_WRITE, CALLER);
	switch (width_of(bytes, addr)) {
#define WIDTH(n, bits, type)                                                            \
	case n: {                                                                       \
		type found;                                                             \
		copy(&found, value, n);                                               \
		found = perform_rmw##bits(addr, found, RACE_RMW_XCHG, order_of(order),  \
		                          WRITE_SITE(n), CALLER);                       \
		copy(result, &found, n);                                              \
		return;                                                                 \
	}
	EACH_WIDTH(WIDTH)
#undef WIDTH
	}
	OPERATION(addr, bytes);
	if (threaded) {
		op.released = releases(order_of(order));
		order_modify(op.self, op.sync, order_of(order));
		check(&op, RACE_ATOMIC_WRITE);
	}
	/* result may be value. */
	for (size_t i = 0; i < bytes; i++) {
		uint8_t desired = ((uint8_t *)value)[i];

		((uint8_t *)result)[i] = ((uint8_t *)addr)[i];
		((uint8_t *)addr)[i] = desired;
	}
	if (threaded)
		end(&op);
}

static void order_cas(struct operation *op, bool done, uint32_t success, uint32_t failure)
{
	op->released = done && releases(success);
	if (done)
		order_modify(op->self, op->sync, success);
	else
		order_load(op->self, op->sync, failure);
	check(op, done ? RACE_ATOMIC_WRITE : RACE_ATOMIC_READ);
}

LIBRARY(bool, compare_exchange, (size_t bytes, void *addr, void *expected, void *desired,
                                 int success, int failure))
{
	bool done;

	touch(expected, bytes, RACE_READ, CALLER);
	touch(desired, bytes, RACE_READ, CALLER);
	switch (width_of(bytes, addr)) {
#define WIDTH(n, bits, type)                                                            \
	case n: {                                                                       \
		type wanted, found, value;                                              \
		copy(&wanted, expected, n);                                           \
		copy(&value, desired, n);                                             \
		found = perform_cas##bits(addr, wanted, value, order_of(success),       \
		                          order_of(failure), WRITE_SITE(n), CALLER);    \
		if (found == wanted)                                                    \
			return true;                                                    \
		touch(expected, bytes, RACE_WRITE, CALLER);                             \
		copy(expected, &found, n);                                            \
		return false;                                                           \
	}
	EACH_WIDTH(WIDTH)
#undef WIDTH
	}
	OPERATION(addr, bytes);
	done = equal(addr, expected, bytes);
	if (threaded)
		order_cas(&op, done, order_of(success), order_of(failure));
	copy(done ? addr : expected, done ? desired : addr, bytes);
	if (threaded)
		end(&op);
	if (!done)
		touch(expected, bytes, RACE_WRITE, CALLER);
	return done;
}
