// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// SIGQUIT belongs to the program as it does without librace: what sigaction says, its
// handler, once or always, ignored, blocked and pending, waited for by sigwait and signalfd,
// in the child of fork and behind exec. (Dumps go to a log.)
//
// RUN: %race_cc -O0 -Wno-deprecated-declarations %s -o %t && %expect_clean env RACE_OPTIONS="log_path=%t.log" %t
// RUN: %race_cc -O2 -Wno-deprecated-declarations %s -o %t && %expect_clean env RACE_OPTIONS="log_path=%t.log" %t
// RUN: %expect_clean env RACE_OPTIONS="dump_signal=0" %t
// RUN: rm %t.log.*

#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t times, code;
static sem_t come;

#define WANT(what)                                                                     \
	do {                                                                           \
		if (!(what)) {                                                         \
			printf("line %d: %s\n", __LINE__, #what);                      \
			exit(3);                                                       \
		}                                                                      \
	} while (0)

static void plain(int number)
{
	WANT(number == SIGQUIT);
	times++;
}

static void informed(int number, siginfo_t *info, void *context)
{
	WANT(number == SIGQUIT && context);
	code = info->si_code;
	times++;
}

static void is_default(void)
{
	struct sigaction now;

	WANT(sigaction(SIGQUIT, 0, &now) == 0);
	WANT(now.sa_handler == SIG_DFL);
}

static void handlers(void)
{
	struct sigaction wanted = { .sa_sigaction = informed, .sa_flags = SA_SIGINFO }, now;

	times = 0;
	signal(SIGQUIT, SIG_DFL);
	is_default();
	WANT(signal(SIGQUIT, plain) == SIG_DFL);
	raise(SIGQUIT);
	WANT(times == 1);
	WANT(signal(SIGQUIT, SIG_IGN) == plain);
	raise(SIGQUIT);
	WANT(times == 1);
	WANT(sigaction(SIGQUIT, &wanted, &now) == 0 && now.sa_handler == SIG_IGN);
	kill(getpid(), SIGQUIT);
	WANT(times == 2 && code == SI_USER);
	wanted.sa_flags = (int)(SA_SIGINFO | SA_RESETHAND);
	WANT(sigaction(SIGQUIT, &wanted, &now) == 0 && now.sa_sigaction == informed);
	raise(SIGQUIT);
	WANT(times == 3);
	is_default();
}

static void blocked(void)
{
	sigset_t quit, pending;

	sigemptyset(&quit);
	sigaddset(&quit, SIGQUIT);
	WANT(sigprocmask(SIG_BLOCK, &quit, 0) == 0);
	raise(SIGQUIT);
	WANT(sigpending(&pending) == 0 && sigismember(&pending, SIGQUIT));
	signal(SIGQUIT, plain);
	times = 0;
	WANT(sigprocmask(SIG_UNBLOCK, &quit, 0) == 0);
	WANT(times == 1);
	signal(SIGQUIT, SIG_DFL);
}

static void *waits(void *set)
{
	struct signalfd_siginfo info;
	int number, fd = signalfd(-1, set, 0);

	WANT(sigwait(set, &number) == 0 && number == SIGQUIT);
	sem_post(&come);
	WANT(read(fd, &info, sizeof(info)) == sizeof(info) && info.ssi_signo == SIGQUIT);
	sem_post(&come);
	close(fd);
	return 0;
}

static void waited_for(void)
{
	pthread_t thread;
	sigset_t quit;

	sigemptyset(&quit);
	sigaddset(&quit, SIGQUIT);
	pthread_sigmask(SIG_BLOCK, &quit, 0);
	sem_init(&come, 0, 0);
	pthread_create(&thread, 0, waits, &quit);
	for (int i = 0; i < 2; i++) {
		kill(getpid(), SIGQUIT);
		sem_wait(&come);
	}
	pthread_join(thread, 0);
	pthread_sigmask(SIG_UNBLOCK, &quit, 0);
}

/* Its end: 2, as Go's; the default's own behind exec. */
static void ends(int by, char *const *again)
{
	struct rlimit none = { 0, 0 };
	pid_t child = fork();
	int status;

	if (child == 0) {
		setrlimit(RLIMIT_CORE, &none);
		signal(SIGQUIT, SIG_DFL);
		if (again)
			execv("/bin/sh", again);
		kill(getpid(), SIGQUIT);
		_exit(1);
	}
	WANT(waitpid(child, &status, 0) == child);
	WANT(by ? WIFSIGNALED(status) && WTERMSIG(status) == by :
		  WIFEXITED(status) && WEXITSTATUS(status) == 2);
}

int main(void)
{
	char *kills[] = { "sh", "-c", "kill -QUIT $$", 0 };
	const char *options = getenv("RACE_OPTIONS");

	handlers();
	blocked();
	waited_for();
	handlers();
	ends(options && options[0] == 'd' ? SIGQUIT : 0, 0);
	ends(SIGQUIT, kills);
	return 0;
}
