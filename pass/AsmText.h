// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AsmText.h - the template of an `asm` statement, instruction by instruction:
// enough of the assembler's syntax, in both dialects, to tell what each does
// with the statement's operands.

#ifndef RACE_PASS_ASMTEXT_H
#define RACE_PASS_ASMTEXT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include <string>
#include <vector>

namespace race {

/// What an instruction does with a memory operand.
enum AsmUses : unsigned {
  USE_LOAD = 1,
  USE_STORE = 2,
  USE_UPDATE = 4,  ///< load, then store: another thread may come between
  USE_MODIFY = 8,  ///< both at once
  USE_UNKNOWN = 16 ///< whatever the constraints say
};

struct AsmUse {
  bool Mentioned = false;
  unsigned Uses = 0;  ///< AsmUses
  uint64_t Bytes = 0; ///< 0 when the instruction's name does not tell
};

struct AsmInstruction {
  std::string Name; ///< lower case, without prefixes
  bool IsLocked = false, IsRepeated = false;
  /// With the operand %N of the statement as "\1N\2".
  std::vector<std::string> Arguments;
  uint64_t Bytes = 0; ///< by its suffix

  bool isCompareExchange() const;
  /// `lock; addl $0, (%rsp)`, or any other 0: a fence.
  bool isLockedNothing() const;
  /// The number of the operand when that is the only argument, or -1.
  int onlyOperand() const;
};

class AsmText {
public:
  /// Template is as LLVM has it: $0, ${0:b}, $$, $(att$|intel$).
  AsmText(llvm::StringRef Template, bool IsIntel);

  /// What becomes of the memory operand with these numbers.
  AsmUse uses(llvm::ArrayRef<unsigned> Numbers) const;

  /// What becomes of the memory at the address in the register operand Number.
  AsmUse usesAt(unsigned Number) const;

  std::vector<AsmInstruction> Instructions;
  /// Every instruction is a known simple one; no jumps, no repetition.
  bool IsShort = true;
  /// Some instruction locks the bus.
  bool Locks = false;

private:
  void parse(llvm::StringRef Lines);
  void parseStatement(llvm::StringRef Statement);
  unsigned useOf(const AsmInstruction &I, unsigned Argument) const;
  void add(AsmUse &Use, const AsmInstruction &I, unsigned Argument) const;

  bool IsIntel;
  bool Locked = false, Repeated = false; ///< prefixes met, for what follows
};

} // namespace race

#endif
