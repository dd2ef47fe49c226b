// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private.h - memory that one thread alone can reach, because its address goes
// nowhere.

#ifndef RACE_PASS_PRIVATE_H
#define RACE_PASS_PRIVATE_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/IR/Value.h"

namespace race {

class Private {
public:
  /// Does Ptr point into a local variable,
  bool isLocal(const llvm::Value *Ptr);
  /// into a block that its function has allocated,
  bool isHeap(const llvm::Value *Ptr);
  /// into a thread-local variable that no other thread can reach?
  bool isThreadLocal(const llvm::Value *Ptr);

private:
  bool staysHere(const llvm::Value *Object);

  llvm::DenseMap<const llvm::Value *, bool> Known;
};

} // namespace race

#endif
