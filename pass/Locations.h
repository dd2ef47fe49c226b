// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locations.h - the source line that a report will name for an instruction.

#ifndef RACE_PASS_LOCATIONS_H
#define RACE_PASS_LOCATIONS_H

#include "llvm/IR/DebugLoc.h"
#include "llvm/IR/Instruction.h"

namespace race {

/// The location of I; where the optimiser has dropped it (line 0, for an
/// instruction merged from two), that of the nearest instruction before it in
/// its block, or the function's own line.
llvm::DebugLoc locationOf(const llvm::Instruction &I);

} // namespace race

#endif
