// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FastPath.h - writes the check of one access: the inlined test and the cold
// block that calls the door.
//
//     shadow = 2 * (address & mask) + base           two cells: now and before
//     if ((cell ^ my word) has a bit that matters)   unlikely
//       __race_writeN(address, site);                keeps every register
//     the access itself
//
// The test passes when the cell says that this very thread, in this very epoch,
// has already accessed these bytes at least as strongly. race_hooks.def has the
// layout.

#ifndef RACE_PASS_FASTPATH_H
#define RACE_PASS_FASTPATH_H

#include "Access.h"
#include "Options.h"

namespace race {

class FastPath {
public:
  FastPath(llvm::Module &M, Hooks &H, const Options &O);

  /// Inserts the check of A in front of A.At.
  void check(const Access &A);

  /// Inserts the same prefetch for the shadow behind a prefetch.
  void prefetch(llvm::CallInst &Asked);

  /// The calls of doors inserted since this was last asked.
  std::vector<llvm::CallInst *> takeDoors() { return std::move(Doors); }

private:
  void checkRows(Access A);
  void checkLanes(const Access &A);
  void checkOne(const Access &A, llvm::Value *When);
  llvm::Value *test(llvm::IRBuilder<> &B, const Access &A, bool MayStraddle);
  llvm::Value *testGranules(llvm::IRBuilder<> &B, const Access &A,
                            llvm::Value *Address);
  llvm::Value *testPart(llvm::IRBuilder<> &B, const Access &A,
                        llvm::Value *Address);
  llvm::Value *difference(llvm::IRBuilder<> &B, const Access &A,
                          llvm::Value *Address, unsigned Granule,
                          llvm::Value *Bits);
  llvm::Value *bitsOfPart(llvm::IRBuilder<> &B, const Access &A,
                          llvm::Value *Address);
  void callDoor(llvm::IRBuilder<> &B, const Access &A, bool AnyAddress);

  llvm::Module &M;
  Hooks &H;
  const Options &O;
  llvm::Type *I64;
  std::vector<llvm::CallInst *> Doors;
  /// The bits that matter to an access of (write?, log2 of the size), by its
  /// offset in the granule.
  llvm::GlobalVariable *Tables[2][3] = {};
  /// In a loop of checks, where all elements lie alike in their granules: these
  /// bits.
  llvm::Value *BitsOfRows = nullptr;
};

} // namespace race

#endif
