// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Releases.h - which instructions may change what a check would find: advance
// the thread's epoch, hand memory on, or learn of other threads.

#ifndef RACE_PASS_RELEASES_H
#define RACE_PASS_RELEASES_H

#include "Options.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/Module.h"

namespace race {

/// Knows which instructions may release, from the module as the program wrote
/// it.
class Releases {
public:
  Releases(const llvm::Module &M, const Options &O);

  /// May the thread's epoch advance, or the memory under a cell change hands?
  bool at(const llvm::Instruction &I) const;

private:
  bool atCall(const llvm::CallBase &Call) const;

  bool KnowsLibc;
  /// Functions in which, and below which, nothing releases.
  llvm::DenseSet<const llvm::Function *> Quiet;
};

/// Does I leave clocks and memory's owners as they are, neither release nor
/// acquire, and reach what follows?
bool isCalm(const llvm::Instruction &I, const Options &O);

} // namespace race

#endif
