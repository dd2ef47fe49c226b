// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Select.cpp - the proofs. An access is left out only for a reason that holds
// on every execution; whatever is unsure is checked.

#include "Select.h"
#include "Covered.h"
#include "Dominated.h"
#include "Private.h"
#include "Ranges.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace race;

#define DEBUG_TYPE "race"
#define RACE_REASON(Enumerator, Name, Text) STATISTIC(Num##Enumerator, Text);
RACE_SELECT_REASONS(RACE_REASON)
#undef RACE_REASON

/// Constant. Proof: memory that is never written after it was initialised (by
/// the loader, before there are threads) has no write to race with.
///
///     static const int Table[] = {1, 2};
///     int f(int i) { return Table[i]; }
///
/// LLVM says so by `constant` or by !invariant.load.
/// A vtable, reached by the vtable pointer of an object, is such memory.
static bool neverChanges(const Access &A) {
  if (A.isWrite())
    return false;
  if (A.Inst->hasMetadata(LLVMContext::MD_invariant_load))
    return true;
  const Value *Object = getUnderlyingObject(A.Ptr);
  if (auto *Load = dyn_cast<LoadInst>(Object)) {
    MDNode *Tag = Load->getMetadata(LLVMContext::MD_tbaa);
    return Tag && Tag->isTBAAVtableAccess();
  }
  auto *Global = dyn_cast<GlobalVariable>(Object);
  return Global && Global->isConstant();
}

void race::select(std::vector<Access> &Accesses, Function &F, const Releases &R,
                  const Options &O, Removed &Counts) {
  auto Drop = [&](Reason Why, function_ref<bool(unsigned)> Holds) {
    unsigned Kept = 0;
    for (unsigned N = 0; N < Accesses.size(); ++N)
      if (!Holds(N))
        Accesses[Kept++] = Accesses[N];
    unsigned Gone = Accesses.size() - Kept;
    Accesses.erase(Accesses.begin() + Kept, Accesses.end());
    Counts[unsigned(Why)] += Gone;
    switch (Why) {
#define RACE_REASON(Enumerator, Name, Text)                                    \
  case Reason::Enumerator:                                                     \
    Num##Enumerator += Gone;                                                   \
    break;
      RACE_SELECT_REASONS(RACE_REASON)
#undef RACE_REASON
    case Reason::Count:
      break;
    }
  };

  // Its proof is in Ranges.cpp.
  Drop(Reason::Ranges,
       [&](unsigned N) { return isCovered(*Accesses[N].Inst); });
  // Theirs are in Private.cpp.
  Private Own;
  if (O.Local)
    Drop(Reason::Local,
         [&](unsigned N) { return Own.isLocal(Accesses[N].Ptr); });
  if (O.Heap)
    Drop(Reason::Heap, [&](unsigned N) { return Own.isHeap(Accesses[N].Ptr); });
  if (O.Thread)
    Drop(Reason::Thread,
         [&](unsigned N) { return Own.isThreadLocal(Accesses[N].Ptr); });
  if (O.Constant)
    Drop(Reason::Constant,
         [&](unsigned N) { return neverChanges(Accesses[N]); });
  if (O.Covered) {
    // Its proof is in Covered.cpp.
    BitVector Found = findCovered(Accesses, F, O);
    Drop(Reason::Covered, [&](unsigned N) { return Found.test(N); });
  }
  if (O.Dominated) {
    // Its proof is in Dominated.cpp.
    BitVector Found = findDominated(Accesses, F, R);
    Drop(Reason::Dominated, [&](unsigned N) { return Found.test(N); });
  }
}
