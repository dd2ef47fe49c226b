// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compat.h - the differences between the LLVM versions that we are built for.
// This is the only file that may mention LLVM_VERSION_MAJOR: everywhere else
// the same words mean the same thing on every version. Ideas that can be
// written in a way that all versions understand do not belong here.

#ifndef RACE_PASS_COMPAT_H
#define RACE_PASS_COMPAT_H

#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Attributes.h"
#include "llvm/IR/DebugInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"
#if LLVM_VERSION_MAJOR >= 15
#include "llvm/Transforms/Utils/LowerAtomic.h"
#endif
#if LLVM_VERSION_MAJOR >= 17
#include "llvm/IR/AttributeMask.h"
#endif

// The operations of atomicrmw that came after LLVM 14: X(name in LLVM, name in
// race_hooks.def).
#if LLVM_VERSION_MAJOR >= 16
#define RACE_NEWER_RMW(X)                                                      \
  X(FMax, FMAX)                                                                \
  X(FMin, FMIN)                                                                \
  X(UIncWrap, UINC_WRAP)                                                       \
  X(UDecWrap, UDEC_WRAP)
#elif LLVM_VERSION_MAJOR == 15
#define RACE_NEWER_RMW(X)                                                      \
  X(FMax, FMAX)                                                                \
  X(FMin, FMIN)
#else
#define RACE_NEWER_RMW(X)
#endif

// A variable that later versions lack: a strong reference would keep dlopen()
// from loading us there, before HostVersion.cpp can say what is wrong.
#if LLVM_VERSION_MAJOR < 16
asm(".weak _ZN4llvm2cl18TopLevelSubCommandE");
#endif

namespace race {

constexpr unsigned BuiltForLLVM = LLVM_VERSION_MAJOR;

/// The attributes by which a function or a call promises to leave (some)
/// memory, or other threads, alone.
inline llvm::AttributeMask memoryPromises() {
  llvm::AttributeMask Mask;
  Mask.addAttribute(llvm::Attribute::NoSync);
#if LLVM_VERSION_MAJOR >= 16
  Mask.addAttribute(llvm::Attribute::Memory);
#else
  Mask.addAttribute(llvm::Attribute::ReadNone);
  Mask.addAttribute(llvm::Attribute::ReadOnly);
  Mask.addAttribute(llvm::Attribute::WriteOnly);
  Mask.addAttribute(llvm::Attribute::ArgMemOnly);
  Mask.addAttribute(llvm::Attribute::InaccessibleMemOnly);
  Mask.addAttribute(llvm::Attribute::InaccessibleMemOrArgMemOnly);
#endif
  return Mask;
}

/// What an atomicrmw stores; null where no version-14 front end makes it.
inline llvm::Value *rmwValue(llvm::AtomicRMWInst::BinOp Op,
                             llvm::IRBuilder<> &B, llvm::Value *Old,
                             llvm::Value *Operand) {
#if LLVM_VERSION_MAJOR >= 15
  return llvm::buildAtomicRMWValue(Op, B, Old, Operand);
#else
  (void)Op, (void)B, (void)Old, (void)Operand;
  return nullptr;
#endif
}

/// May S be computed in front of At?
inline bool isSafeToExpand(llvm::SCEVExpander &Expander,
                           llvm::ScalarEvolution &SE, const llvm::SCEV *S,
                           const llvm::Instruction *At) {
#if LLVM_VERSION_MAJOR >= 15
  (void)SE;
  return Expander.isSafeToExpandAt(S, At);
#else
  (void)Expander;
  return llvm::isSafeToExpandAt(S, At, SE);
#endif
}

/// The variable of the program that lives at Object, or null.
inline const llvm::DILocalVariable *
localVariableAt(const llvm::Value *Object) {
  auto *Memory = const_cast<llvm::Value *>(Object);
  llvm::SmallVector<llvm::DbgVariableIntrinsic *, 2> Found;
#if LLVM_VERSION_MAJOR >= 18
  llvm::SmallVector<llvm::DbgVariableRecord *, 2> Records;
  llvm::findDbgUsers(Found, Memory, &Records);
  for (llvm::DbgVariableRecord *R : Records)
    if (R->isDbgDeclare() || R->getExpression()->startsWithDeref() ||
        (R->isDbgAssign() && R->getAddress() == Memory))
      return R->getVariable();
#else
  llvm::findDbgUsers(Found, Memory);
#endif
  for (llvm::DbgVariableIntrinsic *D : Found)
    if (llvm::isa<llvm::DbgDeclareInst>(D) ||
        D->getExpression()->startsWithDeref())
      return D->getVariable();
  return nullptr;
}

/// The thread-local variable whose address V is, or V.
inline const llvm::Value *throughThreadLocalAddress(const llvm::Value *V) {
#if LLVM_VERSION_MAJOR >= 16
  if (auto *Call = llvm::dyn_cast<llvm::IntrinsicInst>(V))
    if (Call->getIntrinsicID() == llvm::Intrinsic::threadlocal_address)
      return Call->getArgOperand(0);
#endif
  return V;
}

} // namespace race

#endif
