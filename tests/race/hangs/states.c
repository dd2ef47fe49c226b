// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a dump calls the states that dump.c does not have: readers and spinners that wait for
// a writer, waits for descriptors of each kind by the calls that wait for them, for signals
// and for processes, each for how long; and a lock whose owner has ended.
//
// Under a storm of signals there is no moment at which all of them sleep.
// UNSUPPORTED: timer
//
// RUN: %race_cc -O0 %s -o %t && %expect 2 env RACE_OPTIONS=report_misuse=0 %t | FileCheck %s
// RUN: %race_cc -O2 %s -o %t && %expect 2 env RACE_OPTIONS=report_misuse=0 %t | FileCheck %s

#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "asleep.h"
#include "barrier.h"

static pthread_rwlock_t table = PTHREAD_RWLOCK_INITIALIZER;
static pthread_spinlock_t spin;
static pthread_mutex_t left = PTHREAD_MUTEX_INITIALIZER;
static int pipes[2], full[2], sockets[2];
static pid_t child, writer;
static struct barrier begun;

static void *ends(void *unused)
{
	pthread_mutex_lock(&left);
	return unused;
}

static void *waits_for_it(void *unused)
{
	pthread_mutex_lock(&left);
	return unused;
}

static void *reads_table(void *unused)
{
	pthread_rwlock_rdlock(&table);
	return unused;
}

static void *spins(void *unused)
{
	barrier_wait(&begun);
	pthread_spin_lock(&spin);
	return unused;
}

static void *receives(void *unused)
{
	char c;

	recv(sockets[0], &c, 1, 0);
	return unused;
}

static void *receives_a_message(void *unused)
{
	char c;
	struct iovec part = { &c, 1 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	recvmsg(sockets[0], &message, 0);
	return unused;
}

static void *reads_parts(void *unused)
{
	char c;
	struct iovec part = { &c, 1 };

	readv(pipes[0], &part, 1);
	return unused;
}

static void *polls(void *unused)
{
	struct pollfd fd = { .fd = pipes[0], .events = POLLIN };

	poll(&fd, 1, -1);
	return unused;
}

static void *waits_for_events(void *epoll)
{
	struct epoll_event event;

	epoll_wait(*(int *)epoll, &event, 1, -1);
	return epoll;
}

static void *waits_for_a_signal(void *unused)
{
	sigset_t set;
	int number;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	pthread_sigmask(SIG_BLOCK, &set, 0);
	sigwait(&set, &number);
	return unused;
}

static void *waits_for_the_child(void *unused)
{
	waitpid(child, 0, 0);
	return unused;
}

static void *writes(void *unused)
{
	writer = (pid_t)syscall(SYS_gettid);
	barrier_wait(&begun);
	write(full[1], "", 1);
	return unused;
}

ASLEEP_UNSEEN static void writer_wait(void)
{
	char path[64], text[8];
	long got;

	snprintf(path, sizeof(path), "/proc/self/task/%d/syscall", (int)writer);
	do {
		int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);

		got = syscall(SYS_read, fd, text, sizeof(text));
		syscall(SYS_close, fd);
		sched_yield();
	} while (got < 2 || memcmp(text, "1 ", 2));
}

int main(void)
{
	void *(*routine[])(void *) = { waits_for_it, reads_table, receives, receives_a_message,
				       reads_parts, polls, waits_for_events, waits_for_a_signal,
				       waits_for_the_child };
	struct rlimit none = { 0, 0 };
	static char much[4096];
	pthread_t thread;
	int epoll;

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGQUIT, SIG_DFL);
	child = fork();
	if (!child) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	pipe(pipes);
	pipe2(full, O_NONBLOCK);
	while (write(full[1], much, sizeof(much)) > 0)
		;
	fcntl(full[1], F_SETFL, 0);
	socketpair(AF_UNIX, SOCK_STREAM, 0, sockets);
	epoll = epoll_create1(0);
	pthread_spin_init(&spin, 0);
	pthread_spin_lock(&spin);
	pthread_rwlock_wrlock(&table);
	barrier_init(&begun, 3);
	pthread_create(&thread, 0, ends, 0);
	while (asleep_threads() > 1) /* it has ended */
		sched_yield();
	for (unsigned i = 0; i < sizeof(routine) / sizeof(routine[0]); i++)
		pthread_create(&thread, 0, routine[i], &epoll);
	pthread_create(&thread, 0, writes, 0);
	pthread_create(&thread, 0, spins, 0);
	barrier_wait(&begun);
	asleep_wait(9);
	writer_wait();
	raise(SIGQUIT);
	return 1;
}

// CHECK: Main thread [running]:
// CHECK: Thread T2 [mutex lock, {{[0-9]+ m?s}}]:
// CHECK: waits_for_it()
// CHECK: Waits for mutex left, global at
// CHECK-NEXT: Held by thread T1, which has ended, taken at:
// CHECK-NEXT: ends()
// CHECK: Thread T3 [rwlock read, {{[0-9]+ m?s}}]:
// CHECK: Waits for rwlock table
// CHECK-NEXT: Held by main thread, taken at:
// CHECK: Thread T4 [IO wait recv{{.*}}(fd {{[0-9]+}}, socket), {{[0-9]+ m?s}}]:
// CHECK-NEXT: recv()
// CHECK: Thread T5 [IO wait recvmsg(fd {{[0-9]+}}, socket), {{[0-9]+ m?s}}]:
// CHECK-NEXT: recvmsg()
// CHECK: Thread T6 [IO wait readv(fd {{[0-9]+}}, pipe), {{[0-9]+ m?s}}]:
// CHECK-NEXT: readv()
// CHECK: Thread T7 [IO wait poll(), {{[0-9]+ m?s}}]:
// CHECK-NEXT: poll()
// CHECK: Thread T8 [IO wait epoll_wait(fd {{[0-9]+}}, eventpoll), {{[0-9]+ m?s}}]:
// CHECK-NEXT: epoll_wait()
// CHECK: Thread T9 [signal wait, {{[0-9]+ m?s}}]:
// CHECK-NEXT: sigwait()
// CHECK: Thread T10 [process wait, {{[0-9]+ m?s}}]:
// CHECK-NEXT: waitpid()
// CHECK: waits_for_the_child()
// CHECK: Thread T11 [IO wait write(fd {{[0-9]+}}, pipe), {{[0-9]+ m?s}}]:
// CHECK-NEXT: write()
// CHECK: Thread T12 [{{spin lock|running}}
// CHECK: spins()
