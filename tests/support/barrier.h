/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * barrier.h - a barrier that the detector cannot see: raw futex calls in an object
 * compiled without the plugin. It fixes the order in which threads do things and
 * orders nothing in the detector's eyes, so a racy test reports on every run.
 */
#ifndef RACE_TEST_BARRIER_H
#define RACE_TEST_BARRIER_H

#ifdef __cplusplus
extern "C" {
#endif

struct barrier {
	unsigned threads; /* how many must come */
	unsigned waiting; /* how many are here */
	unsigned round;   /* the futex */
};

void barrier_init(struct barrier *b, unsigned threads);
void barrier_wait(struct barrier *b); /* any number of rounds */

#ifdef __cplusplus
}
#endif
#endif
