// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Library.h - what libc++ makes in the user's code of its own insides. How
// shared_timed_mutex waits with a limit is a template there:
//
//     lock the inner mutex; wait; count one reader more; unlock
//
// Seen as the program's, the inner mutex orders the readers. So the function is
// left as it was written, not looked into, and who calls it calls the runtime,
// which calls it and knows what the lock orders.

#ifndef RACE_PASS_LIBRARY_H
#define RACE_PASS_LIBRARY_H

#include "llvm/IR/PassManager.h"

namespace race {

/// Runs first: later these functions are parts of others.
struct LibraryPass : llvm::PassInfoMixin<LibraryPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace race

#endif
