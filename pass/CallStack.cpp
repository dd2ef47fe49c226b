// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// CallStack.cpp - what stands at entry, and at each exit:
//
//     top = self.stack                          pc = *top
//     self.stack = top + 8        (volatile)    advance history, old slot = ~pc
//     *top = return address       (volatile)    self.stack = top  (volatile)
//     advance history, old slot = return address
//
// The stack is raised before its slot is filled: a signal handler that runs in
// between pushes above our slot and cannot overwrite it. The history is advanced
// first for the same reason: what a handler adds stands behind our event, or is
// forgotten as a whole. The history is a ring
// of entered and (inverted) left functions, from which older stacks are
// rebuilt. Reading pc again at the exit costs a load and spares a register.

#include "CallStack.h"
#include "Locations.h"
#include "Ranges.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace race;

bool race::needsFrame(const Function &F, bool HasChecks) {
  return HasChecks || any_of(instructions(F), [](const Instruction &I) {
           auto *Call = dyn_cast<CallBase>(&I);
           return Call && !isa<IntrinsicInst>(Call) && !isRangeMark(I) &&
                  !Call->isInlineAsm();
         });
}

bool race::isLeaf(const Function &F) {
  return none_of(instructions(F), [](const Instruction &I) {
    if (!isa<CallBase>(I) || isRangeMark(I))
      return I.isAtomic();
    auto *Intrinsic = dyn_cast<IntrinsicInst>(&I);
    return !Intrinsic || isa<AnyMemIntrinsic>(Intrinsic);
  });
}

/// A leaf's entry and exit are some fifteen instructions at every door. Beyond
/// this many doors the function is large enough for one pair of them to be
/// cheap, and the cold code would outgrow the function.
static constexpr size_t MaxLeafDoors = 8;

/// Does control come to a door whenever it comes to the access?
static bool isAlwaysMet(const CallInst &Door) {
  const BasicBlock *Before = Door.getParent()->getSinglePredecessor();
  return !Before || !Before->getTerminator()->hasMetadata(LLVMContext::MD_prof);
}

static bool isInCycle(const BasicBlock &BB) {
  return any_of(successors(&BB), [&](const BasicBlock *Next) {
    return isPotentiallyReachable(Next, &BB);
  });
}

/// Are the doors met so often that one entry and exit is cheaper?
static bool areMetOften(ArrayRef<CallInst *> Doors) {
  unsigned Met = 0;
  for (const CallInst *Door : Doors)
    if (isAlwaysMet(*Door))
      Met += isInCycle(*Door->getParent()) ? 2 : 1;
  return Met > 1;
}

namespace {

class Frame {
public:
  Frame(Function &F, Hooks &H)
      : F(F), H(H), I64(Type::getInt64Ty(F.getContext())) {}

  void enter();
  void enter(IRBuilder<> &B);
  void leave(Instruction &Exit);
  void unwound(Instruction &After);

private:
  Value *slot(IRBuilder<> &B, Value *Address) {
    return B.CreateIntToPtr(Address, I64->getPointerTo());
  }
  Value *word(IRBuilder<> &B, uint64_t Offset) {
    return B.CreateAlignedLoad(I64, H.self(Offset), Align(8));
  }
  void record(IRBuilder<> &B, Value *Event);

  Function &F;
  Hooks &H;
  Type *I64;
  Value *Top = nullptr;
};

} // namespace

void Frame::record(IRBuilder<> &B, Value *Event) {
  Value *Free = word(B, SELF_HISTORY);
  Value *Next = B.CreateAdd(Free, B.getInt64(8));
  Next = B.CreateAnd(Next, word(B, SELF_WRAP));
  B.CreateAlignedStore(Next, H.self(SELF_HISTORY), Align(8),
                       /*isVolatile=*/true);
  B.CreateAlignedStore(Event, slot(B, Free), Align(8), /*isVolatile=*/true);
}

void Frame::enter() {
  BasicBlock &Entry = F.getEntryBlock();
  IRBuilder<> B(&Entry, Entry.getFirstInsertionPt());
  while (isa<AllocaInst>(*B.GetInsertPoint()))
    B.SetInsertPoint(B.GetInsertPoint()->getNextNode());
  B.SetCurrentDebugLocation(locationOf(F.getEntryBlock().front()));
  enter(B);
}

void Frame::enter(IRBuilder<> &B) {
  Top = word(B, SELF_STACK);
  B.CreateAlignedStore(B.CreateAdd(Top, B.getInt64(8)), H.self(SELF_STACK),
                       Align(8), /*isVolatile=*/true);
  Value *Caller = B.CreatePtrToInt(
      B.CreateIntrinsic(Intrinsic::returnaddress, {}, {B.getInt32(0)}), I64);
  B.CreateAlignedStore(Caller, slot(B, Top), Align(8), /*isVolatile=*/true);
  record(B, Caller);
}

void Frame::leave(Instruction &Exit) {
  IRBuilder<> B(&Exit);
  B.SetCurrentDebugLocation(locationOf(Exit));
  Value *Caller = B.CreateAlignedLoad(I64, slot(B, Top), Align(8));
  record(B, B.CreateNot(Caller));
  B.CreateAlignedStore(Top, H.self(SELF_STACK), Align(8), /*isVolatile=*/true);
}

void Frame::unwound(Instruction &Before) {
  IRBuilder<> B(&Before);
  B.SetCurrentDebugLocation(locationOf(Before));
  Value *Free = B.CreateAdd(Top, B.getInt64(8));
  H.call(B, "unwound", {B.CreateIntToPtr(Free, B.getInt8Ty()->getPointerTo())});
}

/// Where control arrives after Call, in a block that it alone leads to.
static Instruction *after(CallBase &Call) {
  auto *Invoke = dyn_cast<InvokeInst>(&Call);
  if (!Invoke)
    return Call.getNextNode();
  BasicBlock *Normal = Invoke->getNormalDest();
  if (!Normal->getSinglePredecessor())
    Normal = SplitEdge(Invoke->getParent(), Normal);
  return &*Normal->getFirstInsertionPt();
}

void race::keepCallStack(Function &F, Hooks &H) {
  SmallVector<Instruction *, 8> Exits, Arrivals;
  for (Instruction &I : instructions(F)) {
    if (isa<ReturnInst>(I)) {
      CallInst *Tail = I.getParent()->getTerminatingMustTailCall();
      Exits.push_back(Tail ? Tail : &I);
    } else if (isa<ResumeInst>(I)) {
      Exits.push_back(&I);
    } else if (isa<LandingPadInst>(I)) {
      Arrivals.push_back(I.getNextNode());
    }
  }
  SmallVector<CallBase *, 2> ReturnTwice;
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (Call->hasFnAttr(Attribute::ReturnsTwice))
        ReturnTwice.push_back(Call);
  for (CallBase *Call : ReturnTwice)
    Arrivals.push_back(after(*Call));

  Frame Own(F, H);
  Own.enter();
  for (Instruction *Exit : Exits)
    Own.leave(*Exit);
  for (Instruction *Arrival : Arrivals)
    Own.unwound(*Arrival);
}

void race::keepLeafCallStack(Function &F, ArrayRef<CallInst *> Doors,
                             Hooks &H) {
  if (Doors.size() > MaxLeafDoors || areMetOften(Doors))
    return keepCallStack(F, H);
  for (CallInst *Door : Doors) {
    Frame Own(F, H);
    IRBuilder<> B(Door);
    Own.enter(B);
    Own.leave(*Door->getNextNode());
  }
}
