/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * program.h - the file that the program was started from: the kernel's link to it, or where
 * there is no /proc the name it was started by, from the directory of the start.
 */
#ifndef RACE_PROGRAM_H
#define RACE_PROGRAM_H

#include "base.h"

#define RACE_PROGRAM_PATH 4096 /* room for the path, with its end */

/* Before the program may change its directory. */
void race_program_init(void);

/* Something to open. */
const char *race_program_file(void);

/* Its path; the length, 0 when nobody knows. */
size_t race_program_path(char path[RACE_PROGRAM_PATH]);

#endif
