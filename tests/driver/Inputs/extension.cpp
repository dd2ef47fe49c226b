/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * extension.cpp - a library for a host that knows nothing of the detector (host.py):
 * the host's threads call bump(), or one bump_first() and the other bump_second(), run()
 * makes threads of its own.
 */
#include <mutex>
#include <thread>

#include "barrier.h"

static int bumps, counter;
static std::mutex mutex;
static struct barrier turn;
__attribute__((constructor)) static void start() { barrier_init(&turn, 2); }

extern "C" int bump(void)
{
	return ++bumps;
}

extern "C" void bump_first(void)
{
	bumps++;
	barrier_wait(&turn);
}

extern "C" void bump_second(void)
{
	barrier_wait(&turn);
	bumps++;
}

static void count(bool careful)
{
	std::unique_lock<std::mutex> lock(mutex, std::defer_lock);

	if (careful)
		lock.lock();
	counter++;
}

extern "C" int run(int careful)
{
	counter = 0;
	std::thread one([=] { count(true); barrier_wait(&turn); });
	std::thread two([=] { barrier_wait(&turn); count(careful); });
	one.join();
	two.join();
	return counter;
}
