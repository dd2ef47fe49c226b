// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sync.cpp - one atomic instruction becomes one call with the same meaning. The
// runtime knows integers only, so pointers and floating-point values go in and
// come out as integers of their size.

#include "Sync.h"
#include "Collect.h"
#include "Compat.h"
#include "Locations.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/IR/Instructions.h"

using namespace llvm;
using namespace race;

/// The order as C counts it (race_hooks.def).
static Constant *orderOf(IRBuilder<> &B, AtomicOrdering Order) {
  if (Order == AtomicOrdering::Unordered)
    Order = AtomicOrdering::Monotonic;
  return B.getInt32(unsigned(toCABI(Order)));
}

static int rmwCode(AtomicRMWInst::BinOp Op) {
  switch (Op) {
#define RACE_SAME_RMW(X)                                                       \
  X(Xchg, XCHG)                                                                \
  X(Add, ADD)                                                                  \
  X(Sub, SUB)                                                                  \
  X(And, AND)                                                                  \
  X(Nand, NAND)                                                                \
  X(Or, OR)                                                                    \
  X(Xor, XOR)                                                                  \
  X(Max, MAX)                                                                  \
  X(Min, MIN)                                                                  \
  X(UMax, UMAX)                                                                \
  X(UMin, UMIN)                                                                \
  X(FAdd, FADD)                                                                \
  X(FSub, FSUB)
#define RACE_CASE(Theirs, Ours)                                                \
  case AtomicRMWInst::Theirs:                                                  \
    return RMW_##Ours;
    RACE_SAME_RMW(RACE_CASE)
    RACE_NEWER_RMW(RACE_CASE)
#undef RACE_CASE
#undef RACE_SAME_RMW
  default:
    return -1;
  }
}

namespace {

/// Writes the call that replaces one instruction.
class Replacement {
public:
  Replacement(Instruction &I, const DebugLoc &Loc, Hooks &H, const Options &O)
      : I(I), H(H), O(O), B(&I) {
    B.SetCurrentDebugLocation(Loc);
  }

  void load(LoadInst &L);
  void store(StoreInst &S);
  void rmw(AtomicRMWInst &R);
  void rmwByCas(AtomicRMWInst &R);
  void cas(AtomicCmpXchgInst &X);
  void fence(FenceInst &F);

private:
  uint64_t bytesOf(Type *T) const {
    return I.getModule()->getDataLayout().getTypeStoreSize(T).getFixedValue();
  }
  CallInst *call(StringRef Operation, Type *T, Kind What, Value *Ptr,
                 ArrayRef<Value *> Middle);
  Value *toInteger(Value *V);
  Value *fromInteger(Value *V, Type *T);
  void finish(Value *Result);

  Instruction &I;
  Hooks &H;
  const Options &O;
  IRBuilder<> B;
};

} // namespace

/// __race_atomicN_OPERATION(address, Middle..., site)
CallInst *Replacement::call(StringRef Operation, Type *T, Kind What, Value *Ptr,
                            ArrayRef<Value *> Middle) {
  uint64_t Bytes = bytesOf(T);
  SmallVector<Value *, 6> Args = {Ptr};
  Args.append(Middle.begin(), Middle.end());
  Args.push_back(
      H.newSite(Bytes, What, I.getDebugLoc(), H.words().ofAccess(I, Ptr, Bytes)));
  return H.call(B, ("atomic" + Twine(Bytes * 8) + "_" + Operation).str(), Args);
}

Value *Replacement::toInteger(Value *V) {
  return B.CreateBitOrPointerCast(V, B.getIntNTy(bytesOf(V->getType()) * 8));
}

Value *Replacement::fromInteger(Value *V, Type *T) {
  return B.CreateBitOrPointerCast(V, T);
}

void Replacement::finish(Value *Result) {
  if (Result) {
    Result->takeName(&I);
    I.replaceAllUsesWith(Result);
  }
  I.eraseFromParent();
}

void Replacement::load(LoadInst &L) {
  Value *Old = call("load", L.getType(), KIND_ATOMIC_READ,
                    L.getPointerOperand(), {orderOf(B, L.getOrdering())});
  finish(fromInteger(Old, L.getType()));
}

void Replacement::store(StoreInst &S) {
  Value *New = S.getValueOperand();
  Value *Order = orderOf(B, S.getOrdering());
  if (O.StoresEndSequences && !isReleaseOrStronger(S.getOrdering()))
    Order = B.getInt32(ORDER_RELAXED_ALONE);
  call("store", New->getType(), KIND_ATOMIC_WRITE, S.getPointerOperand(),
       {toInteger(New), Order});
  finish(nullptr);
}

/// What the runtime cannot compute (half a float, a vector, an operation of a
/// later LLVM) the program computes, and stores by compare-exchange:
///
///     old = load; do { new = old OP operand } while (!cas(old, new))
void Replacement::rmwByCas(AtomicRMWInst &R) {
  Type *T = R.getType();
  Value *Ptr = R.getPointerOperand();
  BasicBlock *Before = R.getParent();
  BasicBlock *After = Before->splitBasicBlock(&R);
  BasicBlock *Loop =
      BasicBlock::Create(R.getContext(), "", R.getFunction(), After);
  Before->getTerminator()->setSuccessor(0, Loop);

  B.SetInsertPoint(Before->getTerminator());
  Constant *Relaxed = orderOf(B, AtomicOrdering::Monotonic);
  Value *First = call("load", T, KIND_ATOMIC_READ, Ptr, {Relaxed});
  B.SetInsertPoint(Loop);
  PHINode *Old = B.CreatePHI(First->getType(), 2);
  Value *New = rmwValue(R.getOperation(), B, fromInteger(Old, T),
                        R.getValOperand());
  if (!New)
    report_fatal_error("race: this atomicrmw is not known to LLVM " +
                       Twine(BuiltForLLVM));
  Value *Found = call("cas", T, KIND_ATOMIC_WRITE, Ptr,
                      {Old, toInteger(New), orderOf(B, R.getOrdering()), Relaxed});
  Old->addIncoming(First, Before);
  Old->addIncoming(Found, Loop);
  B.CreateCondBr(B.CreateICmpEQ(Found, Old), After, Loop);
  B.SetInsertPoint(&R);
  finish(fromInteger(Found, T));
}

void Replacement::rmw(AtomicRMWInst &R) {
  Type *T = R.getType();
  int Code = rmwCode(R.getOperation());
  bool KnownType = T->isIntegerTy() || T->isPointerTy() || T->isFloatTy() ||
                   T->isDoubleTy() || R.getOperation() == AtomicRMWInst::Xchg;
  if (Code < 0 || !KnownType)
    return rmwByCas(R);
  Value *Old = call("rmw", T, KIND_ATOMIC_WRITE, R.getPointerOperand(),
                    {toInteger(R.getValOperand()), B.getInt32(Code),
                     orderOf(B, R.getOrdering())});
  finish(fromInteger(Old, T));
}

void Replacement::cas(AtomicCmpXchgInst &X) {
  Type *T = X.getCompareOperand()->getType();
  Value *Expected = toInteger(X.getCompareOperand());
  Value *Old = call("cas", T, KIND_ATOMIC_WRITE, X.getPointerOperand(),
                    {Expected, toInteger(X.getNewValOperand()),
                     orderOf(B, X.getSuccessOrdering()),
                     orderOf(B, X.getFailureOrdering())});
  Value *Success = B.CreateICmpEQ(Old, Expected);
  Value *Result = UndefValue::get(X.getType());
  Result = B.CreateInsertValue(Result, fromInteger(Old, T), 0);
  finish(B.CreateInsertValue(Result, Success, 1));
}

void Replacement::fence(FenceInst &F) {
  H.call(B, "fence", {orderOf(B, F.getOrdering())});
  finish(nullptr);
}

bool race::isSync(const Instruction &I) {
  if (!I.isAtomic())
    return false;
  // What is ordered only against signal handlers of its own thread is no news
  // to other threads.
  auto Shared = [](SyncScope::ID Scope, const Value *Ptr) {
    return Scope != SyncScope::SingleThread && (!Ptr || isProgramMemory(Ptr));
  };
  if (auto *F = dyn_cast<FenceInst>(&I))
    return Shared(F->getSyncScopeID(), nullptr);
  if (auto *L = dyn_cast<LoadInst>(&I))
    return Shared(L->getSyncScopeID(), L->getPointerOperand());
  if (auto *S = dyn_cast<StoreInst>(&I))
    return Shared(S->getSyncScopeID(), S->getPointerOperand());
  if (auto *R = dyn_cast<AtomicRMWInst>(&I))
    return Shared(R->getSyncScopeID(), R->getPointerOperand());
  if (auto *X = dyn_cast<AtomicCmpXchgInst>(&I))
    return Shared(X->getSyncScopeID(), X->getPointerOperand());
  return false;
}

void race::replaceSync(Instruction &I, const DebugLoc &Loc, Hooks &H,
                       const Options &O) {
  Replacement R(I, Loc, H, O);
  if (auto *L = dyn_cast<LoadInst>(&I))
    R.load(*L);
  else if (auto *S = dyn_cast<StoreInst>(&I))
    R.store(*S);
  else if (auto *Rmw = dyn_cast<AtomicRMWInst>(&I))
    R.rmw(*Rmw);
  else if (auto *X = dyn_cast<AtomicCmpXchgInst>(&I))
    R.cas(*X);
  else
    R.fence(*cast<FenceInst>(&I));
}

/// Makes every call of From, seen through casts, a call of To. An address that is
/// passed on stays the function's own, as the program may compare it; who calls
/// it comes to the stand-in by interposition.
static void redirectCalls(Constant &From, Constant &To,
                          function_ref<bool(const Function &)> Instrumented) {
  for (Use &U : make_early_inc_range(From.uses())) {
    if (auto *Call = dyn_cast<CallBase>(U.getUser())) {
      if (Call->isCallee(&U) && Instrumented(*Call->getFunction()))
        U.set(&To);
    } else if (auto *Cast = dyn_cast<ConstantExpr>(U.getUser())) {
      if (Cast->isCast())
        redirectCalls(
            *Cast,
            *ConstantExpr::getCast(Cast->getOpcode(), &To, Cast->getType()),
            Instrumented);
    }
  }
}

/// What a C type is to the calling convention, as far as it can be told from its
/// text: (p)ointer, (i)nteger, (f)loating, (v)oid.
static char classOf(StringRef Text) {
  for (StringRef Pointer : {"*", "[", "va_list", "locale_t", "iconv_t", "timer_t"})
    if (Text.contains(Pointer))
      return 'p';
  if (Text.contains("double") || Text.contains("float"))
    return 'f';
  return Text.trim() == "void" ? 'v' : 'i';
}

static char classOf(const Type *T) {
  return T->isPointerTy() ? 'p' : T->isFloatingPointTy() ? 'f' : T->isVoidTy() ? 'v' : 'i';
}

/// A program may have a function of that name itself, in another file: is From
/// declared as libc declares it, `Result name Parameters`? One more parameter, or
/// an ellipsis, may stand behind.
static bool isDeclaredLike(const Function &From, StringRef Result,
                           StringRef Parameters) {
  std::string Wanted(1, classOf(Result)), Found(1, classOf(From.getReturnType()));
  unsigned Depth = 0;
  size_t Begin = 1;
  for (size_t At = 0; At < Parameters.size(); ++At) {
    Depth += Parameters[At] == '(';
    if (Depth == 1 && (Parameters[At] == ',' || Parameters[At] == ')')) {
      StringRef One = Parameters.slice(Begin, At).trim();
      if (One != "void" && One != "...")
        Wanted += classOf(One);
      Begin = At + 1;
    }
    Depth -= Parameters[At] == ')';
  }
  bool More = Parameters.contains("...");
  if (Begin < Parameters.size() && !More)
    Wanted += classOf(Parameters.substr(Begin));
  for (const Argument &A : From.args())
    Found += classOf(A.getType());
  return Wanted == Found && From.isVarArg() == More;
}

/// A program's own function of a name whose calls, in other files, may have gone to
/// the runtime: `__race_<name>` is this function then, too, wherever it can be seen
/// (the runtime's is weak), so that nothing is told of it that is true of libc's.
static void claim(Module &M, Function &Own) {
  if (Own.hasLocalLinkage() || Own.hasAvailableExternallyLinkage())
    return;
  std::string Name = ("__race_" + Own.getName()).str();
  if (M.getNamedValue(Name))
    return;
  GlobalAlias *Claimed = GlobalAlias::create(Own.getValueType(), Own.getAddressSpace(),
                                             Own.getLinkage(), Name, &Own, &M);
  Claimed->setVisibility(Own.getVisibility());
  Claimed->setDSOLocal(Own.isDSOLocal());
}

void race::redirect(Module &M,
                    function_ref<bool(const Function &)> Instrumented) {
  // Names, and the types that libc's function has; those without: any. Behind "+"
  // stand those of which the runtime tells no more than what memory they touch.
  static const char *const Functions[][3] = {
#define RACE_REDIRECT(name) {#name, "", ""},
#include "race_hooks.def"
#define RACE_LIBC_ELSEWHERE(type, name, params) {#name, #type, #params},
#include "race_libc.def"
      {"+", "", ""},
#define RACE_LIBC(type, name, params, args, ...) {#name, #type, #params},
#define RACE_LIBC_OLD(type, name, params, args, olds, ...) {#name, #type, #params},
#define RACE_LIBC_VOID(name, params, args, ...) {#name, "void", #params},
#define RACE_LIBC_AS(type, name, params, args, as, as_args) {#name, #type, #params},
#define RACE_LIBC_ALIAS(type, name, params, args, as, as_args) {#name, #type, #params},
#define RACE_LIBC_BEFORE(name, params, args, ...) {#name, "void", #params},
#define RACE_LIBC_STATE(type, name, ...) {#name, #type, "(void)"},
#include "race_libc.def"
#define RACE_LIBC_PRINT(name, vname, told, params, args, ...)                  \
  {#name, "int", #params "..."}, {#vname, "int", #params "va_list"},
#define RACE_LIBC_PRINT_WIDE RACE_LIBC_PRINT
#define RACE_LIBC_SCAN RACE_LIBC_PRINT
#define RACE_LIBC_SCAN_WIDE RACE_LIBC_PRINT
#define RACE_LIBC_TELL(name, vname, told, params, args)                        \
  {#name, "void", #params "..."}, {#vname, "void", #params "va_list"},
#include "race_libc_format.def"
  };
  bool TouchesOnly = false;
  for (const auto &[Name, Result, Parameters] : Functions) {
    TouchesOnly |= *Name == '+';
    Function *From = M.getFunction(Name);
    if (!From || From->isIntrinsic())
      continue;
    if (TouchesOnly && !From->isDeclaration())
      claim(M, *From);
    // What is hidden is the program's.
    if (!From->isDeclaration() || !From->hasDefaultVisibility())
      continue;
    if (*Parameters && !isDeclaredLike(*From, Result, Parameters))
      continue;
    auto To =
        M.getOrInsertFunction(("__race_" + Twine(Name)).str(), From->getFunctionType(),
                              From->getAttributes());
    redirectCalls(*From, *cast<Constant>(To.getCallee()), Instrumented);
  }
}

void race::surroundOpens(Module &M,
                         function_ref<bool(const Function &)> Instrumented,
                         Hooks &H) {
  for (StringRef Name : {"dlopen", "dlmopen"}) {
    Function *Open = M.getFunction(Name);
    if (!Open || !Open->isDeclaration())
      continue;
    for (User *U : make_early_inc_range(Open->users())) {
      auto *Call = dyn_cast<CallInst>(U);
      if (!Call || Call->getCalledOperand() != Open ||
          Call->isMustTailCall() || !Instrumented(*Call->getFunction()))
        continue;
      Call->setTailCall(false);
      IRBuilder<> B(Call);
      B.SetCurrentDebugLocation(locationOf(*Call));
      H.call(B, "opening", {});
      B.SetInsertPoint(Call->getNextNode());
      B.SetCurrentDebugLocation(locationOf(*Call));
      H.call(B, "opened", {Call});
    }
  }
}
