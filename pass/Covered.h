// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Covered.h - reads that a write behind them stands for: the read of `n++`.

#ifndef RACE_PASS_COVERED_H
#define RACE_PASS_COVERED_H

#include "Access.h"
#include "Options.h"
#include "llvm/ADT/BitVector.h"

namespace race {

/// Which of Accesses, in order, need no check of their own.
llvm::BitVector findCovered(llvm::ArrayRef<Access> Accesses, llvm::Function &F,
                            const Options &O);

} // namespace race

#endif
