/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * faults.h - faults put into the runtime, to see that the test finds them.
 */
#ifndef DIFFERENTIAL_FAULTS_H
#define DIFFERENTIAL_FAULTS_H

#include <stdbool.h>

/* False when there is no such fault (in `differential`, there is none at all). */
bool fault_choose(const char *name);

#endif
