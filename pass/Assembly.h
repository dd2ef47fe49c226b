// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Assembly.h - what an `asm` statement does to memory, as far as its text says:
// its constraints name the memory operands, its template says what the
// instructions do with them. What it reaches otherwise (a "memory" clobber,
// addresses in registers) is not guessed at, with one exception: an instruction
// that orders threads and has `(%N)` for its memory says all there is to know.
//
//     lock; decb %0          modifies %0, acquires and releases there
//     xchg, lock cmpxchg     likewise; a cmpxchg that fails is a load
//     movb $1, %0            with a "memory" clobber: store that releases
//     movl %1, %0            likewise: load that acquires
//     incb %0                likewise: update by the only thread that may
//     mfence                 fence
//     anything else          plain reads and writes of the operands

#ifndef RACE_PASS_ASSEMBLY_H
#define RACE_PASS_ASSEMBLY_H

#include "Access.h"
#include "llvm/IR/InstrTypes.h"

namespace race {

/// One piece of memory that the statement touches.
struct AsmOperand {
  llvm::Value *Ptr;
  uint64_t Bytes;
  bool Reads = false, Writes = false; ///< plain accesses
  unsigned Orders = 0;                ///< ASM_LOAD, ... (race_hooks.def)
};

/// A statement as it was understood.
struct Assembly {
  explicit Assembly(const llvm::CallBase &Call);

  llvm::SmallVector<AsmOperand, 2> Operands;
  llvm::SmallVector<unsigned, 1> Fences; ///< orders as C counts them
  /// A few instructions, one after the other, then it is over.
  bool IsShort = true;
  /// The one instruction that orders is a compare-exchange, and has succeeded
  /// when, of the statement's results, each pair is equal (result, argument),
  /// or Success is not zero.
  llvm::SmallVector<std::pair<unsigned, unsigned>, 2> Equal;
  int Success = -1;
};

/// Does the statement order threads?
bool ordersThreads(const llvm::Instruction &I);

/// Puts the runtime's hooks around a statement that does.
void surround(llvm::CallBase &Call, const llvm::DebugLoc &Loc, Hooks &H);

} // namespace race

#endif
