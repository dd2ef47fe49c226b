// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instrument.h - the pass: finds what a module does to memory, then inserts
// checks.

#ifndef RACE_PASS_INSTRUMENT_H
#define RACE_PASS_INSTRUMENT_H

#include "Options.h"
#include "llvm/IR/PassManager.h"

namespace race {

/// Runs last, so that accesses which the optimiser removes cost nothing.
class InstrumentPass : public llvm::PassInfoMixin<InstrumentPass> {
public:
  explicit InstrumentPass(const Options &O) : O(O) {}

  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &AM);
  static bool isRequired() { return true; }

private:
  Options O;
};

} // namespace race

#endif
