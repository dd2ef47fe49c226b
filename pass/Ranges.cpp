// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ranges.cpp - finds loop accesses whose bytes are known before the loop.
//
// Proof, for the loop of Ranges.h. Control that reaches the end of the
// preheader enters the loop. The latch is the only exit, so the body, which is
// calm (nothing in it synchronises, frees, or fails to go on), is run BTC + 1
// times, BTC being exact; an access that dominates the latch is made each time.
// So exactly the bytes of the range are accessed, with no acquire or release
// between the range check and any of these accesses: the check meets the same
// clocks as the checks that it stands for.
//
// The addresses First + Step * k are computed modulo 2^64 by the program as
// well as here, and k never exceeds BTC, which is extended as the unsigned
// number that it is. A range that wraps around needs a loop that does.
//
// With gaps, the same holds of each row: the checks are made Count times, Stride
// bytes apart, and Count is BTC + 1 of the loop that moves the row.
//
// A loop that a condition skips, the same each time around the loop it is in, has its
// range in front of that one, of no bytes where the condition says so:
//
//     for (j = 0; j < rows; j++)        race.range(a, n > 0 ? 4 * n : 0, ...);
//       for (k = 0; k < n; k++)         // if (n > 0) do ... while, by now
//         sum += a[k] * b[j][k];
//
// The block that asks is in the outer body, runs each time and finds the same answer.
//
// Tags stay true: the mark may read and write any memory, so no pass moves an
// access from behind it to before it. Copies of the loop (vector body,
// remainder, peeled or unrolled iterations, versions) lie behind the preheader.

#include "Ranges.h"
#include "Collect.h"
#include "Compat.h"
#include "Guard.h"
#include "Releases.h"
#include "Private.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;
using namespace race;

/// Bytes of a row, beneath which a call for it is not worth it.
static constexpr uint64_t ShortRow = 64;

namespace {

/// An access at Start + Step * iteration + [From, To).
struct Element {
  Access A;
  const SCEV *Start;
  int64_t Step;
  int64_t From;
  int64_t To;
};

/// Count times, each Stride bytes further on.
struct Gap {
  const SCEV *Stride;
  const SCEV *Count;
};

/// Bytes that are accessed behind the preheader of Outermost: a row, or rows
/// with gaps between them.
struct Range {
  const SCEV *First;
  const SCEV *Bytes;
  SmallVector<Gap, 2> Gaps; // the innermost first
  Loop *Outermost;
  SmallVector<Term, 2> Guards; // where one does not hold, there are no bytes
};

class Ranges {
public:
  Ranges(Function &F, FunctionAnalysisManager &AM, const Options &O)
      : LI(AM.getResult<LoopAnalysis>(F)),
        SE(AM.getResult<ScalarEvolutionAnalysis>(F)),
        DT(AM.getResult<DominatorTreeAnalysis>(F)), O(O),
        Expander(SE, F.getParent()->getDataLayout(), "race.range"),
        I64(Type::getInt64Ty(F.getContext())) {}

  bool run();

private:
  using Elements = SmallVector<Element, 4>;

  bool isOrderly(Loop &L);
  bool findOrderly(Loop &L);
  bool ends(const Loop &L);
  void findElement(Instruction &I, Loop &L, std::vector<Elements> &Groups);
  void cover(Loop &L, Elements &Group);
  bool coverRun(Loop &L, ArrayRef<Element> Run);
  bool repeat(Range &R, const SCEV *Step, const SCEV *Turns);
  bool guard(Range &R, Loop &P);
  bool widen(Range &R);
  bool canExpand(const Range &R);
  void insert(const Range &R, ArrayRef<Element> Run);
  const SCEV *turns(Loop &L) { // less one
    return SE.getTruncateOrZeroExtend(SE.getBackedgeTakenCount(&L), I64);
  }
  const SCEV *number(int64_t N) { return SE.getConstant(I64, N, true); }

  LoopInfo &LI;
  ScalarEvolution &SE;
  DominatorTree &DT;
  const Options &O;
  SCEVExpander Expander;
  Type *I64;
  Private Own;
  DenseMap<const Loop *, bool> Orderly;
};

} // namespace

/// Inner loops must end by themselves.
bool Ranges::ends(const Loop &L) {
  return all_of(L, [&](Loop *Inner) {
    return (!isa<SCEVCouldNotCompute>(SE.getBackedgeTakenCount(Inner)) ||
            isMustProgress(Inner)) &&
           ends(*Inner);
  });
}

bool Ranges::findOrderly(Loop &L) {
  BasicBlock *Latch = L.getLoopLatch();
  if (!L.getLoopPreheader() || !Latch || L.getExitingBlock() != Latch)
    return false;
  const SCEV *Turns = SE.getBackedgeTakenCount(&L);
  if (isa<SCEVCouldNotCompute>(Turns) ||
      SE.getTypeSizeInBits(Turns->getType()) > 64 || !ends(L))
    return false;
  return all_of(L.blocks(), [&](BasicBlock *BB) {
    return all_of(*BB, [&](Instruction &I) { return isCalm(I, O); });
  });
}

bool Ranges::isOrderly(Loop &L) {
  auto Known = Orderly.find(&L);
  if (Known != Orderly.end())
    return Known->second;
  return Orderly[&L] = findOrderly(L);
}

/// Puts I into the group of those that go on side by side with it.
void Ranges::findElement(Instruction &I, Loop &L,
                         std::vector<Elements> &Groups) {
  if (!isa<LoadInst>(I) && !isa<StoreInst>(I))
    return;
  std::vector<Access> Found;
  collect(I, Found);
  if (Found.size() != 1 || isCovered(I))
    return;
  const Access &A = Found.front();
  bool Plain = A.What == KIND_WRITE ||
               (A.What == KIND_READ && countsAlways(cast<LoadInst>(I)));
  if (!Plain || A.Bytes > 64)
    return;
  // A local needs no check at all. Once the loop is unrolled, it may have too
  // many uses for anyone to see that.
  if (Own.isLocal(A.Ptr)) {
    if (O.Local)
      tagCovered(I);
    return;
  }
  if (O.Heap && Own.isHeap(A.Ptr)) {
    tagCovered(I);
    return;
  }

  const SCEV *Where = SE.getSCEV(A.Ptr);
  int64_t Step = 0;
  if (!SE.isLoopInvariant(Where, &L)) {
    auto *Moving = dyn_cast<SCEVAddRecExpr>(Where);
    if (!Moving || Moving->getLoop() != &L || !Moving->isAffine())
      return;
    auto *Known = dyn_cast<SCEVConstant>(Moving->getStepRecurrence(SE));
    if (!Known || !Known->getAPInt().isSignedIntN(32))
      return;
    Step = Known->getAPInt().getSExtValue();
    Where = Moving->getStart();
  }
  for (Elements &Group : Groups) {
    if (Group[0].Step != Step)
      continue;
    auto *Off = dyn_cast<SCEVConstant>(SE.getMinusSCEV(Where, Group[0].Start));
    if (!Off || !Off->getAPInt().isSignedIntN(32))
      continue;
    int64_t From = Off->getAPInt().getSExtValue();
    Group.push_back({A, Group[0].Start, Step, From, From + int64_t(A.Bytes)});
    return;
  }
  Groups.push_back({{A, Where, Step, 0, int64_t(A.Bytes)}});
}

/// Do two accesses look the same in a report?
static bool sameSite(const Access &A, const Access &B) {
  auto Line = [](const DebugLoc &L) {
    return std::make_tuple(L ? L.getLine() : 0,
                           L ? L->getScope()->getSubprogram() : nullptr,
                           L ? L.getInlinedAt() : nullptr);
  };
  return A.Bytes == B.Bytes && A.isWrite() == B.isWrite() &&
         Line(A.Loc) == Line(B.Loc);
}

/// Finds the runs of neighbours in Group. Reads of bytes that a run of writes
/// covers as well need nothing: both are made in every iteration, in one epoch,
/// and what conflicts with the read conflicts with the write.
void Ranges::cover(Loop &L, Elements &Group) {
  llvm::stable_sort(Group, [](const Element &X, const Element &Y) {
    return std::make_pair(!X.A.isWrite(), X.From) <
           std::make_pair(!Y.A.isWrite(), Y.From);
  });
  SmallVector<std::pair<int64_t, int64_t>, 4> Written;
  for (size_t N = 0; N < Group.size();) {
    const Element &First = Group[N];
    int64_t To = First.To;
    size_t End = N + 1;
    bool AlsoWritten = any_of(Written, [&](auto &W) {
      return W.first <= First.From && First.To <= W.second;
    });
    if (AlsoWritten) {
      tagCovered(*First.A.Inst);
    } else {
      while (End < Group.size() && Group[End].From <= To &&
             sameSite(First.A, Group[End].A))
        To = std::max(To, Group[End++].To);
      ArrayRef<Element> Run(&First, End - N);
      if (coverRun(L, Run) && First.A.isWrite())
        Written.push_back({First.From, To});
    }
    N = End;
  }
}

bool Ranges::canExpand(const Range &R) {
  Instruction *At = R.Outermost->getLoopPreheader()->getTerminator();
  auto Can = [&](const SCEV *S) { return isSafeToExpand(Expander, SE, S, At); };
  return Can(R.First) && Can(R.Bytes) && all_of(R.Gaps, [&](const Gap &G) {
           return Can(G.Stride) && Can(G.Count);
         });
}

/// Makes R what it is together with Turns more of it, each Step bytes further
/// on. The union of rows that overlap or touch is one row; others keep their
/// gap.
bool Ranges::repeat(Range &R, const SCEV *Step, const SCEV *Turns) {
  auto *Known = dyn_cast<SCEVConstant>(Step);
  const SCEV *Distance = SE.getMulExpr(Step, Turns);
  if (Known && Known->getAPInt().isNegative()) {
    R.First = SE.getAddExpr(R.First, Distance);
    Distance = SE.getNegativeSCEV(Distance);
    Step = SE.getNegativeSCEV(Step);
  }
  if (Step == R.Bytes ||
      (Known && SE.isKnownPredicate(ICmpInst::ICMP_UGE, R.Bytes, Step))) {
    R.Bytes = SE.getAddExpr(R.Bytes, Distance);
    return true;
  }
  if (R.Gaps.size() == 2 || !O.Strides)
    return false;
  R.Gaps.push_back({Step, SE.getAddExpr(Turns, number(1))});
  return true;
}

/// Adds to R what decides in P, the same each time, whether R's loop is come to.
bool Ranges::guard(Range &R, Loop &P) {
  BasicBlock *At = R.Outermost->getLoopPreheader();
  while (!DT.dominates(At, P.getLoopLatch())) {
    BasicBlock *Before = At->getSinglePredecessor();
    auto *Branch =
        Before ? dyn_cast<BranchInst>(Before->getTerminator()) : nullptr;
    if (!Branch || !P.contains(Before))
      return false;
    if (Branch->isConditional())
      R.Guards.push_back({Branch->getCondition(), Branch->getSuccessor(0) == At});
    At = Before;
  }
  return R.Guards.empty() ||
         (R.Gaps.empty() && all_of(R.Guards, [&](const Term &T) {
            return P.isLoopInvariant(T.Condition);
          }));
}

/// Extends R, which lies in the parent of R.Outermost, over all of that loop's
/// iterations.
bool Ranges::widen(Range &R) {
  Loop *P = R.Outermost->getParentLoop();
  if (!P || !isOrderly(*P) || !SE.isLoopInvariant(R.Bytes, P))
    return false;
  for (const Gap &G : R.Gaps)
    if (!SE.isLoopInvariant(G.Stride, P) || !SE.isLoopInvariant(G.Count, P))
      return false;
  Range Wide = R;
  if (!guard(Wide, *P))
    return false;
  Wide.Outermost = P;
  if (!SE.isLoopInvariant(R.First, P)) {
    auto *Moving = dyn_cast<SCEVAddRecExpr>(R.First);
    if (!Moving || Moving->getLoop() != P || !Moving->isAffine())
      return false;
    Wide.First = Moving->getStart();
    if (!repeat(Wide, Moving->getStepRecurrence(SE), turns(*P)))
      return false;
  }
  if (!canExpand(Wide) || (!Wide.Guards.empty() && !Wide.Gaps.empty()))
    return false;
  R = Wide;
  return true;
}

void Ranges::insert(const Range &R, ArrayRef<Element> Run) {
  Instruction *At = R.Outermost->getLoopPreheader()->getTerminator();
  Type *BytePtr = Type::getInt8Ty(At->getContext())->getPointerTo();
  auto Expand = [&](const SCEV *S) {
    return Expander.expandCodeFor(S, I64, At);
  };
  Value *Ptr = Expander.expandCodeFor(R.First, BytePtr, At);
  Value *Bytes = Expand(R.Bytes), *None = ConstantInt::get(I64, 0);
  for (const Term &T : R.Guards)
    Bytes = SelectInst::Create(T.Condition, T.Expected ? Bytes : None,
                               T.Expected ? None : Bytes, "race.guard", At);
  SmallVector<Row, 2> Rows;
  for (const Gap &G : reverse(R.Gaps))
    Rows.push_back({Expand(G.Stride), Expand(G.Count)});
  const Instruction &I = *Run[0].A.Inst;
  insertRangeMark(At, Ptr, Bytes, Rows, Run[0].A,
                  Run.size() == 1 ? I.getMetadata(LLVMContext::MD_tbaa)
                                  : nullptr);
}

bool Ranges::coverRun(Loop &L, ArrayRef<Element> Run) {
  const Element &First = Run.front();
  int64_t To = First.To;
  for (const Element &E : Run)
    To = std::max(To, E.To);
  Range R = {SE.getAddExpr(First.Start, number(First.From)),
             number(To - First.From), {}, &L, {}};
  if (!repeat(R, number(First.Step), turns(L)) || !canExpand(R))
    return false;
  while (widen(R))
    ;
  // Short rows are cheaper element by element: these are tested in line.
  auto *Known = dyn_cast<SCEVConstant>(R.Bytes);
  if (Run.size() > 1 && !R.Gaps.empty() && Known &&
      Known->getAPInt().ult(ShortRow)) {
    bool All = true;
    for (const Element &E : Run)
      All &= coverRun(L, E);
    return All;
  }
  insert(R, Run);
  for (const Element &E : Run)
    tagCovered(*E.A.Inst);
  return true;
}

bool Ranges::run() {
  bool Changed = false;
  for (Loop *L : LI.getLoopsInPreorder()) {
    if (!isOrderly(*L))
      continue;
    std::vector<Elements> Groups;
    for (BasicBlock *BB : L->blocks())
      if (LI.getLoopFor(BB) == L && DT.dominates(BB, L->getLoopLatch()))
        for (Instruction &I : *BB)
          findElement(I, *L, Groups);
    for (Elements &Group : Groups)
      cover(*L, Group);
    Changed |= !Groups.empty();
  }
  return Changed;
}

PreservedAnalyses RangesPass::run(Function &F, FunctionAnalysisManager &AM) {
  LoopInfo &LI = AM.getResult<LoopAnalysis>(F);
  if (!O.Ranges || LI.empty() || F.hasFnAttribute(Attribute::Naked) ||
      !F.hasFnAttribute(Attribute::SanitizeThread))
    return PreservedAnalyses::all();
  // A cycle that LoopInfo does not show may never end.
  ReversePostOrderTraversal<const Function *> Order(&F);
  if (containsIrreducibleCFG<const BasicBlock *>(Order, LI))
    return PreservedAnalyses::all();
  if (!Ranges(F, AM, O).run())
    return PreservedAnalyses::all();
  PreservedAnalyses Kept;
  Kept.preserveSet<CFGAnalyses>();
  return Kept;
}
