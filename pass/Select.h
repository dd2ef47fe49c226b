// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Select.h - which accesses need no check. Each reason has one name, one switch
// of the plugin (-fplugin-arg-race-NAME=0), one statistic and, in Select.cpp,
// one proof.

#ifndef RACE_PASS_SELECT_H
#define RACE_PASS_SELECT_H

#include "Access.h"
#include "Options.h"
#include <array>
#include <vector>

namespace race {

class Releases;

// X(enumerator, name of its option, member of Options, what it says)
#define RACE_SELECT_REASONS(X)                                                 \
  X(Local, "local", "accesses to locals that no other thread can reach")       \
  X(Heap, "heap", "accesses to blocks that never leave their function")        \
  X(Thread, "thread", "accesses to thread-local variables of one file")        \
  X(Constant, "constant", "reads of memory that never changes")                \
  X(Covered, "covered", "reads that a write behind them stands for")           \
  X(Dominated, "dominated", "accesses that an earlier check stands for")       \
  X(Ranges, "ranges", "accesses that a check before their loop stands for")

enum class Reason {
#define RACE_REASON(Enumerator, Name, Text) Enumerator,
  RACE_SELECT_REASONS(RACE_REASON)
#undef RACE_REASON
      Count
};

using Removed = std::array<unsigned, unsigned(Reason::Count)>;

/// Drops from Accesses, all of one function, what needs no check, and counts
/// it.
void select(std::vector<Access> &Accesses, llvm::Function &F, const Releases &R,
            const Options &O, Removed &Counts);

} // namespace race

#endif
