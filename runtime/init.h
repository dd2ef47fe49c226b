/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * init.h - start and exit of the process, as far as the runtime takes part.
 */
#ifndef RACE_INIT_H
#define RACE_INIT_H

/* Makes everything ready, in the order of the layers; again does nothing. A process
 * that cannot be watched ends with one line that says why. */
void race_init(int argc, char **argv, char **envp);

#endif
