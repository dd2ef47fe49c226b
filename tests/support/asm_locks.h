/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * asm_locks.h - locks in inline assembly as kernels and old libraries write them, each a
 * pair of functions. LOCK is the prefix; with -DLOCK='""' they are all broken, but for the
 * two by xchg, which needs none.
 */
#ifndef RACE_TEST_ASM_LOCKS_H
#define RACE_TEST_ASM_LOCKS_H

#ifndef LOCK
#define LOCK "lock; "
#endif

struct asm_lock {
	const char *name;
	void (*lock)(unsigned *word), (*unlock)(unsigned *word);
	unsigned unlocked; /* the word's value */
};

static void pause_(void)
{
	__asm__ volatile("rep; nop");
}

/* ---- spins in the statement ---- */
static void decb_lock(unsigned *word)
{
	__asm__ volatile("\n1:\t" LOCK "decb %0\n"
	                 "\tjns 3f\n"
	                 "2:\trep;nop\n"
	                 "\tcmpb $0,%0\n"
	                 "\tjle 2b\n"
	                 "\tjmp 1b\n"
	                 "3:\n"
	                 : "+m"(*(signed char *)word) : : "memory", "cc");
}

static void movb_unlock(unsigned *word)
{
	__asm__ volatile("movb $1,%0" : "+m"(*(signed char *)word) : : "memory");
}

/* ---- xchg ---- */
static unsigned exchange(unsigned *word, unsigned value)
{
	__asm__ volatile("xchgl %0,%1" : "=r"(value), "+m"(*word) : "0"(value) : "memory");
	return value;
}

static void xchg_lock(unsigned *word)
{
	while (exchange(word, 1))
		pause_();
}

static void movl_unlock(unsigned *word)
{
	__asm__ volatile("movl $0, %0" : "=m"(*word) : : "memory");
}

static void xchg_unlock(unsigned *word)
{
	exchange(word, 0);
}

/* ---- a ticket lock: the next ticket in the upper byte, who is served in the lower ---- */
static void ticket_lock(unsigned *word)
{
	short mine = 0x100;

	__asm__ volatile(LOCK "xaddw %w0, %1\n"
	                 "1:\tcmpb %h0, %b0\n"
	                 "\tje 2f\n"
	                 "\trep; nop\n"
	                 "\tmovb %1, %b0\n" /* no need for lfence */
	                 "\tjmp 1b\n"
	                 "2:"
	                 : "+Q"(mine), "+m"(*(unsigned short *)word) : : "memory", "cc");
}

static void ticket_unlock(unsigned *word)
{
	__asm__ volatile("incb %0" : "+m"(*(unsigned short *)word) : : "memory", "cc");
}

/* ---- compare-exchange, the outcome by the value found, by setz, by the flag ---- */
static unsigned exchange_if(unsigned *word, unsigned expected, unsigned desired)
{
	unsigned found;

	__asm__ volatile(LOCK "cmpxchgl %2,%1"
	                 : "=a"(found), "+m"(*word) : "r"(desired), "0"(expected) : "memory");
	return found;
}

static void cmpxchg_lock(unsigned *word)
{
	while (exchange_if(word, 0, 1))
		pause_();
}

static void cmpxchg_unlock(unsigned *word)
{
	exchange_if(word, 1, 0);
}

static int try_setz(unsigned *word)
{
	unsigned expected = 0;
	char done;

	__asm__ volatile(LOCK "cmpxchg %3,%1; setz %0"
	                 : "=q"(done), "+m"(*word), "+a"(expected) : "r"(1) : "memory", "cc");
	return done;
}

static void setz_lock(unsigned *word)
{
	while (!try_setz(word))
		pause_();
}

static void decl_unlock(unsigned *word)
{
	__asm__ volatile(LOCK "decl %0" : "=m"(*word) : "m"(*word) : "memory", "cc");
}

static void bts_lock(unsigned *word)
{
	int taken;

	do
		__asm__ volatile(LOCK "btsl $4,%1" : "=@ccc"(taken), "+m"(*word) : : "memory");
	while (taken);
}

static void btr_unlock(unsigned *word)
{
	__asm__ volatile(LOCK "btrl $4,%0" : "+m"(*word) : : "memory", "cc");
}

/* ---- asm goto ---- */
static void goto_lock(unsigned *word)
{
again:
	__asm__ goto(LOCK "btsl $0,%0\n\tjc %l[busy]" : : "m"(*word) : "memory", "cc" : busy);
	return;
busy:
	pause_();
	goto again;
}

static void goto_unlock(unsigned *word)
{
	__asm__ goto(LOCK "decl %0\n\tjz %l[free]" : : "m"(*word) : "memory", "cc" : free);
free:;
}

/* ---- the address in a register ---- */
static void at_lock(unsigned *word)
{
	unsigned taken;

	do {
		taken = 1;
		__asm__ volatile(LOCK "xaddl %0,(%1)" : "+r"(taken) : "r"(word) : "memory");
		if (taken)
			__asm__ volatile(LOCK "decl (%0)" : : "r"(word) : "memory");
	} while (taken);
}

static void at_unlock(unsigned *word)
{
	__asm__ volatile(LOCK "subl $1,(%0)" : : "r"(word) : "memory");
}

/* ---- both dialects ---- */
static void both_lock(unsigned *word)
{
	unsigned found;

	do
		__asm__ volatile(LOCK "{cmpxchgl %2, %1|cmpxchg %1, %2}"
		                 : "=a"(found), "+m"(*word) : "r"(1), "0"(0) : "memory", "cc");
	while (found);
}

static void both_unlock(unsigned *word)
{
	__asm__ volatile("{movl $0, %0|mov dword ptr %0, 0}" : "=m"(*word) : : "memory");
}

static const struct asm_lock asm_locks[] = {
	{ "xchg, mov", xchg_lock, movl_unlock, 0 },
	{ "xchg twice", xchg_lock, xchg_unlock, 0 },
	/* these need the prefix */
	{ "cmpxchg, mov", cmpxchg_lock, movl_unlock, 0 },
	{ "cmpxchg twice", cmpxchg_lock, cmpxchg_unlock, 0 },
	{ "setz", setz_lock, decl_unlock, 0 },
	{ "bts", bts_lock, btr_unlock, 0 },
	{ "goto", goto_lock, goto_unlock, 0 },
	{ "both dialects", both_lock, both_unlock, 0 },
	{ "decb", decb_lock, movb_unlock, 1 },
	{ "ticket", ticket_lock, ticket_unlock, 0 },
	{ "by register", at_lock, at_unlock, 0 },
};
#define ASM_LOCKS (sizeof(asm_locks) / sizeof(asm_locks[0]))
#define ASM_LOCKS_BY_XCHG 2

#endif
