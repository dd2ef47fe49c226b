/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * k2_bytes.c - bytes: each thread packs its own buffer in the manner of LZ77, unpacks it,
 * compares, and counts the byte values.
 */
#include "kernel.h"

#include <string.h>

#define SIZE (1 << 18)
#define ROUNDS 160
#define HASH_BITS 12

typedef unsigned char byte;

struct work {
	byte *input, *packed, *output;
	int *head; /* where each hash was seen last, or -1 */
	unsigned histogram[256];
};

NOINLINE static int match_length(const byte *old, const byte *now, const byte *end)
{
	int length = 0;

	while (now + length < end && length < 255 && old[length] == now[length])
		length++;
	return length;
}

/* A literal stands for itself, 0 0 for a zero byte, 0 L d d for L bytes from d back. */
NOINLINE static long pack(struct work *work)
{
	const byte *in = work->input, *end = in + SIZE, *p = in;
	byte *out = work->packed;

	for (int i = 0; i < 1 << HASH_BITS; i++)
		work->head[i] = -1;
	while (p < end) {
		int length = 0, distance = 0;

		if (p + 4 < end) {
			unsigned hash = (p[0] | p[1] << 8 | p[2] << 16) * 2654435761u >> (32 - HASH_BITS);
			int candidate = work->head[hash];

			work->head[hash] = p - in;
			distance = p - in - candidate;
			if (candidate >= 0 && distance < 65536)
				length = match_length(in + candidate, p, end);
		}
		if (length >= 4) {
			*out++ = 0;
			*out++ = length;
			*out++ = distance;
			*out++ = distance >> 8;
			p += length;
		} else {
			if (!*p)
				*out++ = 0;
			*out++ = *p++;
		}
	}
	return out - work->packed;
}

NOINLINE static long unpack(struct work *work, long size)
{
	const byte *p = work->packed, *end = p + size;
	byte *out = work->output;

	while (p < end) {
		if (*p) {
			*out++ = *p++;
		} else if (!p[1]) {
			*out++ = 0;
			p += 2;
		} else {
			int length = p[1], distance = p[2] | p[3] << 8;

			for (int i = 0; i < length; i++, out++)
				*out = out[-distance];
			p += 4;
		}
	}
	return out - work->output;
}

NOINLINE static void count(unsigned *histogram, const byte *bytes, long size)
{
	for (long i = 0; i < size; i++)
		histogram[bytes[i]]++;
}

static void fill(byte *bytes, unsigned seed)
{
	int i = 0;

	while (i < SIZE) {
		unsigned random = kernel_random(&seed);

		if (i > 300 && random >> 30) {
			int length = (random >> 8 & 31) + 4, distance = (random >> 16 & 255) + 1;

			for (; length && i < SIZE; length--, i++)
				bytes[i] = bytes[i - distance];
		} else {
			bytes[i++] = random >> 20;
		}
	}
}

static long body(long me)
{
	struct work work = {kernel_alloc(SIZE), kernel_alloc(2 * SIZE), kernel_alloc(SIZE),
			    kernel_alloc(sizeof(int) << HASH_BITS), {0}};
	int rounds = (me + 1) * ROUNDS / kernel_threads - me * ROUNDS / kernel_threads;
	long result = 0;

	fill(work.input, 1);
	for (int i = 0; i < rounds; i++) {
		long size = pack(&work);

		if (unpack(&work, size) != SIZE || memcmp(work.input, work.output, SIZE))
			printf("wrong\n");
		count(work.histogram, work.input, SIZE);
		count(work.histogram, work.packed, size);
		result += size;
	}
	result += work.histogram['A'];
	free(work.input);
	free(work.packed);
	free(work.output);
	free(work.head);
	return result;
}

int main(int argc, char **argv)
{
	kernel_start(argc, argv);
	printf("%ld\n", kernel_run(body));
	return 0;
}
