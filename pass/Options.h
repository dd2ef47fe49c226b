// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Options.h - what -fplugin-arg-race-NAME=VALUE can say. One line per option;
// the plugin's parser, its error message and the passes all read this list.

#ifndef RACE_PASS_OPTIONS_H
#define RACE_PASS_OPTIONS_H

#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

// X(name on the command line, member, default)
#define RACE_PASS_OPTIONS(X)                                                   \
  /* test the shadow beside each access, not only in the runtime */            \
  X("inline", Inline, true)                                                    \
  /* leave out the checks that Select.h proves needless, reason by reason */   \
  X("local", Local, true)                                                      \
  X("heap", Heap, true)                                                        \
  X("thread", Thread, true)                                                    \
  X("constant", Constant, true)                                                \
  X("dominated", Dominated, true)                                              \
  X("covered", Covered, true)                                                  \
  /* what these know of calls: the module's functions, those of libc */        \
  X("calls", Calls, true)                                                      \
  X("libc", Libc, true)                                                        \
  /* let one access tell where in its granule another one lies */              \
  X("offsets", Offsets, true)                                                  \
  /* one check in front of a loop for all its iterations */                    \
  X("ranges", Ranges, true)                                                    \
  X("strides", Strides, true)                                                  \
  /* where the program prefetches memory, prefetch its shadow */               \
  X("prefetch", Prefetch, true)                                                \
  /* print what was checked and what was left out */                           \
  X("stats", Stats, false)

namespace race {

struct Options {
#define RACE_OPTION_MEMBER(Name, Member, Default) bool Member = Default;
  RACE_PASS_OPTIONS(RACE_OPTION_MEMBER)
#undef RACE_OPTION_MEMBER

  /// ignorelist=FILE: functions, files and types to leave unchecked, as clang's
  /// special case lists name them; in order.
  std::vector<std::string> Ignorelists;

  /// The source is C++20 or later, where a thread's own relaxed store ends its
  /// release sequence. No option: the front end knows. C23 kept the older rule.
  bool StoresEndSequences = false;

  /// Takes one "NAME=VALUE". Returns what is wrong with it, or "".
  std::string parse(llvm::StringRef Argument);
};

} // namespace race

#endif
