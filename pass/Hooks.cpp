// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Hooks.cpp - turns race_hooks.def into declarations. How a symbol is reached
// depends on the image that the module will be part of: the runtime is linked
// into the executable, so an executable's code reaches it directly, a shared
// library's through the global offset table. Never through the lazily bound
// PLT: the dynamic linker's resolver keeps the C argument registers only, but a
// door's caller expects all registers kept (it would lose r10).

#include "Hooks.h"

using namespace llvm;
using namespace race;

Hooks::Hooks(Module &M)
    : M(M), InExecutable(M.getPIELevel() != PIELevel::Default ||
                         M.getPICLevel() == PICLevel::NotPIC),
      W(M, /*Preemptible=*/!InExecutable) {
  readContract();
}

void Hooks::readContract() {
  LLVMContext &C = M.getContext();
  Type *V = Type::getVoidTy(C);
  Type *P = Type::getInt8Ty(C)->getPointerTo();
  Type *I8 = Type::getInt8Ty(C);
  Type *I16 = Type::getInt16Ty(C);
  Type *I32 = Type::getInt32Ty(C);
  Type *I64 = Type::getInt64Ty(C);
  Type *I128 = Type::getInt128Ty(C);
  auto Add = [&](StringRef Name, Type *Result, ArrayRef<Type *> Params,
                 bool IsDoor) {
    Contract[Name] = {FunctionType::get(Result, Params, false), IsDoor};
  };
#define RACE_LIST(...)                                                         \
  { __VA_ARGS__ }
#define RACE_DOOR(name, params) Add(#name, V, RACE_LIST params, true);
#define RACE_HOOK(ret, name, params) Add(#name, ret, RACE_LIST params, false);
#include "race_hooks.def"
#undef RACE_LIST
}

Function *Hooks::declare(StringRef Name) {
  auto Found = Contract.find(Name);
  if (Found == Contract.end())
    report_fatal_error("race: race_hooks.def knows no " + Twine(Name));
  const Signature &Sig = Found->second;

  std::string Symbol = ("__race_" + Name).str();
  if (Function *F = M.getFunction(Symbol))
    return F;
  Function *F =
      Function::Create(Sig.Type, GlobalValue::ExternalLinkage, Symbol, M);
  F->setDoesNotThrow();
  F->setDSOLocal(InExecutable);
  if (!InExecutable)
    F->addFnAttr(Attribute::NonLazyBind);
  if (Sig.IsDoor)
    F->setCallingConv(CallingConv::PreserveAll);
  // C functions may rely on narrow arguments being extended.
  for (Argument &A : F->args())
    if (A.getType()->isIntegerTy(8) || A.getType()->isIntegerTy(16))
      A.addAttr(Attribute::ZExt);
  return F;
}

CallInst *Hooks::call(IRBuilder<> &B, StringRef Name, ArrayRef<Value *> Args) {
  Function *F = declare(Name);
  SmallVector<Value *, 6> Converted;
  for (Argument &A : F->args()) {
    Value *V = Args[A.getArgNo()];
    if (A.getType()->isPointerTy())
      V = B.CreatePointerCast(V, A.getType());
    Converted.push_back(V);
  }
  CallInst *Call = B.CreateCall(F, Converted);
  Call->setCallingConv(F->getCallingConv());
  Call->setAttributes(F->getAttributes().removeFnAttribute(
      M.getContext(), Attribute::NonLazyBind));
  // Each call's own return address names its access: two must not become one.
  Call->addFnAttr(Attribute::NoMerge);
  return Call;
}

Constant *Hooks::self(uint64_t Offset) {
  LLVMContext &C = M.getContext();
  Type *I8 = Type::getInt8Ty(C);
  if (!Self)
    Self = M.getNamedGlobal("__race_self");
  if (!Self) {
    Self = new GlobalVariable(
        M, ArrayType::get(I8, SELF_WRAP + 8), /*isConstant=*/false,
        GlobalValue::ExternalLinkage, nullptr, "__race_self", nullptr,
        InExecutable ? GlobalValue::LocalExecTLSModel
                     : GlobalValue::InitialExecTLSModel);
    Self->setAlignment(Align(8));
    Self->setDSOLocal(InExecutable);
  }
  Constant *Bytes = ConstantExpr::getPointerCast(Self, I8->getPointerTo());
  Constant *Field = ConstantExpr::getInBoundsGetElementPtr(
      I8, Bytes, ConstantInt::get(Type::getInt64Ty(C), Offset));
  return ConstantExpr::getPointerCast(Field,
                                      Type::getInt64Ty(C)->getPointerTo());
}

Constant *Hooks::newSite(uint64_t Bytes, Kind K, const DebugLoc &Where,
                         Constant *Text) {
  LLVMContext &C = M.getContext();
  Type *I8 = Type::getInt8Ty(C);
  if (!SitesStandIn)
    SitesStandIn =
        new GlobalVariable(M, I8, false, GlobalValue::ExternalLinkage, nullptr);

  // A length that the field cannot hold, or that only the run knows, is 0: the
  // door gets the true one.
  uint16_t Field = Bytes <= UINT16_MAX ? Bytes : 0;
  unsigned Column = Where ? Where.getCol() : 0;
  StructType *Site =
      StructType::get(Type::getInt32Ty(C), Type::getInt16Ty(C), I8, I8);
  Constant *Values[] = {ConstantInt::get(Type::getInt32Ty(C), 0),
                        ConstantInt::get(Type::getInt16Ty(C), Field),
                        ConstantInt::get(I8, K),
                        ConstantInt::get(I8, Column <= UINT8_MAX ? Column : 0)};
  uint64_t Offset =
      Sites.size() * M.getDataLayout().getTypeAllocSize(Site).getFixedValue();
  Sites.push_back(ConstantStruct::get(Site, Values));
  Texts.push_back(Text);
  return ConstantExpr::getInBoundsGetElementPtr(
      I8, SitesStandIn, ConstantInt::get(Type::getInt64Ty(C), Offset));
}

void Hooks::finish() {
  if (!SitesStandIn)
    return W.finish(nullptr, {});
  ArrayType *Table = ArrayType::get(Sites.front()->getType(), Sites.size());
  auto *Array = new GlobalVariable(
      M, Table, /*isConstant=*/false, GlobalValue::PrivateLinkage,
      ConstantArray::get(Table, Sites), "__race_sites");
  Array->setAlignment(Align(8));
  SitesStandIn->replaceAllUsesWith(
      ConstantExpr::getPointerCast(Array, SitesStandIn->getType()));
  SitesStandIn->eraseFromParent();
  W.finish(Array, Texts);
}
