/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * atomic_bits.h - the bare operations for each width: what atomic.c performs. They are
 * sequentially consistent, but for stores that ask for less. A read-modify-write without an instruction of its own is a
 * compare-exchange loop around bits_result.
 */
#ifndef RACE_ATOMIC_BITS_H
#define RACE_ATOMIC_BITS_H

#include "base.h"

enum race_rmw {
#define RACE_RMW(name, value) RACE_RMW_##name = (value),
#include "race_hooks.def"
};

/* ---- floating point, on the bits: this directory is compiled without vectors, and an
 * ordinary call may use them ---- */

static inline uint64_t bits_float_add(uint64_t a, uint64_t b, bool subtract, uint32_t width)
{
	if (width == 32 && subtract)
		__asm__("movd %k0, %%xmm0; movd %k1, %%xmm1; subss %%xmm1, %%xmm0; movd %%xmm0, %k0"
			: "+r"(a) : "r"(b));
	else if (width == 32)
		__asm__("movd %k0, %%xmm0; movd %k1, %%xmm1; addss %%xmm1, %%xmm0; movd %%xmm0, %k0"
			: "+r"(a) : "r"(b));
	else if (subtract)
		__asm__("movq %0, %%xmm0; movq %1, %%xmm1; subsd %%xmm1, %%xmm0; movq %%xmm0, %0"
			: "+r"(a) : "r"(b));
	else
		__asm__("movq %0, %%xmm0; movq %1, %%xmm1; addsd %%xmm1, %%xmm0; movq %%xmm0, %0"
			: "+r"(a) : "r"(b));
	return a;
}

/* Sign and magnitude as an integer in the same order. */
static inline int64_t bits_float_rank(uint64_t a, uint32_t width)
{
	uint64_t sign = 1ull << (width - 1);

	return a & sign ? -(int64_t)(a & (sign - 1)) : (int64_t)a;
}

static inline bool bits_float_nan(uint64_t a, uint32_t width)
{
	uint64_t magnitude = a & ((1ull << (width - 1)) - 1);

	return magnitude > (width == 32 ? 0x7f800000ull : 0x7ff0000000000000ull);
}

/* IEEE 754-2008 maxNum and minNum: a number wins over a NaN. */
static inline uint64_t bits_float_pick(uint64_t a, uint64_t b, bool larger, uint32_t width)
{
	if (bits_float_nan(a, width))
		return b;
	if (bits_float_nan(b, width))
		return a;
	return (bits_float_rank(a, width) > bits_float_rank(b, width)) == larger ? a : b;
}

static inline uint64_t bits_float_result(uint64_t a, uint64_t b, uint32_t what, uint32_t width)
{
	switch (what) {
	case RACE_RMW_FADD:
	case RACE_RMW_FSUB:
		return bits_float_add(a, b, what == RACE_RMW_FSUB, width);
	default:
		return bits_float_pick(a, b, what == RACE_RMW_FMAX, width);
	}
}

#define BITS_RESULT(bits, type, stype)                                                   \
	static inline type bits_result##bits(type a, type b, uint32_t what)              \
	{                                                                                \
		switch (what) {                                                          \
		case RACE_RMW_XCHG:                                                      \
			return b;                                                        \
		case RACE_RMW_ADD:                                                       \
			return a + b;                                                    \
		case RACE_RMW_SUB:                                                       \
			return a - b;                                                    \
		case RACE_RMW_AND:                                                       \
			return a & b;                                                    \
		case RACE_RMW_NAND:                                                      \
			return ~(a & b);                                                 \
		case RACE_RMW_OR:                                                        \
			return a | b;                                                    \
		case RACE_RMW_XOR:                                                       \
			return a ^ b;                                                    \
		case RACE_RMW_MAX:                                                       \
			return (stype)a > (stype)b ? a : b;                              \
		case RACE_RMW_MIN:                                                       \
			return (stype)a < (stype)b ? a : b;                              \
		case RACE_RMW_UMAX:                                                      \
			return a > b ? a : b;                                            \
		case RACE_RMW_UMIN:                                                      \
			return a < b ? a : b;                                            \
		case RACE_RMW_UINC_WRAP:                                                 \
			return a >= b ? 0 : a + 1;                                       \
		case RACE_RMW_UDEC_WRAP:                                                 \
			return a == 0 || a > b ? b : a - 1;                              \
		default:                                                                 \
			return (type)bits_float_result((uint64_t)a, (uint64_t)b, what, bits); \
		}                                                                        \
	}

#define BITS_SMALL(bits, type)                                                           \
	static inline type bits_load##bits(type *addr)                                   \
	{                                                                                \
		return __atomic_load_n(addr, __ATOMIC_SEQ_CST);                          \
	}                                                                                \
                                                                                         \
	static inline void bits_store##bits(type *addr, type value, bool fence)          \
	{                                                                                \
		if (fence)                                                               \
			__atomic_store_n(addr, value, __ATOMIC_SEQ_CST);                 \
		else                                                                     \
			__atomic_store_n(addr, value, __ATOMIC_RELEASE);                 \
	}                                                                                \
                                                                                         \
	static inline bool bits_cas##bits(type *addr, type *found, type desired)         \
	{                                                                                \
		return __atomic_compare_exchange_n(addr, found, desired, false,          \
		                                   __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);  \
	}

static inline bool bits_cas128(unsigned __int128 *addr, unsigned __int128 *found,
                               unsigned __int128 desired)
{
	uint64_t low = (uint64_t)*found, high = (uint64_t)(*found >> 64);
	bool done;

	__asm__ volatile("lock cmpxchg16b %1"
	                 : "=@ccz"(done), "+m"(*addr), "+a"(low), "+d"(high)
	                 : "b"((uint64_t)desired), "c"((uint64_t)(desired >> 64))
	                 : "memory");
	*found = (unsigned __int128)high << 64 | low;
	return done;
}

static inline unsigned __int128 bits_load128(unsigned __int128 *addr)
{
	unsigned __int128 found = 0;

	bits_cas128(addr, &found, 0);
	return found;
}

#define BITS_MODIFY(bits, type)                                                          \
	static inline type bits_modify##bits(type *addr, type operand, uint32_t what)    \
	{                                                                                \
		type found = bits_load##bits(addr);                                      \
                                                                                         \
		while (!bits_cas##bits(addr, &found, bits_result##bits(found, operand, what))) \
			;                                                                \
		return found;                                                            \
	}

BITS_SMALL(8, uint8_t)
BITS_SMALL(16, uint16_t)
BITS_SMALL(32, uint32_t)
BITS_SMALL(64, uint64_t)
BITS_RESULT(8, uint8_t, int8_t)
BITS_RESULT(16, uint16_t, int16_t)
BITS_RESULT(32, uint32_t, int32_t)
BITS_RESULT(64, uint64_t, int64_t)
BITS_RESULT(128, unsigned __int128, __int128)
BITS_MODIFY(8, uint8_t)
BITS_MODIFY(16, uint16_t)
BITS_MODIFY(32, uint32_t)
BITS_MODIFY(64, uint64_t)
BITS_MODIFY(128, unsigned __int128)

static inline void bits_store128(unsigned __int128 *addr, unsigned __int128 value, bool fence)
{
	(void)fence; /* the instruction is one */
	bits_modify128(addr, value, RACE_RMW_XCHG);
}

#endif
