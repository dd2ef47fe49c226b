// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Guard.cpp - follows the uses of a load to where it is decided whether its
// value is wanted. The simple model: "wanted" flows backwards from uses to
// values. A use that does something (a store, a call, a branch) wants its
// operand always. A select wants an arm when its condition says so and it is
// wanted itself. Arithmetic wants its operands when it is wanted itself.

#include "Guard.h"
#include "Ranges.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace race;

namespace {

/// Bounds the walk; code that the optimiser writes is far below.
constexpr unsigned MaxDepth = 4;
constexpr unsigned MaxAlternatives = 4;

constexpr char OwnMark[] = "race.own";

class Wanted {
public:
  Wanted(const Instruction &Load) : Load(Load) {}

  /// Adds to Found when V is wanted, given that Terms hold. False: always, or
  /// the code is too intricate to say.
  bool collect(Value *V, SmallVector<Term, 2> Terms, unsigned Depth);

  Guard Found;

private:
  bool collectUse(Use &U, const SmallVector<Term, 2> &Terms, unsigned Depth);
  bool add(SmallVector<Term, 2> Terms, Term Last);

  const Instruction &Load;
};

} // namespace

bool Wanted::collect(Value *V, SmallVector<Term, 2> Terms, unsigned Depth) {
  if (Depth == MaxDepth || V->use_empty())
    return false;
  for (Use &U : V->uses())
    if (!collectUse(U, Terms, Depth + 1))
      return false;
  return true;
}

bool Wanted::add(SmallVector<Term, 2> Terms, Term Last) {
  Terms.push_back(Last);
  Found.push_back(Terms);
  return Found.size() <= MaxAlternatives;
}

bool Wanted::collectUse(Use &U, const SmallVector<Term, 2> &Terms,
                        unsigned Depth) {
  auto *User = cast<Instruction>(U.getUser());

  if (auto *Select = dyn_cast<SelectInst>(User)) {
    if (U.getOperandNo() == 0 ||
        !Select->getCondition()->getType()->isIntegerTy())
      return false;
    Term Picked = {Select->getCondition(), U.getOperandNo() == 1};
    SmallVector<Term, 2> Both = Terms;
    Both.push_back(Picked);
    // Wanted more narrowly still if the select is picked among others in turn.
    size_t Before = Found.size();
    if (collect(Select, Both, Depth))
      return true;
    Found.truncate(Before);
    return add(Terms, Picked);
  }

  if (auto *Phi = dyn_cast<PHINode>(User)) {
    // The way to the phi must start in the load's own block.
    const BasicBlock *From = Phi->getIncomingBlock(U);
    auto *Branch = dyn_cast<BranchInst>(From->getTerminator());
    if (From != Load.getParent() || !Branch || !Branch->isConditional() ||
        Branch->getSuccessor(0) == Branch->getSuccessor(1))
      return false;
    return add(Terms, {Branch->getCondition(),
                       Branch->getSuccessor(0) == Phi->getParent()});
  }

  if (User->isTerminator() || isa<LoadInst>(User) ||
      !isSafeToSpeculativelyExecute(User))
    return false;
  return collect(User, Terms, Depth);
}

/// Clang itself evaluates both arms of `c ? a : b` when they are plain locals.
static bool isArmOnly(const LoadInst &Load) {
  if (Load.use_empty())
    return false;
  return all_of(Load.uses(), [](const Use &U) {
    return isa<SelectInst>(U.getUser()) && U.getOperandNo() != 0;
  });
}

PreservedAnalyses MarkOwnLoadsPass::run(Module &M, ModuleAnalysisManager &) {
  MDNode *Mark = MDNode::get(M.getContext(), {});
  for (Function &F : M) {
    if (!F.hasFnAttribute(Attribute::SanitizeThread))
      continue;
    for (Instruction &I : instructions(F)) {
      auto *Load = dyn_cast<LoadInst>(&I);
      if (Load && !Load->isAtomic() && !isArmOnly(*Load))
        Load->setMetadata(OwnMark, Mark);
    }
  }
  return PreservedAnalyses::all();
}

bool race::countsAlways(LoadInst &Load) {
  return Load.hasMetadata(OwnMark) || !Wanted(Load).collect(&Load, {}, 0);
}

/// Would a check that moved across I meet another state of the clocks?
static bool synchronises(const Instruction &I) {
  if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&I))
    return Intrinsic->mayWriteToMemory() && !isa<MemIntrinsic>(Intrinsic) &&
           !Intrinsic->isLifetimeStartOrEnd() &&
           !isa<DbgInfoIntrinsic>(Intrinsic);
  return I.isAtomic() || (isa<CallBase>(I) && !isRangeMark(I));
}

static bool known(const Guard &When, const Instruction *At,
                  const DominatorTree &DT) {
  for (const auto &Terms : When)
    for (const Term &T : Terms) {
      auto *Condition = dyn_cast<Instruction>(T.Condition);
      if (Condition && !DT.dominates(Condition, At))
        return false;
    }
  return true;
}

void race::guard(Access &A, const DominatorTree &DT) {
  auto *Load = dyn_cast<LoadInst>(A.Inst);
  if (!Load)
    return;
  bool IsOwn = Load->hasMetadata(OwnMark);
  Load->setMetadata(OwnMark, nullptr);
  if (IsOwn || Load->isVolatile())
    return;
  Wanted W(*Load);
  if (!W.collect(Load, {}, 0))
    return;

  // The conditions of what was one pointer select come before the load. Others
  // are known at the end of the block; a check may wait until there unless the
  // clocks can change on the way.
  Instruction *End = Load->getParent()->getTerminator();
  if (known(W.Found, Load, DT)) {
    A.When = W.Found;
    return;
  }
  if (!known(W.Found, End, DT))
    return;
  for (Instruction *I = Load; I != End; I = I->getNextNode())
    if (synchronises(*I))
      return;
  if (synchronises(*End))
    return;
  A.When = W.Found;
  A.At = End;
}
