// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Library.cpp - finds the calls by the functions' mangled names, as far as these
// are the same for all clocks (Library.h).

#include "Library.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace race;

/// The hook that stands for F, or an empty name.
static StringRef hookFor(const Function &F) {
  StringRef Name = F.getName();
  if (F.arg_size() != 2 || !F.getReturnType()->isIntegerTy(1) ||
      !Name.consume_front("_ZNSt3__118shared_timed_mutex"))
    return "";
  if (Name.consume_front("14try_lock_until"))
    return "__race_try_lock_until";
  if (Name.consume_front("21try_lock_shared_until"))
    return "__race_try_lock_shared_until";
  return "";
}

/// HOOK(mutex, time, F) instead of F(mutex, time).
static void replaceCall(CallBase &Call, Function &F, FunctionCallee Hook) {
  IRBuilder<> B(&Call);
  SmallVector<Value *, 3> Args;
  Value *Given[] = {Call.getArgOperand(0), Call.getArgOperand(1), &F};
  for (Value *V : Given)
    Args.push_back(B.CreatePointerCast(V, B.getInt8Ty()->getPointerTo()));
  CallBase *New;
  if (auto *Invoke = dyn_cast<InvokeInst>(&Call))
    New = B.CreateInvoke(Hook, Invoke->getNormalDest(), Invoke->getUnwindDest(),
                         Args);
  else
    New = B.CreateCall(Hook, Args);
  New->addRetAttr(Attribute::ZExt);
  New->takeName(&Call);
  Call.replaceAllUsesWith(New);
  Call.eraseFromParent();
}

static void replaceCalls(Function &F, StringRef HookName) {
  LLVMContext &C = F.getContext();
  Type *P = Type::getInt8Ty(C)->getPointerTo();
  FunctionCallee Hook = F.getParent()->getOrInsertFunction(
      HookName, FunctionType::get(Type::getInt1Ty(C), {P, P, P}, false));

  F.removeFnAttr(Attribute::SanitizeThread);
  for (User *U : make_early_inc_range(F.users())) {
    auto *Call = dyn_cast<CallBase>(U);
    if (!Call || Call->getCalledOperand() != &F ||
        (!isa<CallInst>(Call) && !isa<InvokeInst>(Call)) ||
        Call->getFunction()->hasFnAttribute(
            Attribute::DisableSanitizerInstrumentation))
      continue;
    replaceCall(*Call, F, Hook);
  }
}

PreservedAnalyses LibraryPass::run(Module &M, ModuleAnalysisManager &) {
  for (Function &F : make_early_inc_range(M)) {
    StringRef Hook = hookFor(F);
    if (!Hook.empty())
      replaceCalls(F, Hook);
  }
  return PreservedAnalyses::none();
}
