// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the system tells of threads and processes, and threads' and locks' attributes.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin -D__NO_INLINE__ %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <grp.h>
#include <ifaddrs.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THE(type) ((type *)p)
#define END(type) (sizeof(type) - 1) // of an object of that type

static int number, queue, segment;
static uid_t ids[2];
static clockid_t clock_id;
static size_t bytes;
static struct sched_param priority;
static pthread_attr_t attr;
static char domain[256], stack[1 << 20] __attribute__((aligned(4096)));

#include "cases.h"

static void before_cases(void)
{
	pthread_attr_init(&attr);
	pthread_attr_setstack(&attr, stack, sizeof(stack));
	setgroups(1, ids); // if we may: else there are some
	queue = msgget(IPC_PRIVATE, IPC_CREAT | 0600);
	segment = shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600);
	if (getdomainname(domain, sizeof(domain)))
		abort();
}
#else
CASE(pthread_setaffinity_np, sched_getaffinity(0, 8, THE(cpu_set_t)), 7, pthread_setaffinity_np(pthread_self(), 8, THE(cpu_set_t)))
CASE(pthread_getschedparam, 0, 3, pthread_getschedparam(pthread_self(), THE(int), &priority))
CASE(pthread_getschedparam, 0, END(struct sched_param), pthread_getschedparam(pthread_self(), &number, THE(struct sched_param)))
CASE(pthread_setschedparam, 0, END(struct sched_param), pthread_setschedparam(pthread_self(), SCHED_OTHER, THE(struct sched_param)))
CASE(pthread_getcpuclockid, 0, END(clockid_t), pthread_getcpuclockid(pthread_self(), THE(clockid_t)))
CASE(clock_getcpuclockid, 0, END(clockid_t), clock_getcpuclockid(0, THE(clockid_t)))
CASE(sched_getparam, 0, END(struct sched_param), sched_getparam(0, THE(struct sched_param)))
CASE(sched_setparam, 0, END(struct sched_param), sched_setparam(0, THE(struct sched_param)))
CASE(sched_setscheduler, 0, END(struct sched_param), sched_setscheduler(0, SCHED_OTHER, THE(struct sched_param)))
CASE(sched_rr_get_interval, 0, END(struct timespec), sched_rr_get_interval(0, THE(struct timespec)))
CASE(getgroups, 0, 3, getgroups(4096 / 4, THE(gid_t)))
CASE(getresuid, 0, 3, getresuid(THE(uid_t), &ids[0], &ids[1]))
CASE(getresgid, 0, 3, getresgid(&ids[0], &ids[1], THE(gid_t)))
CASE(prlimit, 0, END(struct rlimit), prlimit(0, RLIMIT_CORE, 0, THE(struct rlimit)))
CASE(prlimit, 0, END(struct rlimit), prlimit64(0, RLIMIT_CORE, 0, THE(struct rlimit64)))
CASE(getdomainname, 0, strlen(domain), getdomainname(p, 4096))
CASE(getifaddrs, 0, 7, getifaddrs(THE(struct ifaddrs *)))
CASE(msgctl, 0, END(struct msqid_ds), msgctl(queue, IPC_STAT, THE(struct msqid_ds)))
CASE(shmctl, 0, END(struct shmid_ds), shmctl(segment, IPC_STAT, THE(struct shmid_ds)))
CASE(wait, 0, 3, (fork() ?: (_exit(0), 0), wait(THE(int))))
CASE(pthread_attr_setguardsize, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_setguardsize(THE(pthread_attr_t), 4096))
CASE(pthread_attr_setscope, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_setscope(THE(pthread_attr_t), PTHREAD_SCOPE_SYSTEM))
CASE(pthread_attr_setinheritsched, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_setinheritsched(THE(pthread_attr_t), PTHREAD_INHERIT_SCHED))
CASE(pthread_attr_setschedpolicy, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_setschedpolicy(THE(pthread_attr_t), SCHED_OTHER))
CASE(pthread_attr_setschedparam, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_setschedparam(THE(pthread_attr_t), &priority))
CASE(pthread_attr_setstack, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_setstack(THE(pthread_attr_t), stack, 1 << 20))
CASE(pthread_attr_setschedparam, 0, END(struct sched_param), pthread_attr_setschedparam(&attr, THE(struct sched_param)))
CASE(pthread_attr_getdetachstate, 0, END(int), pthread_attr_getdetachstate(&attr, THE(int)))
CASE(pthread_attr_getguardsize, 0, END(size_t), pthread_attr_getguardsize(&attr, THE(size_t)))
CASE(pthread_attr_getscope, 0, END(int), pthread_attr_getscope(&attr, THE(int)))
CASE(pthread_attr_getinheritsched, 0, END(int), pthread_attr_getinheritsched(&attr, THE(int)))
CASE(pthread_attr_getschedpolicy, 0, END(int), pthread_attr_getschedpolicy(&attr, THE(int)))
CASE(pthread_attr_getschedparam, 0, END(struct sched_param), pthread_attr_getschedparam(&attr, THE(struct sched_param)))
CASE(pthread_attr_getstack, 0, 7, pthread_attr_getstack(&attr, THE(void *), &bytes))
CASE(pthread_mutexattr_init, 0, END(pthread_mutexattr_t), pthread_mutexattr_init(THE(pthread_mutexattr_t)))
CASE(pthread_mutexattr_destroy, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_destroy(THE(pthread_mutexattr_t)))
CASE(pthread_mutexattr_settype, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_settype(THE(pthread_mutexattr_t), PTHREAD_MUTEX_NORMAL))
CASE(pthread_mutexattr_gettype, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_gettype(THE(pthread_mutexattr_t), &number))
CASE(pthread_mutexattr_setpshared, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_setpshared(THE(pthread_mutexattr_t), PTHREAD_PROCESS_PRIVATE))
CASE(pthread_mutexattr_getpshared, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_getpshared(THE(pthread_mutexattr_t), &number))
CASE(pthread_mutexattr_setprotocol, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_setprotocol(THE(pthread_mutexattr_t), PTHREAD_PRIO_NONE))
CASE(pthread_mutexattr_getprotocol, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_getprotocol(THE(pthread_mutexattr_t), &number))
CASE(pthread_mutexattr_setrobust, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_setrobust(THE(pthread_mutexattr_t), PTHREAD_MUTEX_STALLED))
CASE(pthread_mutexattr_getrobust, pthread_mutexattr_init(THE(pthread_mutexattr_t)), END(pthread_mutexattr_t), pthread_mutexattr_getrobust(THE(pthread_mutexattr_t), &number))
CASE(pthread_rwlockattr_init, 0, END(pthread_rwlockattr_t), pthread_rwlockattr_init(THE(pthread_rwlockattr_t)))
CASE(pthread_rwlockattr_destroy, pthread_rwlockattr_init(THE(pthread_rwlockattr_t)), END(pthread_rwlockattr_t), pthread_rwlockattr_destroy(THE(pthread_rwlockattr_t)))
CASE(pthread_rwlockattr_setpshared, pthread_rwlockattr_init(THE(pthread_rwlockattr_t)), END(pthread_rwlockattr_t), pthread_rwlockattr_setpshared(THE(pthread_rwlockattr_t), PTHREAD_PROCESS_PRIVATE))
CASE(pthread_rwlockattr_getpshared, pthread_rwlockattr_init(THE(pthread_rwlockattr_t)), END(pthread_rwlockattr_t), pthread_rwlockattr_getpshared(THE(pthread_rwlockattr_t), &number))
CASE(pthread_rwlockattr_setkind_np, pthread_rwlockattr_init(THE(pthread_rwlockattr_t)), END(pthread_rwlockattr_t), pthread_rwlockattr_setkind_np(THE(pthread_rwlockattr_t), PTHREAD_RWLOCK_PREFER_READER_NP))
CASE(pthread_rwlockattr_getkind_np, pthread_rwlockattr_init(THE(pthread_rwlockattr_t)), END(pthread_rwlockattr_t), pthread_rwlockattr_getkind_np(THE(pthread_rwlockattr_t), &number))
CASE(pthread_barrierattr_init, 0, END(pthread_barrierattr_t), pthread_barrierattr_init(THE(pthread_barrierattr_t)))
CASE(pthread_barrierattr_destroy, pthread_barrierattr_init(THE(pthread_barrierattr_t)), END(pthread_barrierattr_t), pthread_barrierattr_destroy(THE(pthread_barrierattr_t)))
CASE(pthread_barrierattr_setpshared, pthread_barrierattr_init(THE(pthread_barrierattr_t)), END(pthread_barrierattr_t), pthread_barrierattr_setpshared(THE(pthread_barrierattr_t), PTHREAD_PROCESS_PRIVATE))
CASE(pthread_barrierattr_getpshared, pthread_barrierattr_init(THE(pthread_barrierattr_t)), END(pthread_barrierattr_t), pthread_barrierattr_getpshared(THE(pthread_barrierattr_t), &number))
CASE(pthread_condattr_init, 0, END(pthread_condattr_t), pthread_condattr_init(THE(pthread_condattr_t)))
CASE(pthread_condattr_destroy, pthread_condattr_init(THE(pthread_condattr_t)), END(pthread_condattr_t), pthread_condattr_destroy(THE(pthread_condattr_t)))
CASE(pthread_condattr_setpshared, pthread_condattr_init(THE(pthread_condattr_t)), END(pthread_condattr_t), pthread_condattr_setpshared(THE(pthread_condattr_t), PTHREAD_PROCESS_PRIVATE))
CASE(pthread_condattr_getpshared, pthread_condattr_init(THE(pthread_condattr_t)), END(pthread_condattr_t), pthread_condattr_getpshared(THE(pthread_condattr_t), &number))
CASE(pthread_condattr_setclock, pthread_condattr_init(THE(pthread_condattr_t)), END(pthread_condattr_t), pthread_condattr_setclock(THE(pthread_condattr_t), CLOCK_MONOTONIC))
CASE(pthread_condattr_getclock, pthread_condattr_init(THE(pthread_condattr_t)), END(pthread_condattr_t), pthread_condattr_getclock(THE(pthread_condattr_t), &clock_id))
#endif
