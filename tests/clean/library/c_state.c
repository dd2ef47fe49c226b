// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What libc keeps for all threads, with a mutex around it; and what has a lock of its own,
// or something for each thread, without.
//
// RUN: %race_cc -O0 %s -o %t && %expect_clean %t
// RUN: %race_cc -O2 %s -o %t && %expect_clean %t

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "two.h"

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static char text[2][8] = { "a b", "a b" };
static time_t now;
static DIR *folder;
static int terminal;
static struct addrinfo *list;
static volatile long kept[2];

static void use_locked(int i)
{
	pthread_mutex_lock(&mutex);
	kept[i] = drand48() < lrand48() + mrand48();
	srand48(i);
	kept[i] = (long)strtok(text[i], " ");
	kept[i] = gmtime(&now)->tm_year;
	kept[i] = (long)ctime(&now);
	kept[i] = getpwuid(0)->pw_uid;
	kept[i] = getgrgid(0)->gr_gid;
	kept[i] = (long)ptsname(terminal);
	kept[i] = (long)ttyname(0); // if it is a terminal
	rewinddir(folder);
	kept[i] = (i ? readdir(folder)->d_name : readdir64(folder)->d_name)[0];
	if (i)
		freeaddrinfo(list);
	else
		kept[i] = list->ai_family;
	if (i)
		kept[i] = (long)getenv("HOME");
	else
		setenv("A", "1", 1);
	clearenv();
	pthread_mutex_unlock(&mutex);
}

static void use(int i)
{
	char name[] = "A0";

	name[1] += i;
	kept[i] = rand() + random();
	kept[i] = strlen(strerror(1000 + i)) + strlen(strsignal(SIGINT));
	kept[i] = strlen(inet_ntoa((struct in_addr){ 1 + i }));
	setenv(name, "1", 1);
	unsetenv(name);
}

static void first(void)
{
	use(0);
	use_locked(0);
}

static void second(void)
{
	use(1);
	use_locked(1);
}

int main(void)
{
	terminal = posix_openpt(O_RDWR | O_NOCTTY);
	folder = opendir("/");
	if (!folder || getaddrinfo("127.0.0.1", 0, 0, &list))
		return 1;
	run_two(first, second);
	return 0;
}
