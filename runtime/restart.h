/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * restart.h - the same program with the same arguments once more, where the kernel laid it
 * out so that its shadow does not fit: as it happens with 32 bits of randomness
 * (vm.mmap_rnd_bits=32). Without randomisation it fits; where that is forbidden, as in
 * many a container, most layouts do, so the dice are thrown again. RACE_STARTS in the
 * environment counts the throws, and is gone before the program sees it. An unlimited stack
 * gets a limit.
 */
#ifndef RACE_RESTART_H
#define RACE_RESTART_H

/* Returns when there is nothing left to try. */
void race_restart(char **argv, char **envp);

void race_restart_forget(char **envp);

#endif
