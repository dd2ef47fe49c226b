// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the system's functions read and write for their caller: time, files and their
// names, processes, users, the net, patterns.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin -D__NO_INLINE__ %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <glob.h>
#include <grp.h>
#include <libintl.h>
#include <locale.h>
#include <net/if.h>
#include <netdb.h>
#include <pwd.h>
#include <regex.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysinfo.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define THE(type) ((type *)p)
#define END(type) (sizeof(type) - 1) // of an object of that type

extern int __ttyname_r_chk(int, char *, size_t, size_t);
static time_t now;
static struct tm day;
static char texts[8192];
static struct stat status;

static struct passwd user, *got_user;
static struct group group, *got_group;
static struct sockaddr_in here;
static socklen_t length;
static struct addrinfo *list;
static regex_t pattern;
static sem_t sem;
static int pair[2];
static locale_t in;
static int terminal;
static char terminal_name[64];
static int socket_fd, open_fd;
static timer_t timer;
static char host[256], name[16];

static int (*const volatile unmake)(const char *) = rmdir; // not checked

#include "cases.h"

static void before_cases(void)
{
	day.tm_mday = 1;
	here.sin_family = AF_INET;
	socket_fd = socket(AF_INET, SOCK_STREAM, 0);
	bind(socket_fd, (struct sockaddr *)&here, sizeof(here));
	socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
	open_fd = open("/dev/null", O_RDWR);
	regcomp(&pattern, "a(b)", REG_EXTENDED);
	terminal = posix_openpt(O_RDWR | O_NOCTTY);
	grantpt(terminal);
	unlockpt(terminal);
	terminal = open(ptsname(terminal), O_RDWR | O_NOCTTY);
	ttyname_r(terminal, terminal_name, sizeof(terminal_name));
	in = newlocale(LC_ALL_MASK, "C", 0);
	sem_init(&sem, 0, 3);
	struct sigevent none = { .sigev_notify = SIGEV_NONE };
	timer_create(CLOCK_REALTIME, &none, &timer);
	if (chdir("/"))
		abort();
	gethostname(host, sizeof(host));
	pthread_getname_np(pthread_self(), name, sizeof(name));
}
#else
CASE(time, 0, END(time_t), time(THE(time_t)))
CASE(gmtime_r, 0, END(struct tm), gmtime_r(&now, THE(struct tm)))
CASE(localtime_r, 0, END(time_t), localtime_r(THE(time_t), &day))
CASE(gmtime, 0, END(time_t), gmtime(THE(time_t)))
CASE(localtime, 0, END(time_t), localtime(THE(time_t)))
CASE(asctime, (THE(struct tm)->tm_mday = 1), END(struct tm), asctime(THE(struct tm)))
CASE(ctime, 0, END(time_t), ctime(THE(time_t)))
CASE(asctime_r, 0, 25, asctime_r(&day, p))
CASE(ctime_r, 0, 25, ctime_r(&now, p))
CASE(mktime, 0, END(struct tm), mktime(THE(struct tm)))
CASE(timegm, 0, END(struct tm), timegm(THE(struct tm)))
CASE(timelocal, 0, END(struct tm), timelocal(THE(struct tm)))
CASE(strftime, 0, 4, strftime(p, 9, "%Y", &day))
CASE(strftime, strcpy(p, "%Y"), 2, strftime(texts, 9, p, &day))
CASE(strftime_l, strcpy(p, "%Y"), 2, strftime_l(texts, 9, p, &day, in))
CASE(strptime, strcpy(p, "12 "), 1, strptime(p, "%H", &day))
CASE(clock_gettime, 0, END(struct timespec), clock_gettime(CLOCK_REALTIME, THE(struct timespec)))
CASE(clock_getres, 0, END(struct timespec), clock_getres(CLOCK_REALTIME, THE(struct timespec)))
CASE(clock_settime, (THE(struct timespec)->tv_nsec = -1), END(struct timespec), clock_settime(CLOCK_REALTIME, THE(struct timespec)))
CASE(timespec_get, 0, END(struct timespec), timespec_get(THE(struct timespec), TIME_UTC))
CASE(gettimeofday, 0, END(struct timeval), gettimeofday(THE(struct timeval), 0))
CASE(nanosleep, 0, END(struct timespec), nanosleep(THE(struct timespec), 0))
CASE(clock_nanosleep, 0, END(struct timespec), clock_nanosleep(CLOCK_REALTIME, 0, THE(struct timespec), 0))
CASE(getitimer, 0, END(struct itimerval), getitimer(ITIMER_REAL, THE(struct itimerval)))
CASE(timer_gettime, 0, END(struct itimerspec), timer_gettime(timer, THE(struct itimerspec)))
CASE(times, 0, END(struct tms), times(THE(struct tms)))
CASE(getcwd, 0, 1, getcwd(p, 4096))
CASE(readlink, 0, 0, readlink("/proc/self/exe", p, 1))
CASE(readlink, strcpy(p, "/no"), 3, readlink(p, texts, 1))
CASE(readlinkat, 0, 0, readlinkat(AT_FDCWD, "/proc/self/exe", p, 1))
CASE(realpath, strcpy(p, "/"), 1, realpath(p, texts))
CASE(realpath, 0, 1, realpath("/", p))
CASE(canonicalize_file_name, strcpy(p, "/"), 1, canonicalize_file_name(p))
CASE(faccessat, strcpy(p, "/"), 1, faccessat(AT_FDCWD, p, R_OK, 0))
CASE(chdir, strcpy(p, "."), 1, chdir(p))
CASE(mkdir, strcpy(p, "/"), 1, mkdir(p, 0))
CASE(mkdirat, strcpy(p, "/"), 1, mkdirat(AT_FDCWD, p, 0))
CASE(rmdir, strcpy(p, "/a/b"), 4, rmdir(p))
CASE(unlink, strcpy(p, "/a/b"), 4, unlink(p))
CASE(unlinkat, strcpy(p, "/a/b"), 4, unlinkat(AT_FDCWD, p, 0))
CASE(chmod, strcpy(p, "/a/b"), 4, chmod(p, 0))
CASE(chown, strcpy(p, "/a/b"), 4, chown(p, 0, 0))
CASE(mkfifo, strcpy(p, "/a/b"), 4, mkfifo(p, 0))
CASE(truncate, strcpy(p, "/a/b"), 4, truncate(p, 0))
CASE(truncate64, strcpy(p, "/a/b"), 4, truncate64(p, 0))
CASE(renameat, strcpy(p, "/a/b"), 4, renameat(AT_FDCWD, p, AT_FDCWD, "/a/c"))
CASE(symlink, strcpy(p, "/a/b"), 4, symlink("/a/c", p))
CASE(mkdtemp, strcpy(p, "/tmp/raceXXXXXX"), 14, unmake(mkdtemp(p)))
CASE(opendir, strcpy(p, "/a/b"), 4, opendir(p))
CASE(stat, 0, END(struct stat), stat("/", THE(struct stat)))
CASE(stat, strcpy(p, "/"), 1, stat(p, &status))
CASE(lstat, 0, END(struct stat), lstat("/", THE(struct stat)))
CASE(fstat, 0, END(struct stat), fstat(open_fd, THE(struct stat)))
CASE(fstatat, 0, END(struct stat), fstatat(AT_FDCWD, "/", THE(struct stat), 0))
CASE(stat, 0, END(struct stat), stat64("/", THE(struct stat64)))
CASE(lstat, 0, END(struct stat), lstat64("/", THE(struct stat64)))
CASE(fstat, 0, END(struct stat), fstat64(open_fd, THE(struct stat64)))
CASE(fstatat, 0, END(struct stat), fstatat64(AT_FDCWD, "/", THE(struct stat64), 0))
CASE(statx, 0, END(struct statx), statx(AT_FDCWD, "/", 0, STATX_ALL, THE(struct statx)))
CASE(statfs, 0, END(struct statfs), statfs("/", THE(struct statfs)))
CASE(fstatfs, 0, END(struct statfs), fstatfs(open_fd, THE(struct statfs)))
CASE(statvfs, 0, END(struct statvfs), statvfs("/", THE(struct statvfs)))
CASE(fstatvfs, 0, END(struct statvfs), fstatvfs(open_fd, THE(struct statvfs)))
CASE(statfs, 0, END(struct statfs), statfs64("/", THE(struct statfs64)))
CASE(fstatfs, 0, END(struct statfs), fstatfs64(open_fd, THE(struct statfs64)))
CASE(statvfs, 0, END(struct statvfs), statvfs64("/", THE(struct statvfs64)))
CASE(fstatvfs, 0, END(struct statvfs), fstatvfs64(open_fd, THE(struct statvfs64)))
CASE(utimes, strcpy(p, "/a/b"), 4, utimes(p, 0))
CASE(utimensat, strcpy(p, "/a/b"), 4, utimensat(AT_FDCWD, p, 0, 0))
CASE(futimens, 0, 2 * sizeof(struct timespec) - 1, futimens(-1, THE(struct timespec)))
CASE(tcsetattr, 0, END(struct termios), tcsetattr(open_fd, TCSANOW, THE(struct termios)))
CASE(system, strcpy(p, "true"), 4, system(p))
CASE(waitpid, 0, 3, waitpid(fork() ?: (_exit(0), 0), THE(int), 0))
CASE(wait3, 0, 3, (fork() ?: (_exit(0), 0), wait3(THE(int), 0, 0)))
CASE(wait4, 0, END(struct rusage), wait4(fork() ?: (_exit(0), 0), 0, 0, THE(struct rusage)))
CASE(waitid, 0, END(siginfo_t), waitid(P_PID, fork() ?: (_exit(0), 0), THE(siginfo_t), WEXITED))
CASE(getrlimit, 0, END(struct rlimit), getrlimit(RLIMIT_CORE, THE(struct rlimit)))
CASE(getrlimit, 0, END(struct rlimit), getrlimit64(RLIMIT_CORE, THE(struct rlimit64)))
CASE(setrlimit, 0, END(struct rlimit), setrlimit(RLIMIT_CORE, THE(struct rlimit)))
CASE(setrlimit, 0, END(struct rlimit), setrlimit64(RLIMIT_CORE, THE(struct rlimit64)))
CASE(getrusage, 0, END(struct rusage), getrusage(RUSAGE_SELF, THE(struct rusage)))
CASE(getloadavg, 0, 7, getloadavg(THE(double), 1))
CASE(uname, 0, END(struct utsname), uname(THE(struct utsname)))
CASE(sysinfo, 0, END(struct sysinfo), sysinfo(THE(struct sysinfo)))
CASE(gethostname, 0, strlen(host), gethostname(p, 4096))
CASE(ttyname_r, 0, strlen(terminal_name), ttyname_r(terminal, p, 64))
CASE(ttyname_r, 0, strlen(terminal_name), __ttyname_r_chk(terminal, p, 64, 64))
CASE(tcgetattr, 0, END(struct termios), tcgetattr(terminal, THE(struct termios)))
CASE(confstr, 0, 1, confstr(_CS_PATH, p, 2))
CASE(sched_getaffinity, 0, END(cpu_set_t), sched_getaffinity(0, sizeof(cpu_set_t), THE(cpu_set_t)))
CASE(sched_setaffinity, 0, 7, sched_setaffinity(0, 8, THE(cpu_set_t)))
CASE(pthread_getname_np, 0, strlen(name), pthread_getname_np(pthread_self(), p, 16))
CASE(pthread_getaffinity_np, 0, END(cpu_set_t), pthread_getaffinity_np(pthread_self(), sizeof(cpu_set_t), THE(cpu_set_t)))
CASE(pthread_attr_init, 0, END(pthread_attr_t), pthread_attr_init(THE(pthread_attr_t)))
CASE(pthread_attr_setstacksize, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_setstacksize(THE(pthread_attr_t), 1 << 20))
CASE(pthread_attr_setdetachstate, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_setdetachstate(THE(pthread_attr_t), 0))
CASE(pthread_attr_getstacksize, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_getstacksize(THE(pthread_attr_t), (size_t *)texts))
CASE(pthread_attr_destroy, pthread_attr_init(THE(pthread_attr_t)), END(pthread_attr_t), pthread_attr_destroy(THE(pthread_attr_t)))
CASE(pthread_getattr_np, 0, END(pthread_attr_t), pthread_getattr_np(pthread_self(), THE(pthread_attr_t)))
CASE(sem_getvalue, 0, 3, sem_getvalue(&sem, THE(int)))
CASE(getpwnam_r, strcpy(p, "root"), 4, getpwnam_r(p, &user, texts, sizeof(texts), &got_user))
CASE(getpwuid_r, 0, END(struct passwd), getpwuid_r(0, THE(struct passwd), texts, sizeof(texts), &got_user))
CASE(getgrnam_r, strcpy(p, "root"), 4, getgrnam_r(p, &group, texts, sizeof(texts), &got_group))
CASE(getgrgid_r, 0, END(struct group), getgrgid_r(0, THE(struct group), texts, sizeof(texts), &got_group))
CASE(getpwnam, strcpy(p, "root"), 4, getpwnam(p))
CASE(getgrnam, strcpy(p, "root"), 4, getgrnam(p))
CASE(sigemptyset, 0, 7, sigemptyset(THE(sigset_t)))
CASE(sigfillset, 0, 7, sigfillset(THE(sigset_t)))
CASE(sigaddset, 0, 7, sigaddset(THE(sigset_t), SIGINT))
CASE(sigdelset, 0, 7, sigdelset(THE(sigset_t), SIGINT))
CASE(sigismember, 0, 7, sigismember(THE(sigset_t), SIGINT))
CASE(sigpending, 0, 7, sigpending(THE(sigset_t)))
CASE(inet_pton, 0, 3, inet_pton(AF_INET, "1.2.3.4", p))
CASE(inet_pton, strcpy(p, "::1"), 3, inet_pton(AF_INET6, p, texts))
CASE(inet_ntop, 0, 3, inet_ntop(AF_INET, p, texts, 64))
CASE(inet_ntop, 0, 7, inet_ntop(AF_INET, "\1\2\3\4", p, 64))
CASE(inet_aton, 0, 3, inet_aton("1.2.3.4", THE(struct in_addr)))
CASE(inet_addr, strcpy(p, "1.2.3.4"), 7, inet_addr(p))
CASE(getsockname, 0, 5, (length = 6, getsockname(socket_fd, (struct sockaddr *)p, &length)))
CASE(getpeername, 0, 1, (length = 9, getpeername(pair[0], (struct sockaddr *)p, &length)))
CASE(getsockopt, 0, 3, (length = 4, getsockopt(socket_fd, SOL_SOCKET, SO_TYPE, p, &length)))
CASE(setsockopt, 0, 3, setsockopt(socket_fd, SOL_SOCKET, SO_REUSEADDR, p, 4))
CASE(bind, 0, END(struct sockaddr_in), bind(socket_fd, (struct sockaddr *)p, sizeof(struct sockaddr_in)))
CASE(getaddrinfo, strcpy(p, "127.0.0.1"), 9, getaddrinfo(p, 0, 0, &list))
CASE(getaddrinfo, 0, 7, getaddrinfo("127.0.0.1", 0, 0, THE(struct addrinfo *)))
CASE(getnameinfo, 0, 1, getnameinfo((struct sockaddr *)&here, sizeof(here), 0, 0, p, 9, NI_NUMERICSERV))
CASE(if_nametoindex, strcpy(p, "lo"), 2, if_nametoindex(p))
CASE(if_indextoname, 0, 2, if_indextoname(1, p))
CASE(gethostbyname, strcpy(p, "127.0.0.1"), 9, gethostbyname(p))
CASE(getservbyname, strcpy(p, "nothing"), 7, getservbyname(p, "tcp"))
CASE(getprotobyname, strcpy(p, "nothing"), 7, getprotobyname(p))
CASE(regcomp, 0, END(regex_t), regcomp(THE(regex_t), "a", 0))
CASE(regexec, strcpy(p, "ab"), 2, regexec(&pattern, p, 0, 0, 0))
CASE(regexec, 0, 2 * sizeof(regmatch_t) - 1, regexec(&pattern, "ab", 2, THE(regmatch_t), 0))
CASE(regerror, 0, 2, regerror(REG_NOMATCH, &pattern, p, 3))
CASE(regfree, regcomp(THE(regex_t), "a", 0), END(regex_t), (regfree(THE(regex_t)), 1))
CASE(fnmatch, strcpy(p, "ab"), 2, fnmatch("a*", p, 0))
CASE(glob, 0, END(glob_t), glob("/", 0, 0, THE(glob_t)))
CASE(globfree, glob("/", 0, 0, THE(glob_t)), END(glob_t), (globfree(THE(glob_t)), 1))
CASE(gettext, strcpy(p, "ab"), 2, (gettext)(p))
CASE(dgettext, strcpy(p, "ab"), 2, (dgettext)(0, p))
CASE(dcgettext, strcpy(p, "ab"), 2, (dcgettext)(0, p, LC_MESSAGES))
CASE(ngettext, strcpy(p, "ab"), 2, (ngettext)(p, "abs", 1))
CASE(dladdr, 0, END(Dl_info), dladdr((void *)case_first, THE(Dl_info)))
CASE(backtrace, 0, 7, backtrace((void **)p, 1))
#endif
