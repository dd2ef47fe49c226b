// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Private.cpp - the proofs.
//
// Local: the address of the variable goes nowhere but into loads, stores and
// calls that keep no copy, so no other thread ever holds it.
//
//     int n = 0;
//     fill(&n);    // n escapes, unless fill() is known to keep no copy
//     int m = n;   // m stays
//
// A by-value argument is the callee's own copy, with the same proof.
//
// Heap: the same, of a block that the function gets from malloc or its like.
// Who had the memory before has freed it, which the allocation is ordered with
// or not as it is without us: allocation and free leave their cells.
//
//     char *copy = malloc(n);   // returned, stored or handed on: escapes
//     memcpy(copy, s, n);
//     int sum = add_up(copy, n);
//     free(copy);
//
// Thread-local: no other file knows the variable's name, and here it is only
// read and written by name, so each thread reaches its own copy alone.
//
//     static _Thread_local unsigned seed;
//     unsigned next(void) { return seed = seed * 5 + 1; }

#include "Private.h"
#include "Compat.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/AliasAnalysis.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace race;

bool Private::staysHere(const Value *Object) {
  auto Found = Known.try_emplace(Object, false);
  if (Found.second)
    Found.first->second = !PointerMayBeCaptured(Object, /*ReturnCaptures=*/true,
                                                /*StoreCaptures=*/true);
  return Found.first->second;
}

bool Private::isLocal(const Value *Ptr) {
  const Value *Object = getUnderlyingObject(Ptr);
  auto *Arg = dyn_cast<Argument>(Object);
  return (isa<AllocaInst>(Object) || (Arg && Arg->hasByValAttr())) &&
         staysHere(Object);
}

/// A pool of the program's own may keep what it hands out; these do not.
static bool isAllocation(const CallBase &Call) {
  static const StringSet<> Names = {
      "malloc", "calloc", "aligned_alloc", "_Znwm", "_Znam",
      "_ZnwmSt11align_val_t", "_ZnamSt11align_val_t", "_ZnwmRKSt9nothrow_t",
      "_ZnamRKSt9nothrow_t"};
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->isDeclaration() && Names.count(Callee->getName()) &&
         !Call.isNoBuiltin() && isNoAliasCall(&Call);
}

bool Private::isHeap(const Value *Ptr) {
  const Value *Object = getUnderlyingObject(Ptr);
  auto *Call = dyn_cast<CallBase>(Object);
  return Call && isAllocation(*Call) && staysHere(Object);
}

/// Is Address, or what is computed from it, only ever read and written through?
static bool isOnlyAccessed(const Value *Address) {
  return all_of(Address->uses(), [](const Use &U) {
    const User *By = U.getUser();
    if (isa<LoadInst>(By) || isa<MemIntrinsic>(By))
      return true;
    if (isa<StoreInst>(By))
      return U.getOperandNo() == StoreInst::getPointerOperandIndex();
    if (isa<GEPOperator>(By) || isa<BitCastOperator>(By))
      return isOnlyAccessed(By);
    return throughThreadLocalAddress(By) != By && isOnlyAccessed(By);
  });
}

bool Private::isThreadLocal(const Value *Ptr) {
  const Value *Object = throughThreadLocalAddress(getUnderlyingObject(Ptr));
  auto *G = dyn_cast<GlobalVariable>(Object);
  if (!G || !G->isThreadLocal() || !G->hasLocalLinkage())
    return false;
  auto Found = Known.try_emplace(G, false);
  if (Found.second) {
    bool Only = isOnlyAccessed(G);
    Known[G] = Only;
    return Only;
  }
  return Found.first->second;
}
