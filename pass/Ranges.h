// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ranges.h - one check in front of a loop instead of one in every iteration.
//
//     for (i = 0; i < n; i++)          race.range(a, 4 * n, ...);
//       a[i] = i;             becomes  for (i = 0; i < n; i++)
//                                        a[i] = i;              tagged
//
// Where the bytes have gaps, as a column of a matrix has, there is a loop of
// checks in front: for whole rows if a further loop runs along them.
//
// (RangeMarks.cpp has the marks and tags.) This must happen before the
// vectoriser, so that loops still vectorise; the checks are written last. In
// between a range is a call of the mark `race.range`, and what it stands for
// carries an access group of ours. LLVM keeps an access group on copies and on
// instructions made only from members, and drops it otherwise: a lost tag costs
// a second check.

#ifndef RACE_PASS_RANGES_H
#define RACE_PASS_RANGES_H

#include "Access.h"
#include "Options.h"
#include "llvm/IR/PassManager.h"
#include <vector>

namespace race {

class RangesPass : public llvm::PassInfoMixin<RangesPass> {
public:
  explicit RangesPass(const Options &O) : O(O) {}
  llvm::PreservedAnalyses run(llvm::Function &F,
                              llvm::FunctionAnalysisManager &AM);

private:
  Options O;
};

/// Puts a mark in front of Before: Bytes bytes at Ptr, and the same in Rows
/// (two at most), in elements like Element, of the type Tag if that is known.
void insertRangeMark(llvm::Instruction *Before, llvm::Value *Ptr,
                     llvm::Value *Bytes, llvm::ArrayRef<Row> Rows,
                     const Access &Element, llvm::MDNode *Tag);

/// Says that I is covered.
void tagCovered(llvm::Instruction &I);

/// Is I the mark of a range check? It is no call that the program makes.
bool isRangeMark(const llvm::Instruction &I);

/// Appends the access that the mark I stands for.
void collectRange(llvm::Instruction &I, std::vector<Access> &Found);

/// Does a range check stand for I?
bool isCovered(const llvm::Instruction &I);

/// Takes all marks and tags off.
void forgetRanges(llvm::Module &M);

} // namespace race

#endif
