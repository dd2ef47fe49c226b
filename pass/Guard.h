// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guard.h - loads that LLVM has added. The optimiser turns
//
//     r = *(c ? &G1 : &G2);      into      a = G1; b = G2; r = c ? a : b;
//
// The program reads one of the two variables, the code reads both: the other
// read is nobody's race. So the program's own loads are marked before the
// optimiser starts. It keeps the mark on what it copies and moves as a whole,
// and gives none to what it makes up. An unmarked load whose value is only ever
// picked by selects, or by a phi for one way out of a branch, counts when it is
// picked; every other load counts.

#ifndef RACE_PASS_GUARD_H
#define RACE_PASS_GUARD_H

#include "Access.h"
#include "llvm/IR/PassManager.h"

namespace llvm {
class DominatorTree;
class LoadInst;
}

namespace race {

/// Runs first: marks the loads that the front end wrote.
struct MarkOwnLoadsPass : llvm::PassInfoMixin<MarkOwnLoadsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// Does this load count whenever it is executed? Known until guard() has seen
/// it.
bool countsAlways(llvm::LoadInst &Load);

/// Sets A.When, and moves A.At to where its conditions are known, if A is a
/// load that counts only sometimes. Takes the mark off.
void guard(Access &A, const llvm::DominatorTree &DT);

} // namespace race

#endif
