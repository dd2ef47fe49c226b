// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks.h - race_hooks.def, the contract with the runtime, as seen from one
// module: its numbers as constants, its functions as declarations that come
// into being when they are first called, and the two variables that go with
// them: the thread's own words (__race_self) and the module's table of access
// sites.

#ifndef RACE_PASS_HOOKS_H
#define RACE_PASS_HOOKS_H

#include "Words.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include <vector>

namespace race {

// SHADOW_MASK, CELL_READ_SHIFT, SELF_WORD ...
#define RACE_CONSTANT(name, value) constexpr uint64_t name = value;
#include "race_hooks.def"

enum Kind : uint8_t {
#define RACE_KIND(name, value, text) KIND_##name = value,
#include "race_hooks.def"
};

enum Rmw : uint32_t {
#define RACE_RMW(name, value) RMW_##name = value,
#include "race_hooks.def"
};

class Hooks {
public:
  explicit Hooks(llvm::Module &M);

  /// Calls the door or hook __race_NAME. Pointers of any type are accepted.
  llvm::CallInst *call(llvm::IRBuilder<> &B, llvm::StringRef Name,
                       llvm::ArrayRef<llvm::Value *> Args);

  /// The 8-byte word of __race_self at byte Offset, as a pointer to i64.
  llvm::Constant *self(uint64_t Offset);

  /// The address of a new struct race_site. Sites live in one array whose
  /// length is known only at the end: until finish() they are offsets into a
  /// stand-in.
  /// Text is what a report says of its memory, or null (Words.h).
  /// Where is the line whose column reports point at.
  llvm::Constant *newSite(uint64_t Bytes, Kind K, const llvm::DebugLoc &Where,
                          llvm::Constant *Text = nullptr);

  /// Where those texts come from.
  Words &words() { return W; }

  /// Lays out the array of sites.
  void finish();

private:
  struct Signature {
    llvm::FunctionType *Type;
    bool IsDoor;
  };

  void readContract();
  llvm::Function *declare(llvm::StringRef Name);

  llvm::Module &M;
  /// The module goes into an executable: what the runtime exports is then in
  /// the same image, and is reached directly.
  bool InExecutable;
  llvm::StringMap<Signature> Contract;
  llvm::GlobalVariable *Self = nullptr;
  llvm::GlobalVariable *SitesStandIn = nullptr;
  std::vector<llvm::Constant *> Sites, Texts;
  Words W;
};

} // namespace race

#endif
