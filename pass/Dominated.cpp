// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Dominated.cpp - a forward analysis, "checked on every path to here and
// nothing released since", over facts of the form (bytes, read or written).
//
// Proof of one step, for
//
//     s->n = 1;          // check: the cell is [my epoch | me | written]
//     if (c) s->m = 2;   // another check changes other bytes or other cells
//     return s->n;       // no check
//
// The thread's word is the same at both accesses of n, since no instruction
// between them may release (Releases::at). So the later check could only find
// its bytes marked, or another thread's access that was not ordered after ours:
// and that one met our cell and is reported there.

#include "Dominated.h"
#include "Bytes.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace race;

namespace {

class Analysis {
public:
  Analysis(ArrayRef<Access> Accesses, Function &F, const Releases &R);
  BitVector run();

private:
  void flow(const BasicBlock &BB, BitVector &Facts, BitVector *Found) const;

  ArrayRef<Access> Accesses;
  Function &F;
  const Releases &R;
  const AccessMap Map;
  /// Fact 2*n: the bytes of access n are checked as read; 2*n+1: as written.
  std::vector<BitVector> Establishes;
  /// The facts about what is reached by a value, which end where it is made
  /// anew.
  DenseMap<const Value *, BitVector> About;
};

} // namespace

Analysis::Analysis(ArrayRef<Access> Accesses, Function &F, const Releases &R)
    : Accesses(Accesses), F(F), R(R), Map(Accesses) {
  unsigned Facts = 2 * Accesses.size();
  Establishes.resize(Accesses.size());
  for (unsigned N = 0; N < Accesses.size(); ++N) {
    const Access &A = Accesses[N];
    // A check that is made only sometimes establishes nothing. Nor does the
    // store of a vtable pointer, which the runtime may take for none.
    if (!Map.Where[N].Base || !A.When.empty() || A.What == KIND_VPTR_WRITE)
      continue;
    Establishes[N].resize(Facts);
    for (unsigned Other : Map.SameBase.lookup(Map.Where[N].Base))
      if (Map.Where[N].contain(Map.Where[Other])) {
        Establishes[N].set(2 * Other);
        if (A.isWrite())
          Establishes[N].set(2 * Other + 1);
      }
  }
  for (auto &Base : Map.SameBase) {
    BitVector &Set = About[Base.first];
    Set.resize(Facts);
    for (unsigned N : Base.second)
      Set.set(2 * N, 2 * N + 2);
  }
}

/// Carries Facts through BB; notes in Found the accesses that they stand for.
void Analysis::flow(const BasicBlock &BB, BitVector &Facts,
                    BitVector *Found) const {
  for (const Instruction &I : BB) {
    auto Here = Map.At.find(&I);
    if (Here != Map.At.end())
      for (unsigned N : Here->second) {
        if (Found && Facts.test(2 * N + Accesses[N].isWrite()))
          Found->set(N);
        if (Establishes[N].size())
          Facts |= Establishes[N];
      }
    if (R.at(I))
      Facts.reset();
    auto Made = About.find(&I);
    if (Made != About.end())
      Facts.reset(Made->second);
  }
}

BitVector Analysis::run() {
  unsigned Facts = 2 * Accesses.size();
  ReversePostOrderTraversal<Function *> Order(&F);
  // Facts hold at the end of a block until a path shows that they do not.
  DenseMap<const BasicBlock *, BitVector> End;
  for (BasicBlock *BB : Order)
    End[BB] = BitVector(Facts, true);
  auto Begin = [&](BasicBlock *BB) {
    BitVector In(Facts, BB != &F.getEntryBlock());
    for (BasicBlock *Before : predecessors(BB)) {
      auto Known = End.find(Before);
      if (Known != End.end())
        In &= Known->second;
    }
    return In;
  };
  bool Changed = true;
  while (Changed) {
    Changed = false;
    for (BasicBlock *BB : Order) {
      BitVector Out = Begin(BB);
      flow(*BB, Out, nullptr);
      if (Out != End[BB]) {
        End[BB] = Out;
        Changed = true;
      }
    }
  }
  BitVector Found(Accesses.size());
  for (BasicBlock *BB : Order) {
    BitVector In = Begin(BB);
    flow(*BB, In, &Found);
  }
  return Found;
}

BitVector race::findDominated(ArrayRef<Access> Accesses, Function &F,
                              const Releases &R) {
  if (uint64_t(Accesses.size()) * (F.size() + Accesses.size()) > MaxWork / 2)
    return BitVector(Accesses.size());
  return Analysis(Accesses, F, R).run();
}
