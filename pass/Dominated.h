// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dominated.h - checks that an earlier check stands for. A check leaves a cell
// that says "this thread, this epoch, these bytes". Until the thread's epoch
// advances, a second check of the same bytes would find that cell and do
// nothing; and another thread that comes between meets the same cell. The epoch
// advances at releases.

#ifndef RACE_PASS_DOMINATED_H
#define RACE_PASS_DOMINATED_H

#include "Access.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/DenseSet.h"
#include <vector>

namespace race {

/// Knows which instructions may release, from the module as the program wrote
/// it.
class Releases {
public:
  explicit Releases(const llvm::Module &M);

  /// May the thread's epoch advance, or the memory under a cell change hands?
  bool at(const llvm::Instruction &I) const;

private:
  /// Functions in which, and below which, nothing releases.
  llvm::DenseSet<const llvm::Function *> Quiet;
};

/// Which of Accesses, in order, need no check of their own.
llvm::BitVector findDominated(llvm::ArrayRef<Access> Accesses,
                              llvm::Function &F, const Releases &R);

} // namespace race

#endif
