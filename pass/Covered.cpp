// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Covered.cpp - a backward walk, "on every way from here these bytes are
// written, and only calm instructions come before that".
//
// Proof, for
//
//     old = s->n;        // no check
//     if (c) s->m = 2;
//     s->n = old + 1;    // check: read and written
//
// Between read and write the thread neither acquires nor releases nor leaves
// (isCalm), so both meet the same clocks: an access of another thread that
// races with the read races with the write as well. It is met by the write's
// check if it came before that, and meets the write's cell if it comes later.
// What is lost is the read's line in a report that names the write's.
//
// The way must be finite: a loop may run for ever, or until another thread ends
// the program. So nothing is carried against the direction of an edge that
// closes a cycle, and the walk is a single one.

#include "Covered.h"
#include "Bytes.h"
#include "Releases.h"
#include "llvm/ADT/PostOrderIterator.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace race;

namespace {

/// Fact n: the bytes of access n, a read, will be written.
class Backward {
public:
  Backward(ArrayRef<Access> Accesses, Function &F, const Options &O);
  BitVector run();

private:
  void walk(const BasicBlock &BB, BitVector &Facts, BitVector &Found) const;

  ArrayRef<Access> Accesses;
  Function &F;
  const Options &O;
  const AccessMap Map;
  std::vector<BitVector> Covers;
  bool Any = false;
};

} // namespace

Backward::Backward(ArrayRef<Access> Accesses, Function &F, const Options &O)
    : Accesses(Accesses), F(F), O(O), Map(Accesses), Covers(Accesses.size()) {
  for (unsigned N = 0; N < Accesses.size(); ++N) {
    if (Accesses[N].What != KIND_WRITE || !Accesses[N].When.empty())
      continue;
    const Bytes &Written = Map.Where[N];
    for (unsigned Other : Map.SameBase.lookup(Written.Base))
      if (Accesses[Other].What == KIND_READ &&
          Written.contain(Map.Where[Other])) {
        Covers[N].resize(Accesses.size());
        Covers[N].set(Other);
        Any = true;
      }
  }
}

void Backward::walk(const BasicBlock &BB, BitVector &Facts,
                    BitVector &Found) const {
  for (const Instruction &I : reverse(BB)) {
    // The bytes are reached by I's value: before I they are others.
    auto Reached = Map.SameBase.find(&I);
    if (Reached != Map.SameBase.end())
      for (unsigned N : Reached->second)
        Facts.reset(N);
    if (!isCalm(I, O))
      Facts.reset();
    auto Here = Map.At.find(&I);
    if (Here == Map.At.end())
      continue;
    for (unsigned N : Here->second)
      if (Covers[N].size())
        Facts |= Covers[N];
    for (unsigned N : Here->second)
      if (Facts.test(N))
        Found.set(N);
  }
}

BitVector Backward::run() {
  BitVector Found(Accesses.size());
  if (!Any)
    return Found;
  DenseMap<const BasicBlock *, BitVector> Begin;
  for (BasicBlock *BB : post_order(&F)) {
    BitVector Facts(Accesses.size(), succ_begin(BB) != succ_end(BB));
    for (BasicBlock *Next : successors(BB)) {
      auto Known = Begin.find(Next);
      if (Known == Begin.end())
        Facts.reset(); // closes a cycle
      else
        Facts &= Known->second;
    }
    walk(*BB, Facts, Found);
    Begin[BB] = std::move(Facts);
  }
  return Found;
}

BitVector race::findCovered(ArrayRef<Access> Accesses, Function &F,
                            const Options &O) {
  if (uint64_t(Accesses.size()) * (F.size() + Accesses.size()) > MaxWork)
    return BitVector(Accesses.size());
  return Backward(Accesses, F, O).run();
}
