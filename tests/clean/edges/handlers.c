// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Handlers run as the program set them: on their own stack, once, with what came with
// the signal, nested or not; they may jump out, and mend what faulted. Another thread
// keeps the detector at work meanwhile.
//
// RUN: %race_cc -O0 -Wno-deprecated-declarations %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cc -O2 -Wno-deprecated-declarations %s -o %t && %expect_clean %t | FileCheck %s

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile int times, depth, deepest, code;
static char *volatile frame;
static void *volatile address;
static sigjmp_buf place;
static char *page;
static atomic_long steps;
static atomic_int stop;
static long table[64];

static void counts(int number)
{
	char here;

	frame = &here;
	times++;
	if (++depth > deepest)
		deepest = depth;
	if (times == 1)
		raise(number);
	depth--;
}

static void informed(int number, siginfo_t *info, void *context)
{
	(void)number;
	times++;
	code = info->si_value.sival_int;
	address = info->si_addr;
	if (!context)
		printf("no context\n");
}

static void opens(int number, siginfo_t *info, void *context)
{
	(void)number;
	(void)context;
	times++;
	address = info->si_addr;
	mprotect(page, 4096, PROT_READ | PROT_WRITE);
}

static void jumps(int number)
{
	(void)number;
	times++;
	siglongjmp(place, 1);
}

static void set(int number, void *function, int flags)
{
	struct sigaction action = { .sa_flags = flags };

	action.sa_sigaction = (void (*)(int, siginfo_t *, void *))function;
	times = deepest = 0;
	sigaction(number, &action, 0);
}

static void nesting(void)
{
	set(SIGUSR1, counts, 0);
	raise(SIGUSR1);
	printf("blocked: %d times, %d deep\n", times, deepest);
	set(SIGUSR1, counts, SA_NODEFER);
	raise(SIGUSR1);
	printf("nodefer: %d times, %d deep\n", times, deepest);
}

typedef void (*function)(int);
function bsd_signal(int, function), sysv_signal(int, function);

static void older_ways(void)
{
	function before[6];

	times = 2;
	before[0] = bsd_signal(SIGUSR1, counts);
	raise(SIGUSR1);
	before[1] = ssignal(SIGUSR1, counts);
	before[2] = sysv_signal(SIGUSR1, counts);
	raise(SIGUSR1);
	siginterrupt(SIGUSR1, 1);
	before[3] = signal(SIGUSR1, counts);
	before[4] = sigset(SIGUSR1, SIG_HOLD);
	raise(SIGUSR1);
	before[5] = sigset(SIGUSR1, counts);
	siginterrupt(SIGUSR1, 0);
	printf("older: %d times%s%s\n", times - 2, before[1] == counts ? "" : ", not ours",
	       before[2] == counts && before[3] == SIG_DFL && before[4] == counts &&
	       before[5] == SIG_HOLD ? "" : ", wrong");
}

static void once(void)
{
	struct sigaction old;

	set(SIGUSR1, informed, (int)(SA_RESETHAND | SA_SIGINFO));
	sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 42 });
	sigaction(SIGUSR1, 0, &old);
	printf("reset: %d times, code %d, %s\n", times, code,
	       old.sa_handler == SIG_DFL ? "default" : "still set");
}

static void own_stack(void)
{
	static char stack[1 << 16];
	stack_t own = { .ss_sp = stack, .ss_size = sizeof(stack) };

	sigaltstack(&own, 0);
	set(SIGUSR1, counts, SA_ONSTACK);
	raise(SIGUSR1);
	printf("stack: %s\n", frame > stack && frame < stack + sizeof(stack) ? "own" : "other");
}

// A plain access faults, and one inside an atomic operation.
static void faults(void)
{
	page = mmap(0, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	set(SIGSEGV, opens, SA_SIGINFO);
	page[5] = 1;
	printf("opened: %d times, %s\n", times, address == page + 5 ? "there" : "elsewhere");
	mprotect(page, 4096, PROT_NONE);
	atomic_fetch_add((_Atomic(int) *)(page + 8), 7);
	printf("opened: %d times, %d\n", times, *(int *)(page + 8));
	set(SIGSEGV, jumps, 0);
	for (int i = 0; i < 10; i++) {
		mprotect(page, 4096, PROT_NONE);
		if (!sigsetjmp(place, 1))
			atomic_fetch_add((_Atomic(int) *)(page + 8), 7);
		if (!sigsetjmp(place, 1))
			page[9] = 1;
		mprotect(page, 4096, PROT_READ | PROT_WRITE);
		atomic_fetch_add((_Atomic(int) *)(page + 8), 1);
	}
	printf("jumped: %d times, %d\n", times, *(int *)(page + 8));
	signal(SIGSEGV, SIG_DFL);
}

static void restarted(void)
{
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } }, never = { { 0, 0 }, { 0, 0 } };
	int fd[2];
	char byte;

	pipe(fd);
	set(SIGALRM, counts, 0);
	times = 1;
	setitimer(ITIMER_REAL, &often, 0);
	errno = 0;
	read(fd[0], &byte, 1); // nobody writes
	setitimer(ITIMER_REAL, &never, 0);
	printf("read: %s\n", errno == EINTR && times > 1 ? "interrupted" : "not interrupted");
	signal(SIGPIPE, SIG_IGN);
	close(fd[0]);
	printf("write: %zd %s\n", write(fd[1], "", 1), errno == EPIPE ? "EPIPE" : "?");
	close(fd[1]);
}

static void exits(int number)
{
	_exit(number == SIGUSR2 ? 7 : 8);
}

static void children(void)
{
	int status;
	pid_t child;

	signal(SIGUSR2, exits);
	child = fork();
	if (child == 0) {
		raise(SIGUSR2);
		_exit(9);
	}
	waitpid(child, &status, 0);
	printf("child: %d\n", WEXITSTATUS(status));
	child = fork();
	if (child == 0) {
		execl("/bin/sh", "sh", "-c", "kill -USR2 $$", (char *)0);
		_exit(9);
	}
	waitpid(child, &status, 0);
	printf("exec: %d\n", WIFSIGNALED(status) ? WTERMSIG(status) == SIGUSR2 : -1);
}

// Out of accesses, atomics and allocations, wherever the timer finds them.
static void jumping(void)
{
	struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { { 0, 0 }, { 0, 0 } };
	volatile int count = 0;

	set(SIGALRM, jumps, 0);
	if (sigsetjmp(place, 1))
		count++;
	else
		setitimer(ITIMER_REAL, &often, 0);
	while (count < 500) {
		for (int i = 0; i < 64; i++)
			table[i]++;
		atomic_fetch_add(&steps, 1);
	}
	setitimer(ITIMER_REAL, &never, 0);
	signal(SIGALRM, SIG_IGN);
	printf("jumped: %s\n", count < 500 ? "seldom" : "often"); // one may have come behind the loop
}

static void *worker(void *unused)
{
	while (!stop)
		atomic_fetch_add(&steps, 1);
	return unused;
}

int main(void)
{
	sigset_t all;
	pthread_t thread;

	sigfillset(&all);
	pthread_sigmask(SIG_BLOCK, &all, &all);
	pthread_create(&thread, 0, worker, 0);
	pthread_sigmask(SIG_SETMASK, &all, 0);
	nesting();
	older_ways();
	once();
	own_stack();
	faults();
	restarted();
	children();
	jumping();
	stop = 1;
	pthread_join(thread, 0);
	return 0;
}

// CHECK: blocked: 2 times, 1 deep
// CHECK: nodefer: 2 times, 2 deep
// CHECK: older: 3 times{{$}}
// CHECK: reset: 1 times, code 42, default
// CHECK: stack: own
// CHECK: opened: 1 times, there
// CHECK: opened: 2 times, 7
// CHECK: jumped: 20 times, 17
// CHECK: read: interrupted
// CHECK: write: -1 EPIPE
// CHECK: child: 7
// CHECK: exec: 1
// CHECK: jumped: often
