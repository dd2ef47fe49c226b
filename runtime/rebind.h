/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * rebind.h - standing in late: a runtime that came as a library of a library is behind
 * libc, and the program's names are resolved. Each module's references to what we stand
 * in for are turned to us, and those of modules that come later when the next thread is
 * made or an instrumented library opens one.
 */
#ifndef RACE_REBIND_H
#define RACE_REBIND_H

void race_rebind_init(void);
void race_rebind_new(void);

#endif
