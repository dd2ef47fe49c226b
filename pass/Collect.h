// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collect.h - finds the accesses of a function: whatever reads or writes memory
// of the program other than by an atomic operation.

#ifndef RACE_PASS_COLLECT_H
#define RACE_PASS_COLLECT_H

#include "Access.h"
#include <vector>

namespace race {

/// Appends the accesses that I makes. One instruction may make two (memcpy).
void collect(llvm::Instruction &I, std::vector<Access> &Found);

/// Is Ptr memory of the program, rather than a counter that the compiler keeps
/// or another address space?
bool isProgramMemory(const llvm::Value *Ptr);

} // namespace race

#endif
