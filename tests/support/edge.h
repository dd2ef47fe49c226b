/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * edge.h - EDGE(name, send, receive): one thread does something and sends, another
 * receives and looks at what was done. With RACY defined the first one does it only
 * after it has sent, so that nothing orders the two: each edge then reports, whatever
 * it orders before. The detector sees neither who waits for whom here nor that it is
 * time for the next edge.
 *
 *	EDGE(pipe, write(fd[1], "", 1), read(fd[0], buffer, 1))
 *	EDGE_SENT_FIRST(...)	nobody receives before it was sent
 *	EDGE_ELSEWHERE(...)	another thread calls edge_looks()
 *	EDGE_IN_HANDLER(...)	while it receives a handler runs, which calls edge_look()
 *	...
 *	run_edge(pipe);		in main
 */
#ifndef RACE_TEST_EDGE_H
#define RACE_TEST_EDGE_H

#include <pthread.h>

#include "barrier.h"

static struct barrier edge_begin, edge_sent, edge_done;
static void (*edge_look_now)(void);
static pthread_t edge_receiver_now;
static int edge_receiver_tid_now;

/* Relaxed: they order nothing. */
#define EDGE_GET(what) __atomic_load_n(&what##_now, __ATOMIC_RELAXED)
#define EDGE_SET(what, value) __atomic_store_n(&what##_now, value, __ATOMIC_RELAXED)
#define edge_receiver EDGE_GET(edge_receiver)
#define edge_receiver_tid EDGE_GET(edge_receiver_tid)
#define edge_looks() EDGE_GET(edge_look)()

#ifdef RACY
#define EDGE_BEFORE(deed)
#define EDGE_AFTER(deed) deed
#define EDGE_LOOK(name) (barrier_wait(&edge_done), name##_look())
#define edge_look()
#define EDGE_LOOK_BEHIND(name) EDGE_LOOK(name)
#define EDGE_DONE() barrier_wait(&edge_done)
#else
#define EDGE_BEFORE(deed) deed
#define EDGE_AFTER(deed)
#define EDGE_LOOK(name) (name##_look())
#define edge_look() edge_looks()
#define EDGE_LOOK_BEHIND(name)
#define EDGE_DONE()
#endif

#define EDGE_BODY(name, send, receive, look, first)                                    \
	long name##_data;                                                              \
                                                                                       \
	__attribute__((noinline)) static void name##_deed(void)                        \
	{                                                                              \
		name##_data = 1;                                                       \
	}                                                                              \
                                                                                       \
	__attribute__((noinline)) static void name##_look(void)                        \
	{                                                                              \
		name##_data = 2;                                                       \
	}                                                                              \
                                                                                       \
	static void *name##_sender(void *unused)                                       \
	{                                                                              \
		barrier_wait(&edge_begin);                                             \
		EDGE_BEFORE(name##_deed();)                                            \
		send;                                                                  \
		if (first)                                                             \
			barrier_wait(&edge_sent);                                      \
		EDGE_AFTER(name##_deed();)                                             \
		EDGE_DONE();                                                           \
		return unused;                                                         \
	}                                                                              \
                                                                                       \
	static void *name##_receiver(void *unused)                                     \
	{                                                                              \
		EDGE_SET(edge_receiver, pthread_self());                               \
		EDGE_SET(edge_receiver_tid, gettid());                                 \
		EDGE_SET(edge_look, name##_look);                                      \
		barrier_wait(&edge_begin);                                             \
		if (first)                                                             \
			barrier_wait(&edge_sent);                                      \
		receive;                                                               \
		look(name);                                                            \
		return unused;                                                         \
	}

#define EDGE(name, send, receive) EDGE_BODY(name, send, receive, EDGE_LOOK, 0)
#define EDGE_SENT_FIRST(name, send, receive) EDGE_BODY(name, send, receive, EDGE_LOOK, 1)
#define EDGE_NOT(name)
#define EDGE_ELSEWHERE(name, send, receive) EDGE_BODY(name, send, receive, EDGE_NOT, 0)
#define EDGE_IN_HANDLER(name, send, receive)                                           \
	EDGE_BODY(name, send, receive, EDGE_LOOK_BEHIND, 0)

static void edge_run(void *(*sender)(void *), void *(*receiver)(void *))
{
	pthread_t threads[2];

	barrier_init(&edge_begin, 2);
	barrier_init(&edge_sent, 2);
	barrier_init(&edge_done, 2);
	pthread_create(&threads[0], 0, sender, 0);
	pthread_create(&threads[1], 0, receiver, 0);
	pthread_join(threads[0], 0);
	pthread_join(threads[1], 0);
}

#define run_edge(name) edge_run(name##_sender, name##_receiver)

#endif
