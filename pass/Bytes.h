// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes.h - which bytes an access touches, as constant offsets from a value of
// the function: what two accesses must share to be compared.

#ifndef RACE_PASS_BYTES_H
#define RACE_PASS_BYTES_H

#include "Access.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace race {

/// No base: not comparable.
struct Bytes {
  const llvm::Value *Base = nullptr;
  int64_t From = 0;
  int64_t To = 0;

  bool contain(const Bytes &Other) const {
    return Base && Base == Other.Base && From <= Other.From && Other.To <= To;
  }
};

/// Beyond this, in bits to move, an analysis costs more than the checks.
constexpr uint64_t MaxWork = 1 << 26;

/// The accesses of a function, by instruction and by what they are reached
/// from.
struct AccessMap {
  explicit AccessMap(llvm::ArrayRef<Access> Accesses);

  std::vector<Bytes> Where;
  llvm::DenseMap<const llvm::Instruction *, llvm::SmallVector<unsigned, 2>> At;
  llvm::DenseMap<const llvm::Value *, llvm::SmallVector<unsigned, 4>> SameBase;
};

} // namespace race

#endif
