// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collect.cpp - from instructions to accesses. A case that is missing here is a
// race that nobody sees, so every kind of instruction that touches memory has
// its line.

#include "Collect.h"
#include "Assembly.h"
#include "Locations.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace race;

/// Profile and coverage counters are updated without any order, on purpose.
static bool isCounter(const GlobalVariable &G) {
  StringRef Name = G.getName(), Section = G.getSection();
  auto Starts = [&](StringRef Prefix) {
    return Name.take_front(Prefix.size()) == Prefix;
  };
  return Starts("__profc_") || Starts("__profbm_") || Starts("__llvm_prf") ||
         Starts("__llvm_gcov") || Starts("__llvm_gcda") ||
         Starts("__sancov_") || Section.contains("__llvm_prf") ||
         Section.contains("__sancov");
}

bool race::isProgramMemory(const Value *Ptr) {
  Type *T = Ptr->getType()->getScalarType();
  if (T->getPointerAddressSpace() != 0 || Ptr->isSwiftError())
    return false;
  // Two blocks that each count may have become one: a phi of counters.
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Ptr, Objects);
  return !all_of(Objects, [](const Value *Object) {
    auto *Global = dyn_cast<GlobalVariable>(Object);
    return Global && isCounter(*Global);
  });
}

namespace {

class Collector {
public:
  Collector(Instruction &I, std::vector<Access> &Found) : I(I), Found(Found) {}

  void loadOrStore(Value *Ptr, Type *T, Align A, bool Write);
  void masked(IntrinsicInst &Call);
  void memory(MemIntrinsic &Call);
  void byValue(CallBase &Call);
  void assembly(CallBase &Call);

private:
  Access *add(Value *Ptr, uint64_t Bytes, Align A, bool Write);
  void addRange(Value *Ptr, Value *Length, MaybeAlign A, bool Write);
  void addLanes(Value *Ptr, Type *Vector, Align A, Value *Mask, bool Write);
  void addPacked(Value *Ptr, Type *Vector, Value *Mask, bool Write);
  uint64_t bytesOf(Type *T) const {
    return I.getModule()->getDataLayout().getTypeStoreSize(T).getFixedValue();
  }

  Instruction &I;
  std::vector<Access> &Found;
};

} // namespace

Access *Collector::add(Value *Ptr, uint64_t Bytes, Align A, bool Write) {
  if (!isProgramMemory(Ptr))
    return nullptr;
  Found.emplace_back(I, Ptr, Bytes, A, Write ? KIND_WRITE : KIND_READ,
                     locationOf(I));
  return &Found.back();
}

void Collector::loadOrStore(Value *Ptr, Type *T, Align A, bool Write) {
  Access *New = bytesOf(T) ? add(Ptr, bytesOf(T), A, Write) : nullptr;
  if (!New)
    return;
  MDNode *Tag = I.getMetadata(LLVMContext::MD_tbaa);
  if (!Tag || !Tag->isTBAAVtableAccess() || New->Bytes != 8)
    return;
  New->What = Write ? KIND_VPTR_WRITE : KIND_VPTR_READ;
  if (Write && T->isPointerTy())
    New->NewVptr = cast<StoreInst>(I).getValueOperand();
}

void Collector::addRange(Value *Ptr, Value *Length, MaybeAlign A, bool Write) {
  if (auto *Known = dyn_cast<ConstantInt>(Length)) {
    if (!Known->isZero())
      add(Ptr, Known->getZExtValue(), A.valueOrOne(), Write);
  } else if (Access *New = add(Ptr, 0, A.valueOrOne(), Write)) {
    New->Length = Length;
  }
}

void Collector::memory(MemIntrinsic &Call) {
  if (auto *Transfer = dyn_cast<MemTransferInst>(&Call))
    addRange(Transfer->getSource(), Call.getLength(),
             Transfer->getSourceAlign(), /*Write=*/false);
  addRange(Call.getDest(), Call.getLength(), Call.getDestAlign(),
           /*Write=*/true);
}

void Collector::addLanes(Value *Ptr, Type *Vector, Align A, Value *Mask,
                         bool Write) {
  Type *Lane = cast<VectorType>(Vector)->getElementType();
  if (Access *New = add(Ptr, bytesOf(Lane), A, Write))
    New->Mask = Mask;
}

/// expandload and compressstore: as many lanes as are active, side by side.
void Collector::addPacked(Value *Ptr, Type *Vector, Value *Mask, bool Write) {
  Type *Lane = cast<VectorType>(Vector)->getElementType();
  unsigned Lanes = cast<FixedVectorType>(Vector)->getNumElements();
  IRBuilder<> B(&I);
  Value *Bits = B.CreateFreeze(B.CreateBitCast(Mask, B.getIntNTy(Lanes)));
  Value *Active = B.CreateUnaryIntrinsic(
      Intrinsic::ctpop, B.CreateZExtOrTrunc(Bits, B.getInt64Ty()));
  addRange(Ptr, B.CreateMul(Active, B.getInt64(bytesOf(Lane))), MaybeAlign(),
           Write);
}

void Collector::masked(IntrinsicInst &Call) {
  auto Arg = [&](unsigned N) { return Call.getArgOperand(N); };
  auto AlignArg = [&](unsigned N) {
    return cast<ConstantInt>(Arg(N))->getMaybeAlignValue().valueOrOne();
  };
  switch (Call.getIntrinsicID()) {
  case Intrinsic::masked_load:
  case Intrinsic::masked_gather:
    return addLanes(Arg(0), Call.getType(), AlignArg(1), Arg(2), false);
  case Intrinsic::masked_store:
  case Intrinsic::masked_scatter:
    return addLanes(Arg(1), Arg(0)->getType(), AlignArg(2), Arg(3), true);
  case Intrinsic::masked_expandload:
    return addPacked(Arg(0), Call.getType(), Arg(1), false);
  case Intrinsic::masked_compressstore:
    return addPacked(Arg(1), Arg(0)->getType(), Arg(2), true);
  default:
    return;
  }
}

/// A call copies what it passes by value.
void Collector::byValue(CallBase &Call) {
  for (unsigned N = 0; N < Call.arg_size(); ++N)
    if (Call.isByValArgument(N))
      if (uint64_t Bytes = bytesOf(Call.getParamByValType(N)))
        add(Call.getArgOperand(N), Bytes, Call.getParamAlign(N).valueOrOne(),
            /*Write=*/false);
}

/// Operands that order threads are Assembly.cpp's.
void Collector::assembly(CallBase &Call) {
  const DataLayout &DL = Call.getModule()->getDataLayout();
  Assembly A(Call);
  for (const AsmOperand &O : A.Operands)
    for (bool Write : {false, true})
      if (Write ? O.Writes : O.Reads)
        add(O.Ptr, O.Bytes, O.Ptr->getPointerAlignment(DL), Write);
}

void race::collect(Instruction &I, std::vector<Access> &Found) {
  if (I.hasMetadata("nosanitize") || I.isAtomic())
    return;
  Collector C(I, Found);
  if (auto *L = dyn_cast<LoadInst>(&I))
    C.loadOrStore(L->getPointerOperand(), L->getType(), L->getAlign(), false);
  else if (auto *S = dyn_cast<StoreInst>(&I))
    C.loadOrStore(S->getPointerOperand(), S->getValueOperand()->getType(),
                  S->getAlign(), true);
  else if (auto *Memory = dyn_cast<MemIntrinsic>(&I))
    C.memory(*Memory);
  else if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&I))
    C.masked(*Intrinsic);
  else if (auto *Call = dyn_cast<CallBase>(&I))
    Call->isInlineAsm() ? C.assembly(*Call) : C.byValue(*Call);
}
