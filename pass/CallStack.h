// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CallStack.h - keeps the thread's shadow call stack and its history of calls,
// by a few instructions at the entry and at each exit of a function.
//
// The stack is an array of return addresses; __race_self points to its next
// free slot. A function that is left by an exception or by longjmp leaves its
// slots behind; whoever catches knows its own slot and says so
// (__race_unwound).

#ifndef RACE_PASS_CALLSTACK_H
#define RACE_PASS_CALLSTACK_H

#include "Hooks.h"

namespace race {

/// Can a report be made while this function is on the stack? Without accesses,
/// atomics and calls it cannot; HasChecks tells of the first two.
bool needsFrame(const llvm::Function &F, bool HasChecks);

/// Gives F its slot.
void keepCallStack(llvm::Function &F, Hooks &H);

/// Does F call nothing in which a report can be made, once it has checks, other
/// than the doors of these checks?
bool isLeaf(const llvm::Function &F);

/// Gives F, for which isLeaf() held, its slot while it is in one of Doors, if it
/// seldom is: its hot path then carries nothing.
void keepLeafCallStack(llvm::Function &F,
                       llvm::ArrayRef<llvm::CallInst *> Doors, Hooks &H);

} // namespace race

#endif
