// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// FastPath.cpp - the inlined check. What it costs is what the whole detector
// costs, so every instruction here was looked at in the assembly.
//
// A cell is [epoch | tid | not-read | not-written | site] and a thread's word
// is [epoch | tid | 0 | 0 | 0], so that their xor, seen as one number, says:
//
//     below 1 << CELL_WRITE_SHIFT   same thread and epoch, all bytes written
//     below 1 << CELL_READ_SHIFT    same thread and epoch, all bytes read
//
// (a write clears not-read as well as not-written).
//
// A write looks at cell 0 alone. A read is content with either cell, and takes
// the smaller of the two xors: a branch between them mispredicts on read-shared
// data.

#include "FastPath.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/MDBuilder.h"
#include "llvm/Support/KnownBits.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Transforms/Utils/BasicBlockUtils.h"

using namespace llvm;
using namespace race;

/// An inlined test of more granules than this is longer than the door's own
/// loop.
static constexpr uint64_t MaxGranules = 4;

FastPath::FastPath(Module &M, Hooks &H, const Options &O)
    : M(M), H(H), O(O), I64(Type::getInt64Ty(M.getContext())) {}

void FastPath::check(const Access &A) {
  if (A.Mask)
    return checkLanes(A);
  if (!A.Rows.empty())
    return checkRows(A);

  // The access counts when one of its alternatives holds. A condition that the
  // program does not branch on may be poison: freeze it before we do.
  IRBuilder<> B(A.At);
  B.SetCurrentDebugLocation(A.Loc);
  Value *When = nullptr;
  for (const auto &Terms : A.When) {
    Value *All = nullptr;
    for (const Term &T : Terms) {
      Value *C = B.CreateFreeze(T.Condition);
      if (!T.Expected)
        C = B.CreateNot(C);
      All = All ? B.CreateAnd(All, C) : C;
    }
    When = When ? B.CreateOr(When, All) : All;
  }
  checkOne(A, When);
}

/// Can the shadow of this access be tested beside it?
static bool hasTest(const Access &A) {
  if (A.Length)
    return false;
  if (A.Bytes < 8)
    return isPowerOf2_64(A.Bytes);
  return A.Bytes % 8 == 0 && A.Bytes / 8 <= MaxGranules;
}

/// A range with gaps is a loop of checks, or two.
void FastPath::checkRows(Access A) {
  A.Named = A.Ptr;
  bool Alike = all_of(A.Rows, [](const Row &R) {
    auto *Known = dyn_cast<ConstantInt>(R.Stride);
    return Known && Known->getZExtValue() % 8 == 0;
  });
  if (Alike && O.Inline && hasTest(A) && A.Bytes < 8) {
    IRBuilder<> B(A.At);
    BitsOfRows = bitsOfPart(B, A, B.CreatePtrToInt(A.Ptr, I64));
  }
  for (const Row &R : A.Rows) {
    BasicBlock *Before = A.At->getParent();
    BasicBlock *Body = Before->splitBasicBlock(A.At);
    BasicBlock *After = Body->splitBasicBlock(A.At);
    IRBuilder<> B(Body->getTerminator());
    B.SetCurrentDebugLocation(A.Loc);
    PHINode *Ptr = B.CreatePHI(A.Ptr->getType(), 2);
    PHINode *Left = B.CreatePHI(I64, 2);
    Ptr->addIncoming(A.Ptr, Before);
    Left->addIncoming(R.Count, Before);
    Value *Fewer = B.CreateSub(Left, B.getInt64(1));
    Value *Next = B.CreateGEP(
        B.getInt8Ty(), B.CreatePointerCast(Ptr, B.getInt8Ty()->getPointerTo()), R.Stride);
    Ptr->addIncoming(B.CreatePointerCast(Next, Ptr->getType()), Body);
    Left->addIncoming(Fewer, Body);
    B.CreateCondBr(B.CreateICmpEQ(Fewer, B.getInt64(0)), After, Body);
    Body->getTerminator()->eraseFromParent();
    A.Ptr = Ptr;
    A.At = cast<Instruction>(Fewer);
  }
  checkOne(A, nullptr);
  BitsOfRows = nullptr;
}

/// A masked access is one access per active lane.
void FastPath::checkLanes(const Access &A) {
  auto *MaskType = cast<FixedVectorType>(A.Mask->getType());
  for (unsigned Lane = 0; Lane < MaskType->getNumElements(); ++Lane) {
    IRBuilder<> B(A.At);
    B.SetCurrentDebugLocation(A.Loc);
    Value *Active = B.CreateExtractElement(A.Mask, Lane);
    if (auto *Known = dyn_cast<ConstantInt>(Active)) {
      if (Known->isZero())
        continue;
      Active = nullptr;
    } else {
      Active = B.CreateFreeze(Active);
    }
    Access One = A;
    One.Mask = nullptr;
    if (A.Ptr->getType()->isVectorTy()) {
      One.Ptr = B.CreateExtractElement(A.Ptr, Lane);
    } else {
      Type *I8 = B.getInt8Ty();
      One.Ptr = B.CreateConstInBoundsGEP1_64(
          I8, B.CreatePointerCast(A.Ptr, I8->getPointerTo()), Lane * A.Bytes);
      One.Alignment = commonAlignment(A.Alignment, Lane * A.Bytes);
    }
    checkOne(One, Active);
  }
}

/// Where the program asks for a line of memory ahead of its use, the check is
/// going to ask for the shadow of it: two lines.
void FastPath::prefetch(CallInst &Asked) {
  IRBuilder<> B(Asked.getNextNode());
  Value *Address = B.CreatePtrToInt(Asked.getArgOperand(0), I64);
  Value *Twice = B.CreateShl(B.CreateAnd(Address, SHADOW_MASK), 1);
  for (uint64_t Line : {0, 64}) {
    Value *Where = B.CreateIntToPtr(
        B.CreateAdd(B.CreateXor(Twice, B.getInt64(Line)), B.getInt64(SHADOW_BASE)),
        B.getInt8Ty()->getPointerTo());
    B.CreateCall(Asked.getCalledFunction(),
                 {Where, Asked.getArgOperand(1), Asked.getArgOperand(2),
                  Asked.getArgOperand(3)});
  }
}

void FastPath::checkOne(const Access &A, Value *When) {
  IRBuilder<> B(A.At);
  B.SetCurrentDebugLocation(A.Loc);

  // An address that is not known to be aligned usually is: test for it as well.
  uint64_t Natural = std::min<uint64_t>(PowerOf2Ceil(A.Bytes), 8);
  bool MayStraddle = A.Alignment.value() < Natural;

  Value *Cold = When;
  if (O.Inline && hasTest(A)) {
    Value *Test = test(B, A, MayStraddle);
    Cold = When ? B.CreateAnd(When, Test) : Test;
  }
  if (Cold) {
    MDNode *Unlikely = MDBuilder(M.getContext()).createBranchWeights(1, 100000);
    B.SetInsertPoint(SplitBlockAndInsertIfThen(Cold, &*B.GetInsertPoint(),
                                               /*Unreachable=*/false,
                                               Unlikely));
    B.SetCurrentDebugLocation(A.Loc);
  }
  callDoor(B, A, MayStraddle || !hasTest(A));
}

/// i1: this access must go through the door.
Value *FastPath::test(IRBuilder<> &B, const Access &A, bool MayStraddle) {
  Value *Address = B.CreatePtrToInt(A.Ptr, I64);
  bool Part = A.Bytes < 8;
  Value *News = Part ? testPart(B, A, Address) : testGranules(B, A, Address);
  // What lies below this shift is of no matter; a part has its bits picked out.
  uint64_t Shift = A.isWrite() ? CELL_WRITE_SHIFT : CELL_READ_SHIFT;
  if (Part)
    Shift = 0;
  if (MayStraddle) {
    Value *Low = B.CreateAnd(Address, std::min<uint64_t>(A.Bytes, 8) - 1);
    News = B.CreateOr(News, B.CreateShl(Low, Shift));
  }
  return B.CreateICmpUGE(News, B.getInt64(uint64_t(1) << Shift));
}

Value *FastPath::testGranules(IRBuilder<> &B, const Access &A, Value *Address) {
  Value *News = nullptr;
  for (unsigned Granule = 0; Granule < A.Bytes / 8; ++Granule) {
    Value *X = difference(B, A, Address, Granule, nullptr);
    News = News ? B.CreateOr(News, X) : X;
  }
  return News;
}

Value *FastPath::testPart(IRBuilder<> &B, const Access &A, Value *Address) {
  Value *Bits = BitsOfRows ? BitsOfRows : bitsOfPart(B, A, Address);
  return difference(B, A, Address, 0, Bits);
}

/// In what the shadow of the granule differs from what this access would leave
/// there; only Bits of it when they are given.
Value *FastPath::difference(IRBuilder<> &B, const Access &A, Value *Address,
                            unsigned Granule, Value *Bits) {
  Value *Word = B.CreateAlignedLoad(I64, H.self(SELF_WORD), Align(8));
  // and, then shift, then a constant: becomes base(reg,reg) in one operand.
  Value *Twice = B.CreateShl(B.CreateAnd(Address, SHADOW_MASK), 1);
  auto Cell = [&](unsigned Which) {
    uint64_t Displacement = SHADOW_BASE + 16 * Granule + 8 * Which;
    Value *Where = B.CreateIntToPtr(
        B.CreateAdd(Twice, B.getInt64(Displacement)), I64->getPointerTo());
    Value *X = B.CreateXor(B.CreateAlignedLoad(I64, Where, Align(8)), Word);
    return Bits ? B.CreateAnd(X, Bits) : X;
  };
  Value *Now = Cell(0);
  if (A.isWrite())
    return Now;
  return B.CreateBinaryIntrinsic(Intrinsic::umin, Now, Cell(1));
}

/// The bits of a cell that an access of Bytes < 8 cares for at this offset.
static uint64_t bitsAt(uint64_t Bytes, bool Write, unsigned Offset) {
  uint64_t Mask = (((1u << Bytes) - 1) << Offset) & 0xff;
  uint64_t Bits = ~uint64_t(0) << CELL_TID_SHIFT | Mask << CELL_READ_SHIFT;
  return Write ? Bits | Mask << CELL_WRITE_SHIFT : Bits;
}

Value *FastPath::bitsOfPart(IRBuilder<> &B, const Access &A, Value *Address) {
  KnownBits Known = computeKnownBits(A.Ptr, M.getDataLayout());
  APInt LowKnown = (Known.Zero | Known.One).trunc(3);
  if (A.Alignment >= Align(8))
    return B.getInt64(bitsAt(A.Bytes, A.isWrite(), 0));
  if (A.InGranule >= 0)
    return B.getInt64(bitsAt(A.Bytes, A.isWrite(), A.InGranule));
  if (LowKnown.isAllOnes())
    return B.getInt64(
        bitsAt(A.Bytes, A.isWrite(), Known.One.trunc(3).getZExtValue()));

  ArrayType *Table = ArrayType::get(I64, 8);
  GlobalVariable *&Var = Tables[A.isWrite()][Log2_64(A.Bytes)];
  if (!Var) {
    SmallVector<Constant *, 8> Rows;
    for (unsigned Offset = 0; Offset < 8; ++Offset)
      Rows.push_back(B.getInt64(bitsAt(A.Bytes, A.isWrite(), Offset)));
    Var = new GlobalVariable(M, Table, /*isConstant=*/true,
                             GlobalValue::PrivateLinkage,
                             ConstantArray::get(Table, Rows), "__race_bits");
    Var->setAlignment(Align(64));
    Var->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  }
  Value *Row =
      B.CreateInBoundsGEP(Table, Var, {B.getInt64(0), B.CreateAnd(Address, 7)});
  return B.CreateAlignedLoad(I64, Row, Align(8));
}

void FastPath::callDoor(IRBuilder<> &B, const Access &A, bool AnyAddress) {
  Constant *Text =
      H.words().ofAccess(*A.Inst, A.Named ? A.Named : A.Ptr, A.Bytes);
  Constant *Site = H.newSite(A.Bytes, A.What, A.Loc, Text);
  if (A.NewVptr) {
    Doors.push_back(H.call(B, "write_vptr", {A.Ptr, Site, A.NewVptr}));
    return;
  }
  std::string Door = A.isWrite() ? "write" : "read";
  bool HasOwnDoor = isPowerOf2_64(A.Bytes) && A.Bytes <= 16 && !AnyAddress;
  if (HasOwnDoor) {
    Doors.push_back(H.call(B, Door + utostr(A.Bytes), {A.Ptr, Site}));
    return;
  }
  Value *Length =
      A.Length ? B.CreateZExtOrTrunc(A.Length, I64) : B.getInt64(A.Bytes);
  Doors.push_back(H.call(B, Door + "_range", {A.Ptr, Site, Length}));
}
