// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Access.h - one memory access that the program makes, as all rooms of the pass
// see it: Instrument.cpp finds them, Select.cpp drops those that need no check,
// Guard.cpp says when one counts, FastPath.cpp writes the check.

#ifndef RACE_PASS_ACCESS_H
#define RACE_PASS_ACCESS_H

#include "Hooks.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instruction.h"
#include "llvm/Support/Alignment.h"

namespace race {

/// "Condition has the value Expected."
struct Term {
  llvm::Value *Condition;
  bool Expected;
};

/// When an access counts: if any of the alternatives holds, an alternative
/// being the conjunction of its terms. No alternatives: always.
using Guard = llvm::SmallVector<llvm::SmallVector<Term, 2>, 1>;

/// "Count times, each Stride bytes further on."
struct Row {
  llvm::Value *Stride;
  llvm::Value *Count;
};

struct Access {
  Access(llvm::Instruction &I, llvm::Value *Ptr, uint64_t Bytes, llvm::Align A,
         Kind What, llvm::DebugLoc Loc)
      : Inst(&I), At(&I), Ptr(Ptr), Bytes(Bytes), Alignment(A), What(What),
        Loc(std::move(Loc)) {}

  llvm::Instruction *Inst; ///< what touches the memory
  llvm::Instruction *At;   ///< the check goes in front of this
  llvm::Value *Ptr;
  uint64_t Bytes; ///< 0 when only the run knows: then Length does
  llvm::Align Alignment;
  int InGranule = -1; ///< Ptr modulo 8, where something tells (Offsets.h)
  Kind What;
  llvm::DebugLoc Loc; ///< the line to report
  Guard When;
  llvm::Value *Length = nullptr;  ///< of memcpy and its like
  llvm::SmallVector<Row, 2> Rows; ///< made so often, the outermost first
  llvm::Value *Named = nullptr;   ///< tells the object when Ptr does not
  llvm::Value *Mask = nullptr;    ///< active lanes, each of Bytes
  llvm::Value *NewVptr = nullptr; ///< what a store of a vtable pointer stores

  bool isWrite() const { return What == KIND_WRITE || What == KIND_VPTR_WRITE; }
};

} // namespace race

#endif
