/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * query.h - a report for the program itself and for debuggers (include/race.h).
 */
#ifndef RACE_QUERY_H
#define RACE_QUERY_H

#include "report.h"

/* The report was written: calls the program's race_on_report; with on_report=stop, stops
 * where a debugger is attached. */
void race_query_report(const struct race_told *told);

#endif
