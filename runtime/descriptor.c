/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * descriptor.c - the table of descriptors and the wires they lead to (descriptor.h).
 * Wires are bytes that nobody reads, for their address: half of them are given out in
 * turn, half are found by a hash of what names them. Where two meet, an edge too many
 * is the worst.
 */
#define _GNU_SOURCE
#include "descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include "platform.h"
#include "shadow.h"
#include "sync.h"

#define DESCRIPTORS (1u << 20)
#define WIRES_NEW (1u << 20)

static char wires_new[WIRES_NEW], wires_named[RACE_WIRES_NAMED], numbers[DESCRIPTORS];
static uint32_t last_wire;

/* What is known of a descriptor, in one word: known | out | in, as distances from the
 * start of this file's wires; 0: to be asked. */
static uint64_t entries[DESCRIPTORS];
#define KNOWN (1ull << 63)
#define OUT_SHIFT 22
#define INDEX_MASK ((1u << OUT_SHIFT) - 1)

/* Of the first numbers; nobody has as many but who counts on them being many. */
#define JUDGED (1u << 16)
static struct race_number_memory memory[JUDGED];
static uint32_t judged_to; /* behind the last one that was asked for */

static uint32_t index_of(int fd)
{
	return (uint32_t)fd & (DESCRIPTORS - 1);
}

static uint64_t pack(uint64_t wire)
{
	if (!wire)
		return 0;
	if (wire - (uint64_t)wires_new < WIRES_NEW)
		return wire - (uint64_t)wires_new + 1;
	return wire - (uint64_t)wires_named + WIRES_NEW + 1;
}

static uint64_t unpack(uint32_t index)
{
	if (!index)
		return 0;
	return index <= WIRES_NEW ? (uint64_t)&wires_new[index - 1] :
	                            (uint64_t)&wires_named[index - 1 - WIRES_NEW];
}

/* The child of a vfork shares our memory, but its descriptors are its own. */
bool race_descriptor_is_anothers(void)
{
	const struct race_thread *self = __race_self.thread;

	return self && self->kernel_tid != race_sys_gettid();
}

static uint32_t noted_to; /* behind the last one of which anything is known */

static void note(int fd, uint64_t entry)
{
	if (race_descriptor_is_anothers())
		return;
	if (entry && index_of(fd) >= race_load(&noted_to))
		race_store(&noted_to, index_of(fd) + 1);
	race_store(&entries[index_of(fd)], entry);
}

/* ---- wires ---- */

uint64_t race_wire_new(void)
{
	uint32_t number = __atomic_add_fetch(&last_wire, 1, __ATOMIC_RELAXED);
	uint64_t wire = (uint64_t)&wires_new[number & (WIRES_NEW - 1)];

	if (number >= WIRES_NEW)
		race_sync_forget(wire, 1);
	return wire;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	uint64_t h = (a ^ b * 0xff51afd7ed558ccdull) * 0x9e3779b97f4a7c15ull;

	return h ^ h >> 32;
}

uint64_t race_wire_of(uint64_t a, uint64_t b)
{
	return (uint64_t)&wires_named[mix(mix(a, b), b) & (RACE_WIRES_NAMED - 1)];
}

uint32_t race_wire_number(uint64_t wire)
{
	return (wire - (uint64_t)wires_named) & (RACE_WIRES_NAMED - 1);
}

void race_wire_release(uint64_t wire)
{
	int kept = errno;

	if (wire && race_runtime.threaded && !race_is_busy())
		race_sync_release_at(race_self(), wire);
	errno = kept;
}

void race_wire_acquire(uint64_t wire)
{
	int kept = errno;

	if (wire && race_runtime.threaded && !race_is_busy())
		race_sync_acquire_at(race_self(), wire);
	errno = kept;
}

/* ---- sockets: ports and paths ---- */

/* Of internet addresses the port alone: a socket that listens everywhere has no other. */
static uint64_t name_of(const struct sockaddr *address, socklen_t bytes)
{
	uint64_t name = AF_UNIX;

	if (bytes < sizeof(sa_family_t) || !address)
		return 0;
	if (address->sa_family == AF_INET || address->sa_family == AF_INET6)
		return ((const struct sockaddr_in *)address)->sin_port;
	if (address->sa_family != AF_UNIX || bytes <= sizeof(sa_family_t))
		return 0;
	/* A path ends at its zero, an abstract name begins with it. */
	for (socklen_t i = 0; i < bytes - sizeof(sa_family_t); i++) {
		if (i && !address->sa_data[i] && address->sa_data[0])
			break;
		name = mix(name, (uint8_t)address->sa_data[i]);
	}
	return name;
}

static uint64_t name_by(long call, int fd)
{
	struct sockaddr_storage address;
	socklen_t bytes = sizeof(address);

	if (race_syscall(call, fd, (long)&address, (long)&bytes, 0, 0, 0) < 0)
		return 0;
	return name_of((struct sockaddr *)&address, bytes);
}

static bool has_peer(int fd)
{
	struct sockaddr_storage address;
	socklen_t bytes = sizeof(address);

	return race_syscall(__NR_getpeername, fd, (long)&address, (long)&bytes, 0, 0, 0) == 0;
}

static uint64_t meeting(uint64_t name, enum race_meeting what)
{
	return name ? race_wire_of(name, what) : 0;
}

uint64_t race_wire_to(const struct sockaddr *address, socklen_t bytes, enum race_meeting what)
{
	return meeting(name_of(address, bytes), what);
}

uint64_t race_wire_at(int fd, enum race_meeting what)
{
	return meeting(name_by(__NR_getsockname, fd), what);
}

/* False while the kernel may yet say something else. */
static bool ask_socket(int fd, struct race_wires *wires)
{
	uint64_t own = name_by(__NR_getsockname, fd), peer = name_by(__NR_getpeername, fd);
	int type = 0;
	socklen_t bytes = sizeof(type);

	race_syscall(__NR_getsockopt, fd, SOL_SOCKET, SO_TYPE, (long)&type, (long)&bytes, 0);
	if (type == SOCK_DGRAM) {
		wires->in = meeting(own, RACE_DATAGRAM);
		wires->out = meeting(peer, RACE_DATAGRAM);
		return own && peer;
	}
	if (!has_peer(fd))
		return false;
	if (own || peer) {
		wires->in = race_wire_of(peer, own * 8);
		wires->out = race_wire_of(own, peer * 8);
	}
	return true;
}

/* ---- descriptors ---- */

static bool ask(int fd, struct race_wires *wires)
{
	struct stat status;
	uint64_t there, back;
	long flags;

	if (race_syscall(__NR_fstat, fd, (long)&status, 0, 0, 0, 0) < 0)
		return false;
	there = race_wire_of(status.st_dev * 16, status.st_ino);
	back = race_wire_of(status.st_dev * 16 + 1, status.st_ino);
	switch (status.st_mode & S_IFMT) {
	case S_IFIFO:
		flags = race_syscall(__NR_fcntl, fd, F_GETFL, 0, 0, 0, 0) & O_ACCMODE;
		wires->in = flags == O_WRONLY ? back : there;
		wires->out = flags == O_RDONLY ? back : there;
		return true;
	case S_IFREG:
		wires->in = wires->out = there;
		return true;
	case S_IFSOCK:
		return ask_socket(fd, wires);
	case 0: /* an eventfd or the like that was not seen made: its number is its name */
		wires->in = wires->out = race_wire_of(~0ull, (uint32_t)fd);
		return true;
	default:
		return true;
	}
}

struct race_wires race_descriptor_wires(int fd)
{
	struct race_wires wires = { 0, 0 };
	uint64_t entry;

	if (fd < 0)
		return wires;
	entry = race_load(&entries[index_of(fd)]);
	if (entry) {
		wires.in = unpack(entry & INDEX_MASK);
		wires.out = unpack(entry >> OUT_SHIFT & INDEX_MASK);
	} else if (race_runtime.ready && ask(fd, &wires)) {
		race_descriptor_set(fd, wires.in, wires.out);
	}
	return wires;
}

void race_descriptor_set(int fd, uint64_t in, uint64_t out)
{
	note(fd, KNOWN | pack(out) << OUT_SHIFT | pack(in));
}

void race_descriptor_changed(int fd)
{
	if (fd >= 0 && race_load(&entries[index_of(fd)]))
		note(fd, 0);
}

struct race_number_memory *race_descriptor_memory(int fd)
{
	if (fd < 0 || (uint32_t)fd >= JUDGED)
		return NULL;
	if ((uint32_t)fd >= race_load(&judged_to))
		race_store(&judged_to, (uint32_t)fd + 1);
	return &memory[fd];
}

bool race_descriptor_of_memory(uint64_t addr, uint32_t *fd)
{
	if (addr - (uint64_t)memory >= sizeof(memory))
		return false;
	*fd = (uint32_t)((addr - (uint64_t)memory) / sizeof(memory[0]));
	return true;
}

void race_descriptor_forked(void)
{
	race_shadow_clear((uint64_t)memory, race_load(&judged_to) * sizeof(memory[0]));
}

void race_descriptor_named(int fd)
{
	if (fd < 0)
		return;
	/* What the runtime opens for itself it closes before it lets go. */
	if ((uint32_t)fd < race_load(&judged_to) && !race_is_busy())
		race_shadow_clear((uint64_t)&memory[fd], sizeof(memory[0]));
	race_descriptor_changed(fd);
	race_wire_acquire((uint64_t)&numbers[index_of(fd)]);
}

/* Its wire was given out where it was made: the kernel has no name for it. */
static bool is_nameless(uint64_t entry)
{
	uint32_t in = entry & INDEX_MASK, out = entry >> OUT_SHIFT & INDEX_MASK;

	return (in && in <= WIRES_NEW) || (out && out <= WIRES_NEW);
}

void race_descriptor_passed(int fd)
{
	const long same_file = 0; /* KCMP_FILE */
	int pid = race_sys_getpid();

	race_descriptor_named(fd);
	for (uint32_t other = 0; fd >= 0 && other < race_load(&noted_to); other++) {
		uint64_t entry = race_load(&entries[other]);

		if (other == index_of(fd) || !is_nameless(entry) ||
		    race_syscall(__NR_kcmp, pid, pid, same_file, fd, other, 0) != 0)
			continue;
		note(fd, entry);
		return;
	}
}

void race_descriptor_duplicated(int fd, int old)
{
	struct race_wires wires;

	if (fd < 0 || fd == old)
		return;
	wires = race_descriptor_wires(old);
	race_descriptor_named(fd);
	if (race_load(&entries[index_of(old)]))
		race_descriptor_set(fd, wires.in, wires.out);
}

void race_descriptor_closing(int fd)
{
	struct race_wires wires;

	if (fd < 0)
		return;
	/* The end of the data is news to the other end. */
	if (race_runtime.threaded) {
		wires = race_descriptor_wires(fd);
		if (wires.in != wires.out)
			race_wire_release(wires.out);
		race_wire_release((uint64_t)&numbers[index_of(fd)]);
	}
	race_descriptor_changed(fd);
}
