// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signals, timers, and how long a wait may last: what is asked for is read, the answer written.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin -D__NO_INLINE__ %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <fcntl.h>
#include <mqueue.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

#define THE(type) ((type *)p)
#define END(type) (sizeof(type) - 1) // of an object of that type

#define WAITS(call) (pthread_mutex_lock(&own), (call) + pthread_mutex_unlock(&own))

static const struct timespec past;
static const struct itimerval no_value;
static const struct itimerspec no_spec;
static struct sigevent nothing = { .sigev_notify = SIGEV_NONE };
static timer_t timer;
static sigset_t set, none, usr1;
static int epoll;
static mqd_t queue;
static struct epoll_event events[1];
static char text[64];
static pthread_t first_thread;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER, own = PTHREAD_MUTEX_INITIALIZER;
static pthread_rwlock_t rwlock = PTHREAD_RWLOCK_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static mtx_t mtx, own_mtx;
static cnd_t cnd;
static sem_t sem;

static void handler(int number)
{
	(void)number;
}

#include "cases.h"

static void before_cases(void)
{
	struct mq_attr small = { .mq_maxmsg = 1, .mq_msgsize = 16 };

	signal(SIGUSR1, handler);
	sigaddset(&usr1, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &usr1, 0);
	snprintf(text, sizeof(text), "/race_c_times.%d", (int)getpid());
	queue = mq_open(text, O_CREAT | O_RDWR, 0600, &small);
	mq_unlink(text);
	epoll = epoll_create1(0);
	timer_create(CLOCK_REALTIME, &nothing, &timer);
	first_thread = pthread_self();
	pthread_mutex_lock(&mutex);
	pthread_rwlock_wrlock(&rwlock);
	mtx_init(&mtx, mtx_timed);
	mtx_lock(&mtx);
	mtx_init(&own_mtx, mtx_plain);
	cnd_init(&cnd);
	sem_init(&sem, 0, 0);
}
#else
CASE(sigaction, (THE(struct sigaction)->sa_handler = SIG_IGN), END(struct sigaction), sigaction(SIGUSR2, THE(struct sigaction), 0))
CASE(sigaction, 0, END(struct sigaction), sigaction(SIGUSR2, 0, THE(struct sigaction)))
CASE(sigprocmask, 0, 7, sigprocmask(SIG_BLOCK, THE(sigset_t), 0))
CASE(pthread_sigmask, 0, 7, pthread_sigmask(SIG_BLOCK, 0, THE(sigset_t)))
CASE(sigsuspend, 0, 7, (raise(SIGUSR1), sigsuspend(THE(sigset_t))))
CASE(sigisemptyset, 0, 7, sigisemptyset(THE(sigset_t)))
CASE(sigorset, 0, 7, sigorset(&set, THE(sigset_t), &none))
CASE(sigandset, 0, 7, sigandset(THE(sigset_t), &set, &none))
CASE(sigaltstack, 0, END(stack_t), sigaltstack(0, THE(stack_t)))
CASE(sigwait, 0, 3, (raise(SIGUSR1), sigwait(&usr1, THE(int))))
CASE(sigwaitinfo, 0, END(siginfo_t), (raise(SIGUSR1), sigwaitinfo(&usr1, THE(siginfo_t))))
CASE(sigtimedwait, 0, END(siginfo_t), (raise(SIGUSR1), sigtimedwait(&usr1, THE(siginfo_t), 0)))
CASE(sigtimedwait, 0, END(struct timespec), sigtimedwait(&usr1, 0, THE(struct timespec)))
CASE(signalfd, 0, 7, signalfd(-1, THE(sigset_t), 0))
CASE(setitimer, 0, END(struct itimerval), setitimer(ITIMER_VIRTUAL, THE(struct itimerval), 0))
CASE(setitimer, 0, END(struct itimerval), setitimer(ITIMER_VIRTUAL, &no_value, THE(struct itimerval)))
CASE(timer_create, (THE(struct sigevent)->sigev_notify = SIGEV_NONE), END(struct sigevent), timer_create(CLOCK_REALTIME, THE(struct sigevent), &timer))
CASE(timer_create, 0, 7, timer_create(CLOCK_REALTIME, &nothing, THE(timer_t)))
CASE(timer_settime, 0, END(struct itimerspec), timer_settime(timer, 0, THE(struct itimerspec), 0))
CASE(timer_settime, 0, END(struct itimerspec), timer_settime(timer, 0, &no_spec, THE(struct itimerspec)))
CASE(mq_notify, (THE(struct sigevent)->sigev_notify = SIGEV_NONE), END(struct sigevent), mq_notify(queue, THE(struct sigevent)))
CASE(mq_timedsend, 0, END(struct timespec), mq_timedsend(queue, "a", 1, 0, THE(struct timespec)))
CASE(mq_timedreceive, 0, END(struct timespec), mq_timedreceive(queue, text, 64, 0, THE(struct timespec)))
CASE(ppoll, 0, END(struct timespec), ppoll(0, 0, THE(struct timespec), 0))
CASE(ppoll, 0, 7, ppoll(0, 0, &past, THE(sigset_t)))
CASE(select, 0, END(struct timeval), select(0, 0, 0, 0, THE(struct timeval)))
CASE(pselect, 0, END(struct timespec), pselect(0, 0, 0, 0, THE(struct timespec), 0))
CASE(epoll_pwait, 0, 7, epoll_pwait(epoll, events, 1, 0, THE(sigset_t)))
CASE(epoll_pwait2, 0, END(struct timespec), epoll_pwait2(epoll, events, 1, THE(struct timespec), 0))
CASE(pthread_mutex_timedlock, 0, END(struct timespec), pthread_mutex_timedlock(&mutex, THE(struct timespec)))
CASE(pthread_mutex_clocklock, 0, END(struct timespec), pthread_mutex_clocklock(&mutex, CLOCK_REALTIME, THE(struct timespec)))
CASE(pthread_rwlock_timedrdlock, 0, END(struct timespec), pthread_rwlock_timedrdlock(&rwlock, THE(struct timespec)))
CASE(pthread_rwlock_clockrdlock, 0, END(struct timespec), pthread_rwlock_clockrdlock(&rwlock, CLOCK_REALTIME, THE(struct timespec)))
CASE(pthread_rwlock_timedwrlock, 0, END(struct timespec), pthread_rwlock_timedwrlock(&rwlock, THE(struct timespec)))
CASE(pthread_rwlock_clockwrlock, 0, END(struct timespec), pthread_rwlock_clockwrlock(&rwlock, CLOCK_REALTIME, THE(struct timespec)))
CASE(mtx_timedlock, 0, END(struct timespec), mtx_timedlock(&mtx, THE(struct timespec)))
CASE(sem_timedwait, 0, END(struct timespec), sem_timedwait(&sem, THE(struct timespec)))
CASE(sem_clockwait, 0, END(struct timespec), sem_clockwait(&sem, CLOCK_REALTIME, THE(struct timespec)))
CASE(pthread_cond_timedwait, 0, END(struct timespec), WAITS(pthread_cond_timedwait(&cond, &own, THE(struct timespec))))
CASE(pthread_cond_clockwait, 0, END(struct timespec), WAITS(pthread_cond_clockwait(&cond, &own, CLOCK_REALTIME, THE(struct timespec))))
CASE(cnd_timedwait, 0, END(struct timespec), (mtx_lock(&own_mtx), cnd_timedwait(&cnd, &own_mtx, THE(struct timespec)) + mtx_unlock(&own_mtx)))
CASE(pthread_timedjoin_np, 0, END(struct timespec), pthread_timedjoin_np(first_thread, 0, THE(struct timespec)))
CASE(pthread_clockjoin_np, 0, END(struct timespec), pthread_clockjoin_np(first_thread, 0, CLOCK_REALTIME, THE(struct timespec)))
#endif
