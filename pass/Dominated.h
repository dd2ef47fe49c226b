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
#include "Releases.h"
#include "llvm/ADT/BitVector.h"

namespace race {

/// Which of Accesses, in order, need no check of their own.
llvm::BitVector findDominated(llvm::ArrayRef<Access> Accesses,
                              llvm::Function &F, const Releases &R);

} // namespace race

#endif
