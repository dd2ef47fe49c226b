// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of files and other things are read, and what is asked of descriptors is written.
//
// RUN: %race_cc -O0 -fno-builtin %s -o %t && %expect_race %t > %t.out && %cases %t.out
// RUN: %race_cc -O2 -fno-builtin -D__NO_INLINE__ %s -o %t && %expect_race %t > %t.out && %cases %t.out

#ifndef CASE
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <mqueue.h>
#include <net/if.h>
#include <semaphore.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <termios.h>
#include <unistd.h>
#include <utime.h>
#include <wchar.h>

#define THE(type) ((type *)p)
#define WITH(argument) ((char *[]){ argument, 0 })
#define END(type) (sizeof(type) - 1) // of an object of that type

extern int __open_2(const char *, int), __open64_2(const char *, int);
extern int __openat_2(int, const char *, int), __openat64_2(int, const char *, int);
static int file, null, watch, terminal, master, pipe_in, udp;
static char terminal_name[64];
static FILE *stream, *other, *another, *wide, *words;
static struct dirent **list;
static pid_t child;
static char *arguments[2] = { "x" };

static int visit(const char *path, const struct stat *status, int what)
{
	(void)path, (void)status, (void)what;
	return 0;
}

static int (*const volatile remove_it)(const char *) = unlink; // not checked

static int unmade(int fd, const char *path)
{
	close(fd);
	return remove_it(path);
}

#include "cases.h"

static void before_cases(void)
{
	int ends[2];

	file = open("/proc/self/exe", O_RDONLY);
	null = open("/dev/null", O_RDWR);
	watch = inotify_init1(0);
	master = terminal = posix_openpt(O_RDWR | O_NOCTTY);
	grantpt(master);
	unlockpt(master);
	ptsname_r(master, terminal_name, sizeof(terminal_name));
	terminal = open(terminal_name, O_RDWR | O_NOCTTY);
	if (pipe(ends) || terminal < 0)
		abort();
	pipe_in = ends[1];
	udp = socket(AF_INET, SOCK_DGRAM, 0);
	stream = fopen("/proc/self/exe", "r");
	other = fopen("/dev/null", "r");
	another = fopen("/dev/null", "r");
	wide = fopen("/dev/null", "w");
	stderr = fopen("/dev/null", "w");
	words = fopen("/proc/version", "r");
}
#else
CASE(open, strcpy(p, "/a/b"), 4, open(p, O_RDONLY))
CASE(open64, strcpy(p, "/a/b"), 4, open64(p, O_CREAT, 0600))
CASE(openat, strcpy(p, "/a/b"), 4, openat(AT_FDCWD, p, O_RDONLY))
CASE(openat64, strcpy(p, "/a/b"), 4, openat64(AT_FDCWD, p, O_RDONLY))
CASE(open, strcpy(p, "/a/b"), 4, __open_2(p, O_RDONLY))
CASE(open, strcpy(p, "/a/b"), 4, __open64_2(p, O_RDONLY))
CASE(openat, strcpy(p, "/a/b"), 4, __openat_2(AT_FDCWD, p, O_RDONLY))
CASE(openat, strcpy(p, "/a/b"), 4, __openat64_2(AT_FDCWD, p, O_RDONLY))
CASE(creat, strcpy(p, "/a/b"), 4, creat(p, 0))
CASE(creat64, strcpy(p, "/a/b"), 4, creat64(p, 0))
CASE(shm_open, strcpy(p, "/a/b"), 4, shm_open(p, O_RDONLY, 0))
CASE(memfd_create, strcpy(p, "/a/b"), 4, memfd_create(p, 0))
CASE(mkstemp, strcpy(p, "/tmp/raceXXXXXX"), 15, unmade(mkstemp(p), p))
CASE(mkstemp, strcpy(p, "/tmp/raceXXXXXX"), 15, unmade(mkstemp64(p), p))
CASE(mkostemp, strcpy(p, "/tmp/raceXXXXXX"), 15, unmade(mkostemp(p, 0), p))
CASE(mkostemp, strcpy(p, "/tmp/raceXXXXXX"), 15, unmade(mkostemp64(p, 0), p))
CASE(mkstemps, strcpy(p, "/tmp/raceXXXXXX.c"), 17, unmade(mkstemps(p, 2), p))
CASE(mkstemps, strcpy(p, "/tmp/raceXXXXXX.c"), 17, unmade(mkstemps64(p, 2), p))
CASE(mkostemps, strcpy(p, "/tmp/raceXXXXXX.c"), 17, unmade(mkostemps(p, 2, 0), p))
CASE(mkostemps, strcpy(p, "/tmp/raceXXXXXX.c"), 17, unmade(mkostemps64(p, 2, 0), p))
CASE(fopen, strcpy(p, "/a/b"), 4, fopen(p, "r"))
CASE(fopen64, strcpy(p, "/a/b"), 4, fopen64(p, "r"))
CASE(freopen, strcpy(p, "/a/b"), 4, freopen(p, "r", other))
CASE(freopen, strcpy(p, "/a/b"), 4, freopen64(p, "r", another))
CASE(access, strcpy(p, "/a/b"), 4, access(p, 0))
CASE(euidaccess, strcpy(p, "/a/b"), 4, euidaccess(p, 0))
CASE(lchown, strcpy(p, "/a/b"), 4, lchown(p, 0, 0))
CASE(fchmodat, strcpy(p, "/a/b"), 4, fchmodat(AT_FDCWD, p, 0, 0))
CASE(fchownat, strcpy(p, "/a/b"), 4, fchownat(AT_FDCWD, p, 0, 0, 0))
CASE(remove, strcpy(p, "/a/b"), 4, remove(p))
CASE(chroot, strcpy(p, "/a/b"), 4, chroot(p))
CASE(mknod, strcpy(p, "/a/b"), 4, mknod(p, 0, 0))
CASE(mknodat, strcpy(p, "/a/b"), 4, mknodat(AT_FDCWD, p, 0, 0))
CASE(mkfifoat, strcpy(p, "/a/b"), 4, mkfifoat(AT_FDCWD, p, 0))
CASE(rename, strcpy(p, "/a/b"), 4, rename(p, "/a/c"))
CASE(rename, strcpy(p, "/a/b"), 4, rename("/a/c", p))
CASE(renameat2, strcpy(p, "/a/b"), 4, renameat2(AT_FDCWD, p, AT_FDCWD, "/a/c", 0))
CASE(link, strcpy(p, "/a/b"), 4, link(p, "/a/c"))
CASE(linkat, strcpy(p, "/a/b"), 4, linkat(AT_FDCWD, p, AT_FDCWD, "/a/c", 0))
CASE(symlinkat, strcpy(p, "/a/b"), 4, symlinkat("/a/c", AT_FDCWD, p))
CASE(shm_unlink, strcpy(p, "/a/b"), 4, shm_unlink(p))
CASE(sem_unlink, strcpy(p, "/a/b"), 4, sem_unlink(p))
CASE(mq_unlink, strcpy(p, "/a/b"), 4, mq_unlink(p))
CASE(pathconf, strcpy(p, "/a/b"), 4, pathconf(p, _PC_NAME_MAX))
CASE(ftw, strcpy(p, "/a/b"), 4, ftw(p, visit, 4))
CASE(ftw, strcpy(p, "/a/b"), 4, ftw64(p, (void *)visit, 4))
CASE(scandir, strcpy(p, "/a/b"), 4, scandir(p, &list, 0, 0))
CASE(scandir, strcpy(p, "/a/b"), 4, scandir64(p, (void *)&list, 0, 0))
CASE(ftok, strcpy(p, "/a/b"), 4, ftok(p, 1))
CASE(lutimes, strcpy(p, "/a/b"), 4, lutimes(p, 0))
CASE(utime, strcpy(p, "/a/b"), 4, utime(p, 0))
CASE(inotify_add_watch, strcpy(p, "/a/b"), 4, inotify_add_watch(watch, p, IN_OPEN))
CASE(popen, strcpy(p, "true"), 4, pclose(popen(p, "r")))
CASE(posix_spawn, strcpy(p, "/a/b"), 4, posix_spawn(&child, p, 0, 0, arguments, environ))
CASE(posix_spawnp, strcpy(p, "a"), 1, posix_spawnp(&child, "/a/b", 0, 0, (arguments[0] = p, arguments), environ))
CASE(execv, strcpy(p, "/a/b"), 4, execv(p, WITH("x")))
CASE(execv, strcpy(p, "x"), 1, execv("/a/b", WITH(p)))
CASE(execv, (THE(char *)[0] = "x"), 15, execv("/a/b", THE(char *)))
CASE(execvp, strcpy(p, "/a/b"), 4, execvp(p, WITH("x")))
CASE(execve, strcpy(p, "x"), 1, execve("/a/b", WITH("x"), (char *[]){ p, 0 }))
CASE(execvpe, strcpy(p, "x"), 1, execvpe("/a/b", WITH("x"), (char *[]){ p, 0 }))
CASE(fexecve, strcpy(p, "x"), 1, fexecve(-1, (char *[]){ "x", p, 0 }, environ))
CASE(execl, strcpy(p, "/a/b"), 4, execl(p, "x", (char *)0))
CASE(execl, strcpy(p, "x"), 1, execl("/a/b", "x", "y", p, (char *)0))
CASE(execlp, strcpy(p, "x"), 1, execlp("/a/b", p, (char *)0))
CASE(execle, strcpy(p, "x"), 1, execle("/a/b", "x", (char *)0, (char *[]){ p, 0 }))
CASE(posix_spawn, (THE(char *)[0] = "x"), 15, posix_spawn(&child, "/a/b", 0, 0, THE(char *), environ))
CASE(posix_spawn, (THE(char *)[0] = "x"), 15, posix_spawn(&child, "/a/b", 0, 0, WITH("x"), THE(char *)))
CASE(perror, strcpy(p, "ab"), 2, (perror(p), 1))
CASE(scandir, 0, 7, scandir("/", THE(struct dirent **), 0, 0))
CASE(scandir, 0, 7, scandir64("/", THE(struct dirent64 **), 0, 0))
CASE(futimes, 0, 2 * sizeof(struct timeval) - 1, futimes(-1, THE(struct timeval)))
CASE(utime, 0, END(struct utimbuf), utime("/a/b", THE(struct utimbuf)))
CASE(fcntl, (THE(struct flock)->l_type = F_RDLCK), END(struct flock), fcntl(file, F_GETLK, THE(struct flock)))
CASE(fcntl, (THE(struct flock)->l_type = F_RDLCK), END(struct flock), fcntl(file, F_SETLK, THE(struct flock)))
CASE(splice, 0, 7, splice(file, THE(off64_t), pipe_in, 0, 1, 0))
CASE(copy_file_range, 0, 7, copy_file_range(file, THE(off64_t), null, 0, 1, 0))
CASE(ioctl, 0, 3, ioctl(pipe_in, FIONREAD, p))
CASE(ioctl, 0, 3, ioctl(file, FIONBIO, p))
CASE(ioctl, 0, END(struct winsize), ioctl(terminal, TIOCGWINSZ, p))
CASE(ioctl, 0, END(struct winsize), ioctl(terminal, TIOCSWINSZ, p))
CASE(ioctl, 0, 35, ioctl(terminal, TCGETS, p))
CASE(ioctl, strcpy(THE(struct ifreq)->ifr_name, "lo"), END(struct ifreq), ioctl(udp, SIOCGIFINDEX, p))
CASE(ioctl, 0, 43, ioctl(terminal, _IOR('T', 0x2a, char[44]), p)) // TCGETS2
CASE(ioctl, 0, 43, ioctl(terminal, _IOW('T', 0x2b, char[44]), p)) // TCSETS2
CASE(ptsname_r, 0, strlen(terminal_name), ptsname_r(master, p, 64) * 0)
CASE(fgetpos, 0, END(fpos_t), fgetpos(stream, THE(fpos_t)))
CASE(fgetpos, 0, END(fpos_t), fgetpos64(stream, THE(fpos64_t)))
CASE(fsetpos, fgetpos(stream, THE(fpos_t)), END(fpos_t), fsetpos(stream, THE(fpos_t)))
CASE(fsetpos, fgetpos(stream, THE(fpos_t)), END(fpos_t), fsetpos64(stream, THE(fpos64_t)))
CASE(fputws, wcscpy(THE(wchar_t), L"ab"), 11, fputws(THE(wchar_t), wide))
CASE(fgetws, 0, 11, fgetws(THE(wchar_t), 3, words))
#endif
