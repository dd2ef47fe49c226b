// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// wrappers.cpp - a hand-made lock and a hand-over behind wrappers of annotations. MISSING:
// without those that order.

#include "declared.h"
#include "two.h"

class Lock {
public:
	Lock() { __tsan_mutex_create(this, 0); }
	~Lock() { __tsan_mutex_destroy(this, 0); }
	void lock()
	{
		__tsan_mutex_pre_lock(this, 0);
		while (__atomic_exchange_n(&taken, 1, __ATOMIC_RELAXED))
			;
#ifndef MISSING
		__tsan_mutex_post_lock(this, 0, 0);
#endif
	}
	void unlock()
	{
#ifndef MISSING
		__tsan_mutex_pre_unlock(this, 0);
#endif
		__atomic_store_n(&taken, 0, __ATOMIC_RELAXED);
		__tsan_mutex_post_unlock(this, 0);
	}

private:
	int taken = 0;
};

static Lock lock;
int shared, noted, statistics, flag;

static void notes(bool before)
{
#ifndef MISSING
	if (before && AnnotateHappensBefore)
		AnnotateHappensBefore(__FILE__, __LINE__, &flag);
	if (!before && AnnotateHappensAfter)
		AnnotateHappensAfter(__FILE__, __LINE__, &flag);
#else
	(void)before;
#endif
}

static void first()
{
	AnnotateThreadName(__FILE__, __LINE__, "first");
	AnnotateBenignRaceSized(__FILE__, __LINE__, &statistics, sizeof(statistics), "counted only");
	lock.lock();
	shared = 1;
	lock.unlock();
	noted = 1;
	notes(true);
	statistics++;
}

static void second()
{
	statistics++;
	lock.lock();
	shared = 2;
	lock.unlock();
	notes(false);
	noted = 2;
	AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
	AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
	AnnotateFlushState(__FILE__, __LINE__);
}

int main()
{
	run_two(first, second);
}
