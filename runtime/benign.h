/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * benign.h - bytes on which the program means to race (include/race.h).
 */
#ifndef RACE_BENIGN_H
#define RACE_BENIGN_H

#include "base.h"

void race_benign_add(uint64_t addr, uint64_t bytes);
bool race_benign_has(uint64_t addr, uint64_t bytes);

#endif
