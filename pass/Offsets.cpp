// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Offsets.cpp - two accesses at constant distances from one value: the
// alignment of one, which was executed before, tells of the other's address.
// The check that it is not so would be in the door, which looks at the address.

#include "Offsets.h"
#include "Bytes.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace race;

/// Bounds the look for a teller among accesses that share a base.
static constexpr unsigned MaxTellers = 8;

void race::findOffsets(std::vector<Access> &Accesses, const DominatorTree &DT) {
  const AccessMap Map(Accesses);
  for (const auto &Group : Map.SameBase) {
    SmallVector<unsigned, MaxTellers> Tellers;
    for (unsigned N : Group.second)
      if (Accesses[N].Alignment >= Align(8) && Tellers.size() < MaxTellers &&
          (isa<LoadInst>(Accesses[N].Inst) || isa<StoreInst>(Accesses[N].Inst)))
        Tellers.push_back(N);
    for (unsigned N : Group.second) {
      Access &A = Accesses[N];
      if (A.Alignment >= Align(8))
        continue;
      for (unsigned T : Tellers) {
        if (!DT.dominates(Accesses[T].Inst, A.Inst))
          continue;
        A.InGranule = (Map.Where[N].From - Map.Where[T].From) & 7;
        A.Alignment =
            std::max(A.Alignment, commonAlignment(Align(8), A.InGranule));
        break;
      }
    }
  }
}
