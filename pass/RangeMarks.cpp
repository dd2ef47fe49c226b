// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RangeMarks.cpp - how a range survives the way from the vectoriser to the end:
// as a call that nothing is known of, and as an access group, which stands
// beside the user's own. Intersection is what LLVM does with the access groups
// of instructions that it makes one: what is not covered as a whole is not
// tagged.

#include "Locations.h"
#include "Ranges.h"
#include "llvm/Analysis/VectorUtils.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace race;

/// void race.range(address, bytes, bytes of one element, write?,
///                 outer stride, outer count, inner stride, inner count)
static constexpr char MarkName[] = "race.range";
/// On a mark: the type tag of its elements, for the words of a report. As a tag
/// of the call's own it would let accesses pass the mark.
static constexpr char TagName[] = "race.tag";
/// Named metadata that holds our access group.
static constexpr char GroupName[] = "race.ranges";

bool race::isRangeMark(const Instruction &I) {
  auto *Call = dyn_cast<CallInst>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && Callee->getName() == MarkName;
}

void race::insertRangeMark(Instruction *Before, Value *Ptr, Value *Bytes,
                           ArrayRef<Row> Rows, const Access &Element,
                           MDNode *Tag) {
  IRBuilder<> B(Before);
  B.SetCurrentDebugLocation(Element.Loc);
  Type *I64 = B.getInt64Ty();
  FunctionCallee Mark = Before->getModule()->getOrInsertFunction(
      MarkName, B.getVoidTy(), Ptr->getType(), I64, I64, B.getInt1Ty(), I64,
      I64, I64, I64);
  SmallVector<Value *, 8> Args = {Ptr, Bytes, B.getInt64(Element.Bytes),
                                  B.getInt1(Element.isWrite())};
  for (unsigned N = Rows.size(); N < 2; ++N)
    Args.append({B.getInt64(0), B.getInt64(1)});
  for (const Row &R : Rows)
    Args.append({R.Stride, R.Count});
  CallInst *Call = B.CreateCall(Mark, Args);
  Call->setMetadata(TagName, Tag);
  Call->setDoesNotThrow();
  Call->addFnAttr(Attribute::WillReturn);
  Call->addFnAttr(Attribute::NoMerge);
  Call->addParamAttr(0, Attribute::NoCapture);
  Call->addParamAttr(
      0, Attribute::getWithAlignment(B.getContext(), Element.Alignment));
}

void race::collectRange(Instruction &I, std::vector<Access> &Found) {
  auto &Call = cast<CallInst>(I);
  bool Write = cast<ConstantInt>(Call.getArgOperand(3))->isOne();
  Value *Length = Call.getArgOperand(1);
  Value *Element = Call.getArgOperand(2);
  Found.emplace_back(I, Call.getArgOperand(0),
                     cast<ConstantInt>(Element)->getZExtValue(),
                     Call.getParamAlign(0).valueOrOne(),
                     Write ? KIND_WRITE : KIND_READ, locationOf(I));
  Call.setMetadata(LLVMContext::MD_tbaa, Call.getMetadata(TagName));
  // A loop over one element, always the same, is one ordinary access.
  if (Length != Element)
    Found.back().Length = Length;
  for (unsigned N : {4, 6}) {
    Value *Count = Call.getArgOperand(N + 1);
    auto *Known = dyn_cast<ConstantInt>(Count);
    if (!Known || !Known->isOne())
      Found.back().Rows.push_back({Call.getArgOperand(N), Count});
  }
}

static MDNode *ourGroup(const Module &M) {
  NamedMDNode *Named = M.getNamedMetadata(GroupName);
  return Named ? Named->getOperand(0) : nullptr;
}

static bool holds(const MDNode *Groups, const MDNode *Ours) {
  return Groups && Ours &&
         (Groups == Ours || is_contained(Groups->operands(), Ours));
}

void race::tagCovered(Instruction &I) {
  Module &M = *I.getModule();
  MDNode *Ours = ourGroup(M);
  if (!Ours) {
    Ours = MDNode::getDistinct(M.getContext(), {});
    M.getOrInsertNamedMetadata(GroupName)->addOperand(Ours);
  }
  MDNode *Theirs = I.getMetadata(LLVMContext::MD_access_group);
  I.setMetadata(LLVMContext::MD_access_group, uniteAccessGroups(Theirs, Ours));
}

bool race::isCovered(const Instruction &I) {
  MDNode *Groups = I.getMetadata(LLVMContext::MD_access_group);
  return Groups && holds(Groups, ourGroup(*I.getModule()));
}

void race::forgetRanges(Module &M) {
  MDNode *Ours = ourGroup(M);
  for (Function &F : M)
    for (BasicBlock &BB : F)
      for (Instruction &I : BB) {
        MDNode *Groups = I.getMetadata(LLVMContext::MD_access_group);
        if (!holds(Groups, Ours))
          continue;
        SmallVector<Metadata *, 4> Theirs;
        for (const MDOperand &Group : Groups->operands())
          if (Group != Ours)
            Theirs.push_back(Group);
        MDNode *Left = Theirs.empty() ? nullptr
                       : Theirs.size() == 1
                           ? cast<MDNode>(Theirs[0])
                           : MDNode::get(M.getContext(), Theirs);
        I.setMetadata(LLVMContext::MD_access_group, Left);
      }
  if (NamedMDNode *Named = M.getNamedMetadata(GroupName))
    Named->eraseFromParent();
  if (Function *Mark = M.getFunction(MarkName)) {
    for (User *U : make_early_inc_range(Mark->users()))
      cast<Instruction>(U)->eraseFromParent();
    Mark->eraseFromParent();
  }
}
