/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * test_entry.c - the assembly doors. They keep every register but r11, vectors
 * included, where they settle the access themselves, where C does, and where a race is
 * reported; and they judge as race_access does.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "overflow.h"
#include "play.h"
#include "stats.h"

/* ---- a call with all registers known ---- */

struct registers {
	uint64_t general[12]; /* rax rcx rdx rsi rdi r8 r9 r10 rbx rbp r14 r15 */
	unsigned char vector[16][32];
};

/* Loads `in`, calls door, stores into `out`. `shift` moves the stack by 8 bytes. */
void call_sse(void *door, const struct registers *in, struct registers *out, uint64_t shift);
void call_avx(void *door, const struct registers *in, struct registers *out, uint64_t shift);

__asm__(".macro vectors_sse what, base\n"
	".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
	".ifc \\what,load\n	movups 96+32*\\n(\\base), %xmm\\n\n"
	".else\n	movups %xmm\\n, 96+32*\\n(\\base)\n.endif\n"
	".endr\n"
	".endm\n"
	".macro vectors_avx what, base\n"
	".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15\n"
	".ifc \\what,load\n	vmovdqu 96+32*\\n(\\base), %ymm\\n\n"
	".else\n	vmovdqu %ymm\\n, 96+32*\\n(\\base)\n.endif\n"
	".endr\n"
	".endm\n"
	".macro caller kind\n"
	".globl call_\\kind\n"
	"call_\\kind:\n"
	"	push %rbx\n push %rbp\n push %r12\n push %r13\n push %r14\n push %r15\n"
	"	mov %rsp, %r11\n sub %rcx, %rsp\n sub $64, %rsp\n"
	"	mov %r11, 8(%rsp)\n mov %rdi, 0(%rsp)\n"
	"	mov %rsi, %r12\n mov %rdx, %r13\n"
	"	vectors_\\kind load, %r12\n"
	"	mov 0(%r12), %rax\n mov 8(%r12), %rcx\n mov 16(%r12), %rdx\n"
	"	mov 24(%r12), %rsi\n mov 32(%r12), %rdi\n mov 40(%r12), %r8\n"
	"	mov 48(%r12), %r9\n mov 56(%r12), %r10\n mov 64(%r12), %rbx\n"
	"	mov 72(%r12), %rbp\n mov 80(%r12), %r14\n mov 88(%r12), %r15\n"
	"	call *0(%rsp)\n"
	"	mov %rax, 0(%r13)\n mov %rcx, 8(%r13)\n mov %rdx, 16(%r13)\n"
	"	mov %rsi, 24(%r13)\n mov %rdi, 32(%r13)\n mov %r8, 40(%r13)\n"
	"	mov %r9, 48(%r13)\n mov %r10, 56(%r13)\n mov %rbx, 64(%r13)\n"
	"	mov %rbp, 72(%r13)\n mov %r14, 80(%r13)\n mov %r15, 88(%r13)\n"
	"	vectors_\\kind store, %r13\n"
	"	mov 8(%rsp), %rsp\n"
	"	pop %r15\n pop %r14\n pop %r13\n pop %r12\n pop %rbp\n pop %rbx\n"
	"	ret\n"
	".endm\n"
	".text\n"
	"caller sse\n"
	"caller avx\n");

static void keeps_registers(void *door, uint64_t addr, struct race_site *site, uint64_t bytes)
{
	static uint64_t calls; /* the stack is aligned to 16 in every other one */
	bool avx = __builtin_cpu_supports("avx");
	struct registers in, out;

	memset(&out, 0, sizeof(out));
	for (uint32_t i = 0; i < sizeof(in); i++)
		((unsigned char *)&in)[i] = (unsigned char)(i * 37 + 11);
	in.general[2] = bytes;
	in.general[3] = (uint64_t)site;
	in.general[4] = addr;
	(avx ? call_avx : call_sse)(door, &in, &out, calls++ % 2 * 8);
	assert_memory_equal(in.general, out.general, sizeof(in.general));
	for (int i = 0; i < 16; i++)
		assert_memory_equal(in.vector[i], out.vector[i], avx ? 32 : 16);
}

/* ---- the doors ---- */

#define RACE_DOOR(name, params) void __race_##name(void);
#include "race_hooks.def"

static const struct door {
	void *call;
	enum race_kind kind;
	uint16_t bytes;  /* of the access */
	uint64_t third;  /* its third argument */
} doors[] = {
	{ __race_read1, RACE_READ, 1, 1 },	{ __race_read2, RACE_READ, 2, 2 },
	{ __race_read4, RACE_READ, 4, 3 },	{ __race_read8, RACE_READ, 8, 4 },
	{ __race_read16, RACE_READ, 16, 5 },	{ __race_write1, RACE_WRITE, 1, 6 },
	{ __race_write2, RACE_WRITE, 2, 7 },	{ __race_write4, RACE_WRITE, 4, 8 },
	{ __race_write8, RACE_WRITE, 8, 9 },	{ __race_write16, RACE_WRITE, 16, 10 },
	{ __race_read_range, RACE_READ, 24, 24 },
	{ __race_write_range, RACE_WRITE, 24, 24 },
	{ __race_write_vptr, RACE_VPTR_WRITE, 8, 0x5555 },
};
#define DOORS (sizeof(doors) / sizeof(doors[0]))

/* Where the site has no number yet the door's return address names it, so each call
 * that is to be a race of its own gets its number first. */
static struct race_site site_for(const struct door *door)
{
	struct race_site site = { .bytes = door->bytes, .kind = (uint8_t)door->kind };

	race_site_enter(&site, play_pc());
	return site;
}

/* The player goes through the door from that place. Was it a race? */
static bool enter_at(struct player *player, const struct door *door, uint64_t addr,
                     struct race_site *site)
{
	struct player *before = on_stage;
	uint64_t reports = race_report_count();

	play_as(player);
	keeps_registers(door->call, addr, site, door->third);
	play_as(before);
	return race_report_count() > reports;
}

static bool enter(struct player *player, const struct door *door, uint64_t addr)
{
	struct race_site site = site_for(door);

	return enter_at(player, door, addr, &site);
}

static bool writes(const struct door *door)
{
	return door->kind != RACE_READ;
}

static void quick_and_repeated(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < DOORS; i++) {
		uint64_t x = play_memory();

		for (int times = 0; times < 3; times++)
			assert_false(enter(&a, &doors[i], x));
		play_order(&a, &b);
		assert_false(enter(&b, &doors[i], x));
		play_order(&b, &a);
		assert_false(enter(&a, &doors[i], x));
		assert_false(enter(&a, &doors[i], x + doors[i].bytes % 8));
	}
}

/* Every door behind every door: on the same bytes, on the bytes beside, ordered. */
static void every_pair(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < DOORS * DOORS; i++) {
		const struct door *one = &doors[i / DOORS], *two = &doors[i % DOORS];
		uint64_t x = play_memory(), y = play_memory(), z = play_memory();

		assert_false(enter(&a, one, x));
		assert_false(enter(&a, one, z));
		play_order(&a, &c);
		assert_false(enter(&a, one, y + (one->bytes < 8 ? 4 : 24)));
		assert_int_equal(enter(&b, two, x), writes(one) || writes(two));
		assert_false(enter(&c, two, z));
		if (two->bytes <= 4 || one->bytes >= 8)
			assert_false(enter(&b, two, y));
	}
}

/* Three concurrent readers make a list; what comes then goes through C. */
static void on_a_list(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < DOORS; i++) {
		uint64_t x = play_memory();

		assert_false(enter(&a, &doors[3], x));
		assert_false(enter(&b, &doors[3], x));
		assert_false(enter(&c, &doors[3], x));
		assert_true(race_cell_is_list(race_shadow_of(x)[1]));
		assert_int_equal(enter(&d, &doors[i], x), writes(&doors[i]));
	}
}

/* Also where it crosses into the next granule. */
static void site_gets_its_number_at_the_first_access(void **state)
{
	(void)state;
	for (uint32_t i = 0; i < 2 * DOORS; i++) {
		const struct door *door = &doors[i % DOORS];
		struct race_site site = { .bytes = door->bytes, .kind = (uint8_t)door->kind };
		bool crosses = i >= DOORS && door->bytes == 24;
		uint64_t x = play_memory() + (crosses ? 5 : 0);
		struct race_place place;

		play_as(&a);
		keeps_registers(door->call, x, &site, crosses ? 8 : door->third);
		play_as(&play_main);
		assert_int_not_equal(site.id, 0);
		place = race_site_place(site.id);
		assert_in_range(place.pc, (uint64_t)call_sse, (uint64_t)call_avx + 4096);
		assert_int_equal(place.kind, door->kind);
		assert_int_equal(place.bytes, door->bytes);
	}
}

/* Storing the same vptr again is no race with a virtual call. */
static void vptr_that_stays_is_a_read(void **state)
{
	const struct door *vptr = &doors[12];
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	*(uint64_t *)x = vptr->third;
	assert_false(enter(&a, vptr, x));
	assert_false(enter(&b, &doors[3], x));
	assert_true(enter(&c, &doors[8], x));
	assert_false(enter(&a, vptr, y));
	assert_true(enter(&b, &doors[3], y));
}

/* A thread nobody introduced comes through the door. */
static void unknown_thread_is_introduced(void **state)
{
	static const struct race_words unborn = { .word = RACE_WORD_NOBODY, .wrap = ~16ull };
	static uint64_t nursery[4] __attribute__((aligned(32)));
	struct player stranger = { .words = unborn };
	struct race_site site = site_for(&doors[8]);
	uint64_t x = play_memory();

	(void)state;
	stranger.words.stack = stranger.words.history = nursery;
	play_leave_stage();
	__race_self = stranger.words;
	keeps_registers(doors[8].call, x, &site, 0);
	stranger.thread = __race_self.thread;
	on_stage = &stranger;
	assert_non_null(stranger.thread);
	assert_int_equal(race_cell_tid(race_shadow_of(x)[0]), stranger.thread->tid);
	race_thread_finish(stranger.thread);
	play_enter_stage(&play_main);
	assert_true(enter(&a, &doors[3], x));
}

/* Long ranges take vector registers. */
static void ranges_keep_vectors(void **state)
{
	static char memory[16384] __attribute__((aligned(4096)));
	struct door range[] = { doors[10], doors[11] };

	(void)state;
	range[0].third = range[1].third = sizeof(memory);
	for (int i = 0; i < 12; i++) {
		struct player *one = i / 4 % 2 ? &a : &b, *two = i / 4 % 2 ? &b : &a;

		play_order(one, two);
		assert_false(enter(two, &range[i % 3 == 0], (uint64_t)memory));
	}
}

/* What the doors leave in a granule must be what C can go on with: two cells of one
 * thread and epoch would lose one of them. */
static void own_reads_are_all_kept(void **state)
{
	const struct door *read1 = &doors[0], *write1 = &doors[5];
	uint64_t x = play_memory();

	(void)state;
	assert_false(enter(&a, read1, x));
	assert_false(enter(&b, read1, x + 4));
	play_order(&b, &a);
	assert_false(enter(&a, read1, x + 4)); /* b's read is ordered before it */
	assert_false(enter(&a, read1, x + 2));
	play_order(&b, &c);
	assert_true(enter(&c, write1, x + 4)); /* with a's read */
}

/* `x++` in a later epoch, by halves: the write takes the older cell's place. The second
 * granule's pairs of places are known, and the doors settle it by themselves. */
static void increment_supersedes_the_older_write(void **state)
{
	const struct door *read4 = &doors[2], *write4 = &doors[7];
	struct race_site reads = site_for(read4), writes = site_for(write4);

	(void)state;
	for (int round = 0; round < 2; round++) {
		uint64_t x = play_memory();
		race_cell *shadow = race_shadow_of(x);

		assert_false(enter(&a, &doors[8], x));
		play_order(&a, &b);
		assert_false(enter_at(&b, read4, x, &reads));
		assert_false(enter_at(&b, write4, x, &writes));
		assert_int_equal(race_cell_touched(shadow[1]), 0xf0);
		assert_false(enter_at(&b, read4, x + 4, &reads));
		assert_false(enter_at(&b, write4, x + 4, &writes));
		assert_int_equal(race_cell_changed(shadow[0]), 0xff);
		assert_int_equal(shadow[1], 0);
	}
}

/* Halves that are used in one epoch each leave two cells, not a third. */
static void halves_take_turns(void **state)
{
	const struct door *read4 = &doors[2], *write4 = &doors[7];
	uint64_t x = play_memory(), y = play_memory();

	(void)state;
	assert_false(enter(&a, &doors[8], x));
	assert_false(enter(&a, &doors[3], y));
	play_order(&a, &b);
	for (uint64_t round = 0; round < 6; round++) {
		assert_false(enter(&a, write4, x + round % 2 * 4));
		assert_false(enter(&a, read4, y + round % 2 * 4));
		assert_false(race_cell_is_list(race_shadow_of(x)[1]));
		assert_false(race_cell_is_list(race_shadow_of(y)[1]));
		play_order(&a, &b);
	}
	assert_int_equal(race_cell_touched(race_shadow_of(x)[0]), 0xf0);
	assert_int_equal(race_cell_touched(race_shadow_of(x)[1]), 0x0f);
	/* A read renews its cell where it stands. */
	assert_int_equal(race_cell_plain(race_shadow_of(y)[0]) |
				 race_cell_plain(race_shadow_of(y)[1]), 0xff);
	assert_int_equal(race_cell_plain(race_shadow_of(y)[0]) &
				 race_cell_plain(race_shadow_of(y)[1]), 0);
	assert_false(enter(&b, write4, y + 4));
	assert_true(enter(&c, write4, x));
}

/* A write of this epoch beside a read of an earlier one: the same read again joins the write,
 * and both are there when more is read. */
static void older_read_joins_the_write_of_now(void **state)
{
	const struct door *read1 = &doors[0], *read2 = &doors[1];

	(void)state;
	for (int read_first = 0; read_first < 2; read_first++) {
		uint64_t x = play_memory();
		race_cell *shadow = race_shadow_of(x);

		assert_false(enter(&a, read1, x));
		play_order(&a, &b);
		assert_false(play_touch(&a, x + 1, 7, RACE_WRITE));
		if (read_first) {
			race_cell write = shadow[0];

			shadow[0] = shadow[1];
			shadow[1] = write;
		}
		assert_false(enter(&a, read1, x));
		assert_false(enter(&a, read2, x));
		assert_int_equal((race_cell_changed(shadow[0]) | race_cell_changed(shadow[1])) & 0xfe, 0xfe);
		assert_true(play_touch(&b, x + 7, 1, RACE_READ));
	}
}

/* A short range that the door finds done is done: what it adds to an earlier one of the
 * same epoch, by a byte in front, behind or both, is seen. */
static void short_ranges_are_whole(void **state)
{
	struct race_site writes = site_for(&doors[11]), reads = site_for(&doors[10]);

	(void)state;
	for (uint64_t first = 1; first < 9; first++)
		for (uint64_t bytes = 1; bytes < 20; bytes += first) {
			for (int more = 0; more < 4; more++) {
				uint64_t x = play_memory() + first, from = x - (more & 1);
				uint64_t end = x + bytes + (more >> 1);

				play_memory(), play_memory(), play_memory(), play_memory();
				play_as(&a);
				keeps_registers(doors[11].call, x, &writes, bytes);
				keeps_registers(doors[10].call, x, &reads, bytes);
				keeps_registers(doors[11].call, from, &writes, end - from);
				play_as(&play_main);
				for (uint64_t byte = x - 1; byte < x + bytes + 1; byte++)
					assert_int_equal(play_touch(&b, byte, 1, RACE_READ),
							 byte >= from && byte < end);
			}
		}
}

/* Wherever in a short range the one byte is that was not done before: it is done behind it. */
static void one_byte_undone_is_seen(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 2 * 8 * 27; i++) {
		const struct door *door = &doors[10 + i % 2];
		uint64_t from = i / 2 % 8, bytes = i / 16 + 1;
		struct race_site site = site_for(door);

		for (uint64_t undone = from; undone < from + bytes; undone++) {
			uint64_t x = play_memory(), there = x + undone;

			play_memory(), play_memory(), play_memory(), play_memory();
			play_as(&a);
			keeps_registers(door->call, x, &site, undone);
			keeps_registers(door->call, there + 1, &site, 40 - undone - 1);
			keeps_registers(door->call, x + from, &site, bytes);
			play_as(&play_main);
			assert_int_equal(race_cell_touched(race_shadow_of(there & ~7ull)[0]), 0xff);
		}
	}
}

/* What the doors of ranges get that is within a granule, or crosses into the next one, needs C as
 * little as what has a door of its own; and each of its bytes is there, no other. */
static void few_bytes_anywhere_need_no_c(void **state)
{
	const struct door *read_range = &doors[10], *write_range = &doors[11];

	(void)state;
	race_options.stats = true;
	for (uint64_t first = 0; first < 8; first++)
		for (uint64_t bytes = 1; bytes <= 8; bytes++) {
			bool has_door = (bytes & (bytes - 1)) == 0 || first + bytes > 8;
			struct race_site reads = site_for(read_range), writes = site_for(write_range);
			uint64_t x = play_memory(), accesses;

			assert_false(play_touch(&a, x, 16, RACE_WRITE));
			play_order(&a, &c);
			play_as(&a);
			accesses = race_stats[RACE_STAT_accesses];
			keeps_registers(read_range->call, x + first, &reads, bytes);
			keeps_registers(write_range->call, x + first, &writes, bytes);
			assert_int_equal(race_stats[RACE_STAT_accesses] - accesses, has_door ? 0 : 2);
			play_as(&play_main);
			for (uint64_t byte = 0; byte < 16; byte++)
				assert_int_equal(play_touch(&c, x + byte, 1, RACE_READ),
						 byte >= first && byte < first + bytes);
		}
	race_options.stats = false;
}

/* Both cells count, though the first one gives way without a word. */
static void concurrent_write_in_the_second_cell(void **state)
{
	const struct door *read1 = &doors[0], *read8 = &doors[3], *write1 = &doors[5];
	uint64_t x = play_memory();

	(void)state;
	assert_false(enter(&a, write1, x + 4));
	assert_false(enter(&b, read1, x));
	play_order(&b, &c);
	assert_true(enter(&c, read8, x)); /* with a's write */
}

/* A list's number may look like the masks of a read. */
static void list_with_a_large_number(void **state)
{
	race_cell c1 = (uint64_t)RACE_TID_LIST << RACE_CELL_TID_SHIFT | 0xff0001;
	struct race_overflow *first = race_overflow_new(), *list = race_overflow_of(c1);
	uint64_t x = play_memory();

	(void)state;
	race_overflow_recycle(first);
	race_spin_give(&first->lock);
	assert_false(enter(&a, &doors[8], x));
	list->room_bits = 1;
	list->few[list->count++] = race_shadow_of(x)[0];
	race_shadow_of(x)[0] = 0;
	race_shadow_of(x)[1] = c1;
	assert_true(enter(&b, &doors[3], x)); /* with a's write, in the list */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAY_TEST(few_bytes_anywhere_need_no_c),
		PLAY_TEST(quick_and_repeated),
		PLAY_TEST(every_pair),
		PLAY_TEST(on_a_list),
		PLAY_TEST(site_gets_its_number_at_the_first_access),
		PLAY_TEST(vptr_that_stays_is_a_read),
		PLAY_TEST(unknown_thread_is_introduced),
		PLAY_TEST(ranges_keep_vectors),
		PLAY_TEST(own_reads_are_all_kept),
		PLAY_TEST(increment_supersedes_the_older_write),
		PLAY_TEST(halves_take_turns),
		PLAY_TEST(older_read_joins_the_write_of_now),
		PLAY_TEST(short_ranges_are_whole),
		PLAY_TEST(one_byte_undone_is_seen),
		PLAY_TEST(concurrent_write_in_the_second_cell),
		PLAY_TEST(list_with_a_large_number),
	};

	return cmocka_run_group_tests(tests, play_begin, NULL);
}
