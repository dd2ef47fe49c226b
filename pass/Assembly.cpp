// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Assembly.cpp - understands the statement (AsmText.cpp takes its template
// apart), then puts hooks around it.
//
// The operation happens inside the statement, the clock work must go with it.
// Where one operand orders and the statement is short, the operand's sync
// object stays locked from before it to behind it, as if the runtime had
// performed the operation itself. What may run for long (a lock that spins
// inside its statement) must not keep others from the object that it waits for:
// there, what is released is published before, what is acquired is learned
// behind. A publication that comes early, or stands for a compare-exchange that
// failed after all, is an edge more; never one less.

#include "Assembly.h"
#include "AsmText.h"
#include "Collect.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Instructions.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace race;

namespace {

/// Where the numbers of the template lead.
struct Numbered {
  bool IsMemory = false, IsOutput = false;
  int Argument = -1; ///< of the call
  int Result = -1;   ///< which of its results
  int Tied = -1;     ///< an input in the register of that output
  std::string Register;
};

/// Memory with all its numbers: "+m" is an output and an input of one pointer.
struct Memory {
  Value *Ptr;
  Type *Element;
  SmallVector<unsigned, 2> Numbers;
  bool In = false, Out = false;
};

class Reader {
public:
  Reader(const CallBase &Call, Assembly &Result)
      : Call(Call), Result(Result),
        IA(*cast<InlineAsm>(Call.getCalledOperand())),
        Text(IA.getAsmString(), IA.getDialect() == InlineAsm::AD_Intel) {}

  void read();

private:
  void readConstraints();
  void addMemory(unsigned Number, Type *Element);
  void addFences();
  void addOperand(const Memory &M);
  void addByRegister();
  void readSuccess();
  uint64_t sizeOf(const Memory &M, uint64_t ByText) const;
  bool isOldValue(const Memory &M) const;
  void addUnmentioned(const Memory &M);
  void order(AsmOperand &O, unsigned Uses) const;

  const CallBase &Call;
  Assembly &Result;
  const InlineAsm &IA;
  const AsmText Text;
  SmallVector<Numbered, 8> Operands;
  SmallVector<Memory, 4> Memories;
  bool ClobbersMemory = false;
};

} // namespace

void Reader::readConstraints() {
  InlineAsm::ConstraintInfoVector All = IA.ParseConstraints();
  int Argument = 0, Results = 0;
  for (const InlineAsm::ConstraintInfo &C : All) {
    if (C.Type == InlineAsm::isClobber) {
      ClobbersMemory |= C.Codes.front() == "{memory}";
      continue;
    }
    Numbered N;
    N.IsMemory = C.isIndirect;
    N.IsOutput = C.Type == InlineAsm::isOutput;
    if (!C.Codes.empty() && C.Codes.front().front() == '{')
      N.Register = C.Codes.front();
    if (N.IsOutput && !C.isIndirect)
      N.Result = Results++;
    else if (N.IsOutput || C.Type == InlineAsm::isInput)
      N.Argument = Argument++;
    if (!N.IsOutput && !C.Codes.empty() && isDigit(C.Codes.front().front()))
      StringRef(C.Codes.front()).getAsInteger(10, N.Tied);
    Operands.push_back(N);
  }
  for (unsigned Number = 0; Number < Operands.size(); ++Number)
    if (Operands[Number].IsMemory && Operands[Number].Argument >= 0)
      if (Type *T = Call.getAttributes().getParamElementType(
              Operands[Number].Argument))
        addMemory(Number, T);
}

void Reader::addMemory(unsigned Number, Type *Element) {
  Value *Ptr = Call.getArgOperand(Operands[Number].Argument);
  Memory *Known = nullptr;
  for (Memory &M : Memories)
    if (M.Ptr == Ptr && M.Element == Element)
      Known = &M;
  if (!Known) {
    Memories.push_back({Ptr, Element, {}});
    Known = &Memories.back();
  }
  Known->Numbers.push_back(Number);
  (Operands[Number].IsOutput ? Known->Out : Known->In) = true;
}

void Reader::addFences() {
  for (const AsmInstruction &I : Text.Instructions) {
    if (I.Name == "mfence" || I.isLockedNothing())
      Result.Fences.push_back(5);
    else if (ClobbersMemory && I.Name == "lfence")
      Result.Fences.push_back(2);
    else if (ClobbersMemory && I.Name == "sfence")
      Result.Fences.push_back(3);
  }
}

/// Beyond 16 bytes the type is a fiction for the compiler's sake, like the
/// kernel's struct of 100 words: what the instruction says counts.
uint64_t Reader::sizeOf(const Memory &M, uint64_t ByText) const {
  const DataLayout &DL = Call.getModule()->getDataLayout();
  uint64_t Bytes = DL.getTypeStoreSize(M.Element).getFixedValue();
  if (Bytes - 1 < 16)
    return Bytes;
  return ByText ? ByText : 1;
}

/// `: "=m"(x) : "m"(x)` with %0 alone in the template, as "+m" was once
/// written.
bool Reader::isOldValue(const Memory &M) const {
  return !M.Out && any_of(Memories, [&](const Memory &Other) {
    return Other.Out && Other.Element == M.Element &&
           Text.uses(Other.Numbers).Uses;
  });
}

/// From what the instructions do to what the statement orders.
void Reader::order(AsmOperand &O, unsigned Uses) const {
  if (Uses & USE_MODIFY)
    O.Orders = ASM_MODIFY;
  else if (ClobbersMemory && Uses & USE_UPDATE)
    O.Orders = ASM_UPDATE;
  else if (ClobbersMemory)
    O.Orders = (Uses & USE_LOAD ? unsigned(ASM_LOAD) : 0) |
               (Uses & USE_STORE ? unsigned(ASM_STORE) : 0);
}

/// An operand that is there for the compiler: what the instructions reach by
/// other ways. Beside one that orders threads it is most likely the same
/// memory; and a type of more than a page is a fiction again.
void Reader::addUnmentioned(const Memory &M) {
  const DataLayout &DL = Call.getModule()->getDataLayout();
  AsmOperand O = {M.Ptr, DL.getTypeStoreSize(M.Element).getFixedValue()};
  bool Ordered = Text.Locks || any_of(Result.Operands, [](const AsmOperand &O) {
                   return O.Orders;
                 });
  O.Reads = M.In;
  O.Writes = M.Out;
  if (!Ordered && !isOldValue(M) && O.Bytes - 1 < 4096)
    Result.Operands.push_back(O);
}

void Reader::addOperand(const Memory &M) {
  if (Text.Instructions.empty() || !isProgramMemory(M.Ptr))
    return;
  AsmUse Use = Text.uses(M.Numbers);
  if (!Use.Mentioned)
    return addUnmentioned(M);
  AsmOperand O = {M.Ptr, sizeOf(M, Use.Bytes)};
  unsigned Uses = Use.Uses;
  if (Uses & USE_UNKNOWN)
    Uses |= (M.In ? unsigned(USE_LOAD) : 0) |
            (M.Out ? unsigned(USE_STORE) : 0);
  order(O, Uses);
  O.Reads = !O.Orders && Uses & (USE_LOAD | USE_UPDATE);
  O.Writes = !O.Orders && Uses & (USE_STORE | USE_UPDATE);
  if (O.Orders || O.Reads || O.Writes)
    Result.Operands.push_back(O);
}

/// `lock; incl (%0)` with "r"(p).
void Reader::addByRegister() {
  for (unsigned Number = 0; Number < Operands.size(); ++Number) {
    const Numbered &N = Operands[Number];
    if (N.IsMemory || N.IsOutput || N.Argument < 0 || N.Tied >= 0)
      continue;
    Value *Ptr = Call.getArgOperand(N.Argument);
    if (!Ptr->getType()->isPointerTy() || !isProgramMemory(Ptr))
      continue;
    AsmUse Use = Text.usesAt(Number);
    AsmOperand O = {Ptr, Use.Bytes};
    order(O, Use.Uses & ~USE_UNKNOWN);
    if (O.Bytes && O.Orders)
      Result.Operands.push_back(O);
  }
}

/// Finds how the program itself learns whether the compare-exchange succeeded.
void Reader::readSuccess() {
  const AsmInstruction *Exchange = nullptr;
  int Set = -1;
  for (const AsmInstruction &I : Text.Instructions) {
    if (I.isCompareExchange() && !Exchange)
      Exchange = &I;
    else if (I.Name == "sete" || I.Name == "setz")
      Set = I.onlyOperand();
    else
      return;
  }
  if (!Exchange)
    return;
  if (Set >= 0 && unsigned(Set) < Operands.size()) {
    Result.Success = Operands[Set].Result;
    return;
  }
  for (const Numbered &N : Operands)
    if (N.Register == "{@ccz}" || N.Register == "{@cce}")
      Result.Success = N.Result;
  if (Result.Success >= 0)
    return;
  bool Wide = Exchange->Name.back() == 'b' && Exchange->Bytes >= 8;
  for (unsigned Number = 0; Number < Operands.size(); ++Number) {
    const Numbered &Out = Operands[Number];
    if (Out.Result < 0 ||
        !(Out.Register == "{ax}" || (Wide && Out.Register == "{dx}")))
      continue;
    for (const Numbered &In : Operands)
      if (In.Argument >= 0 &&
          (In.Tied == int(Number) || In.Register == Out.Register))
        Result.Equal.push_back({Out.Result, In.Argument});
  }
  if (Result.Equal.size() != (Wide ? 2 : 1))
    Result.Equal.clear();
}

void Reader::read() {
  readConstraints();
  Result.IsShort = Text.IsShort;
  addFences();
  addByRegister();
  for (const Memory &M : Memories)
    addOperand(M);
  readSuccess();
}

Assembly::Assembly(const CallBase &Call) { Reader(Call, *this).read(); }

bool race::ordersThreads(const Instruction &I) {
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || !Call->isInlineAsm())
    return false;
  Assembly A(*Call);
  return !A.Fences.empty() ||
         any_of(A.Operands, [](const AsmOperand &O) { return O.Orders; });
}

// ---- hooks ----

namespace {

class Surround {
public:
  Surround(CallBase &Call, const DebugLoc &Loc, Hooks &H)
      : Call(Call), H(H), A(Call), Loc(Loc) {}

  void run();

private:
  Constant *site(const AsmOperand &O) {
    return H.newSite(
        O.Bytes, O.Orders == ASM_LOAD ? KIND_ATOMIC_READ : KIND_ATOMIC_WRITE,
        Loc);
  }
  void hold(const AsmOperand &O);
  void before(const AsmOperand &O);
  void after(const AsmOperand &O);
  void after(const AsmOperand &O, Instruction &Where, Value *Ptr);
  Value *succeeded(IRBuilder<> &B);
  Value *result(IRBuilder<> &B, unsigned N) {
    return isa<StructType>(Call.getType()) ? B.CreateExtractValue(&Call, N)
                                           : &Call;
  }

  CallBase &Call;
  Hooks &H;
  const Assembly A;
  const DebugLoc &Loc;
};

} // namespace

/// i1, or null when nobody can tell.
Value *Surround::succeeded(IRBuilder<> &B) {
  if (A.Success >= 0) {
    Value *Flag = result(B, A.Success);
    return Flag->getType()->isIntegerTy()
               ? B.CreateICmpNE(Flag, ConstantInt::get(Flag->getType(), 0))
               : nullptr;
  }
  Value *All = nullptr;
  for (const auto &Pair : A.Equal) {
    Value *Found = result(B, Pair.first);
    Value *Expected = Call.getArgOperand(Pair.second);
    if (Found->getType() != Expected->getType() ||
        !(Found->getType()->isIntegerTy() || Found->getType()->isPointerTy()))
      return nullptr;
    Value *Same = B.CreateICmpEQ(Found, Expected);
    All = All ? B.CreateAnd(All, Same) : Same;
  }
  return All;
}

void Surround::hold(const AsmOperand &O) {
  IRBuilder<> B(&Call);
  B.SetCurrentDebugLocation(Loc);
  Value *Held = H.call(B, "asm_begin", {O.Ptr});
  B.SetInsertPoint(Call.getNextNode());
  B.SetCurrentDebugLocation(Loc);
  Value *What = B.getInt32(O.Orders);
  if (Value *Done = succeeded(B))
    What = B.CreateSelect(Done, What, B.getInt32(ASM_LOAD));
  H.call(B, "asm_end", {Held, O.Ptr, What, site(O)});
}

void Surround::before(const AsmOperand &O) {
  if (O.Orders == ASM_LOAD)
    return;
  IRBuilder<> B(&Call);
  B.SetCurrentDebugLocation(Loc);
  H.call(B, "asm_before", {O.Ptr, B.getInt32(O.Orders), site(O)});
}

void Surround::after(const AsmOperand &O, Instruction &Where, Value *Ptr) {
  IRBuilder<> B(&Where);
  B.SetCurrentDebugLocation(Loc);
  H.call(B, "asm_after", {Ptr, B.getInt32(O.Orders), site(O)});
}

/// Behind a statement with several ways out, the hook stands at the end of each.
/// Other ways lead there, too: a local variable says whether we came by ours.
void Surround::after(const AsmOperand &O) {
  if (!(O.Orders & (ASM_LOAD | ASM_MODIFY)))
    return;
  if (!Call.isTerminator())
    return after(O, *Call.getNextNode(), O.Ptr);
  Type *Pointer = O.Ptr->getType();
  BasicBlock &Entry = Call.getFunction()->getEntryBlock();
  IRBuilder<> B(&*Entry.getFirstInsertionPt());
  AllocaInst *Slot = B.CreateAlloca(Pointer);
  Constant *Null = Constant::getNullValue(Pointer);
  B.CreateStore(Null, Slot);
  B.SetInsertPoint(&Call);
  B.CreateStore(O.Ptr, Slot);
  SmallPtrSet<BasicBlock *, 4> Ways;
  for (BasicBlock *Way : successors(&Call))
    if (Ways.insert(Way).second) {
      B.SetInsertPoint(&*Way->getFirstInsertionPt());
      Value *Ptr = B.CreateLoad(Pointer, Slot);
      auto *Clear = B.CreateStore(Null, Slot);
      after(O, *Clear->getNextNode(), Ptr);
    }
}

void Surround::run() {
  unsigned Ordering = 0;
  for (const AsmOperand &O : A.Operands)
    Ordering += O.Orders != 0;
  bool Hold = Ordering == 1 && A.IsShort && isa<CallInst>(Call);
  for (unsigned Order : A.Fences) {
    IRBuilder<> B(&Call);
    B.SetCurrentDebugLocation(Loc);
    H.call(B, "fence", {B.getInt32(Order)});
  }
  for (const AsmOperand &O : A.Operands) {
    if (!O.Orders)
      continue;
    if (Hold) {
      hold(O);
      continue;
    }
    before(O);
    after(O);
  }
}

void race::surround(CallBase &Call, const DebugLoc &Loc, Hooks &H) {
  Surround(Call, Loc, H).run();
}
