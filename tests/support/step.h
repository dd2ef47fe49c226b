/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * step.h - step_through(region, number): a child process runs region(), and at each of
 * its instructions, libc's and the detector's among them, is sent the signal once,
 * whose handler is then run to its end. Returns the child's exit status, which is what
 * region() returned; -1 when it was lost. *instructions counts.
 */
#ifndef RACE_TEST_STEP_H
#define RACE_TEST_STEP_H

#ifdef __cplusplus
extern "C" {
#endif

int step_through(int (*region)(void), int number, long *instructions);

/* In region(): stepping begins and ends here. */
#define STEP_MARK() __asm__ volatile("int3" ::: "memory")

#ifdef __cplusplus
}
#endif
#endif
