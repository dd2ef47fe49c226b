// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sync.h - what orders threads. Atomic operations and fences become calls of
// the runtime, which performs and orders them; libc calls that the runtime
// stands in for go straight to the stand-ins.

#ifndef RACE_PASS_SYNC_H
#define RACE_PASS_SYNC_H

#include "Hooks.h"
#include "Options.h"

namespace race {

/// Is I an atomic operation, or a fence, that other threads can observe?
bool isSync(const llvm::Instruction &I);

/// Replaces I, for which isSync() holds, by a call of the runtime.
void replaceSync(llvm::Instruction &I, const llvm::DebugLoc &Loc, Hooks &H,
                 const Options &O);

/// Replaces, in functions for which Instrumented holds, the libc functions
/// named by RACE_REDIRECT. A module that defines such a function itself means
/// its own.
void redirect(llvm::Module &M,
              llvm::function_ref<bool(const llvm::Function &)> Instrumented);

/// Tells the runtime of each dlopen in such a function, before and after. The
/// call itself stays: whose run path serves depends on where it comes from.
void surroundOpens(llvm::Module &M,
                   llvm::function_ref<bool(const llvm::Function &)> Instrumented,
                   Hooks &H);

} // namespace race

#endif
