// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Words.h - what only the compiler knows of the memory that a report is about:
// which field an access means, which local or thread-local variable, and what
// the module's global variables look like inside. It goes into the binary as
// read-only data that nothing loads before a race is reported.

#ifndef RACE_PASS_WORDS_H
#define RACE_PASS_WORDS_H

#include "Types.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Instructions.h"

namespace race {

class Words {
public:
  /// Preemptible: another library may define the module's symbols instead.
  Words(llvm::Module &M, bool Preemptible)
      : M(M), T(M), Preemptible(Preemptible) {}

  /// "FIELD\nOBJECT" of an access by I to Bytes at Ptr, either part may be
  /// empty; null when both are.
  llvm::Constant *ofAccess(const llvm::Instruction &I, const llvm::Value *Ptr,
                           uint64_t Bytes);

  /// Writes the note that leads the runtime to Sites and to SiteWords (null
  /// where a site has none), and the table of the module's variables.
  void finish(llvm::GlobalVariable *Sites,
              llvm::ArrayRef<llvm::Constant *> SiteWords);

private:
  std::string fieldOf(const llvm::Instruction &I, const llvm::Value *Ptr,
                      uint64_t Bytes) const;
  std::string objectOf(const llvm::Value *Ptr) const;
  llvm::Constant *string(llvm::StringRef Text);
  llvm::Constant *address(llvm::GlobalVariable &G);
  llvm::GlobalVariable *variables(uint32_t &Count);
  llvm::GlobalVariable *siteWords(llvm::ArrayRef<llvm::Constant *> SiteWords);

  llvm::Module &M;
  const Types T;
  const bool Preemptible;
  llvm::StringMap<llvm::Constant *> Strings;
};

} // namespace race

#endif
