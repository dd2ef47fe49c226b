/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * advice.h - what the evidence of a race points to, in one sentence; where it points
 * nowhere, nothing.
 */
#ifndef RACE_ADVICE_H
#define RACE_ADVICE_H

#include "report.h"

/* "the previous write holds mutex 'accounts.lock', this read does not", or "". */
const char *race_advice(const struct race_told *told, struct race_names *names);

#endif
