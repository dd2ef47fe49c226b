// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Words.cpp - finds the words and lays them out (race_hooks.def). A field is
// known from the type tag of type-based alias analysis, which is exact, or from
// the struct types of the address computation: at -O0 there are no tags, and
// later LLVMs compute addresses in bytes. All pointers in the data are 32-bit
// distances from where they stand: no relocations at start, no loading.

#include "Words.h"
#include "Compat.h"
#include "Hooks.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/GetElementPtrTypeIterator.h"
#include "llvm/IR/GlobalAlias.h"
#include "llvm/Support/Path.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;
using namespace race;

static std::string fileOf(const DIFile *File) {
  if (!File)
    return "";
  SmallString<128> Path(File->getFilename());
  if (!sys::path::is_absolute(Path)) {
    Path = File->getDirectory();
    sys::path::append(Path, File->getFilename());
  }
  return std::string(Path);
}

/// " of main() at /src/a.c:3"
static std::string whereOf(const DIVariable &V, bool WithFunction) {
  std::string Text;
  const DIScope *S = V.getScope();
  while (auto *Block = dyn_cast_or_null<DILocalScope>(S)) {
    if (auto *F = dyn_cast<DISubprogram>(Block)) {
      if (WithFunction)
        Text = " of " + F->getName().str() + "()";
      break;
    }
    S = Block->getScope();
  }
  return Text + " at " + fileOf(V.getFile()) + ":" +
         std::to_string(V.getLine());
}

// ---- fields ----

/// The type and offset that a struct-path tag names.
static const DIType *fromTag(const Instruction &I, const Types &T,
                             uint64_t &Offset) {
  MDNode *Tag = I.getMetadata(LLVMContext::MD_tbaa);
  if (!Tag || Tag->getNumOperands() < 3 ||
      Tag->getOperand(0) == Tag->getOperand(1))
    return nullptr;
  auto *Base = dyn_cast_or_null<MDNode>(Tag->getOperand(0));
  auto *Where = mdconst::dyn_extract_or_null<ConstantInt>(Tag->getOperand(2));
  if (!Base || !Where || Base->getNumOperands() == 0)
    return nullptr;
  auto *Name = dyn_cast_or_null<MDString>(Base->getOperand(0));
  Offset = Where->getZExtValue();
  return Name && !Name->getString().empty() ? T.ofTag(Name->getString())
                                            : nullptr;
}

/// The innermost struct that the address computation goes through.
static const DIType *fromAddress(const Value *Ptr, const DataLayout &L,
                                 const Types &T, uint64_t &Offset) {
  Offset = 0;
  for (;;) {
    Ptr = Ptr->stripPointerCasts();
    auto *Gep = dyn_cast<GEPOperator>(Ptr);
    if (!Gep)
      return nullptr;
    StructType *Found = nullptr;
    uint64_t Inside = 0; // of Found
    for (auto At = gep_type_begin(Gep), End = gep_type_end(Gep); At != End;
         ++At) {
      auto *Index = dyn_cast<ConstantInt>(At.getOperand());
      if (StructType *S = At.getStructTypeOrNull()) {
        Found = S;
        Inside = L.getStructLayout(S)->getElementOffset(Index->getZExtValue());
      } else if (Found && !Index) {
        // Which element does not matter: its field's name is the same.
        continue;
      } else if (Found) {
        Inside += L.getTypeAllocSize(At.getIndexedType()).getFixedValue() *
                  Index->getZExtValue();
      }
    }
    if (Found) {
      Offset += Inside;
      return T.ofStruct(*Found,
                        L.getTypeAllocSize(Found).getFixedValue());
    }
    // An element of an array that is itself a field: the field is further out.
    APInt Bytes(64, 0);
    if (Gep->accumulateConstantOffset(L, Bytes) && !Bytes.isNegative())
      Offset += Bytes.getZExtValue();
    Ptr = Gep->getPointerOperand();
  }
}

std::string Words::fieldOf(const Instruction &I, const Value *Ptr,
                           uint64_t Bytes) const {
  uint64_t Offset = 0;
  const DIType *Whole = fromTag(I, T, Offset);
  if (!Whole)
    Whole = fromAddress(Ptr, M.getDataLayout(), T, Offset);
  return Whole ? Types::field(*Whole, Offset, Bytes ? Bytes : 1) : "";
}

// ---- variables that have no fixed address ----

std::string Words::objectOf(const Value *Ptr) const {
  const Value *Object = getUnderlyingObject(Ptr);
  if (const DILocalVariable *V = localVariableAt(Object))
    return "local '" + V->getName().str() + "'" + whereOf(*V, true);
  auto *G = dyn_cast<GlobalVariable>(throughThreadLocalAddress(Object));
  if (!G || !G->isThreadLocal())
    return "";
  SmallVector<DIGlobalVariableExpression *, 1> Debug;
  G->getDebugInfo(Debug);
  if (Debug.empty())
    return "thread-local '" + G->getName().str() + "'";
  const DIGlobalVariable *V = Debug.front()->getVariable();
  return "thread-local '" + V->getName().str() + "'" + whereOf(*V, false);
}

Constant *Words::ofAccess(const Instruction &I, const Value *Ptr,
                          uint64_t Bytes) {
  if (!I.getFunction()->getSubprogram() || Ptr->getType()->isVectorTy())
    return nullptr;
  std::string Field = fieldOf(I, Ptr, Bytes), Object = objectOf(Ptr);
  if (Field.empty() && Object.empty())
    return nullptr;
  return string(Object.empty() ? Field : Field + "\n" + Object);
}

// ---- layout ----

Constant *Words::string(StringRef Text) {
  Constant *&Known = Strings[Text];
  if (!Known) {
    Constant *Bytes = ConstantDataArray::getString(M.getContext(), Text);
    auto *G = new GlobalVariable(M, Bytes->getType(), /*isConstant=*/true,
                                 GlobalValue::PrivateLinkage, Bytes,
                                 "__race_words");
    G->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
    G->setAlignment(Align(1));
    Known = G;
  }
  return Known;
}

/// A table of 32-bit numbers and distances. It exists before its values do:
/// distances count from where they stand.
namespace {
class Table {
public:
  Table(Module &M, unsigned Words, const Twine &Name)
      : C(M.getContext()),
        G(new GlobalVariable(
            M, ArrayType::get(Type::getInt32Ty(C), Words),
            /*isConstant=*/true, GlobalValue::PrivateLinkage, nullptr, Name)) {
    G->setAlignment(Align(4));
  }

  void number(uint64_t N) {
    Values.push_back(ConstantInt::get(
        Type::getInt32Ty(C), std::min<uint64_t>(N, UINT32_MAX)));
  }

  void distance(Constant *To) {
    if (!To)
      return number(0);
    Type *I64 = Type::getInt64Ty(C);
    Constant *Here = ConstantExpr::getInBoundsGetElementPtr(
        G->getValueType(), G,
        ArrayRef<Constant *>{ConstantInt::get(I64, 0),
                             ConstantInt::get(I64, Values.size())});
    Values.push_back(ConstantExpr::getTrunc(
        ConstantExpr::getSub(ConstantExpr::getPtrToInt(To, I64),
                             ConstantExpr::getPtrToInt(Here, I64)),
        Type::getInt32Ty(C)));
  }

  GlobalVariable *finish() {
    G->setInitializer(
        ConstantArray::get(cast<ArrayType>(G->getValueType()), Values));
    return G;
  }

  LLVMContext &C;
  GlobalVariable *G;
  std::vector<Constant *> Values;
};
} // namespace

/// G's address as a distance can hold it: in a library that of its own copy.
/// Null when there is none.
Constant *Words::address(GlobalVariable &G) {
  if (!Preemptible || G.hasLocalLinkage() || G.isDSOLocal())
    return &G;
  if (!G.hasExternalLinkage())
    return nullptr;
  return GlobalAlias::create(G.getValueType(), 0, GlobalValue::PrivateLinkage,
                             "__race_own_" + G.getName(), &G, &M);
}

/// Where G begins in the variable that it was, before optimisation split that up.
static std::string offsetIn(const DIGlobalVariableExpression &E) {
  auto Fragment = E.getExpression()->getFragmentInfo();
  return Fragment ? " " + std::to_string(Fragment->OffsetInBits / 8) : "";
}

/// Rows of {address, bytes, file, words}; words are "LINE\nNAME\nFUNCTION\n" and
/// the type's text. Of a part of a variable "LINE OFFSET\n".
GlobalVariable *Words::variables(uint32_t &Count) {
  struct Row {
    Constant *Address, *File, *Text;
    uint64_t Bytes;
  };
  std::vector<Row> Rows;
  for (GlobalVariable &G : M.globals()) {
    SmallVector<DIGlobalVariableExpression *, 1> Debug;
    G.getDebugInfo(Debug);
    if (Debug.empty() || G.isDeclaration() || G.isConstant() ||
        G.isThreadLocal() || G.hasAvailableExternallyLinkage())
      continue;
    const DIGlobalVariable *V = Debug.front()->getVariable();
    std::string Name, Function;
    for (const DIScope *S = V->getScope(); S; S = S->getScope()) {
      if (auto *F = dyn_cast<DISubprogram>(S))
        Function = F->getName().str();
      else if (isa<DINamespace>(S) || isa<DICompositeType>(S))
        Name = (S->getName().empty() ? "(anonymous)" : S->getName().str()) +
               "::" + Name;
    }
    if (Constant *Address = address(G))
      Rows.push_back(
          {Address, string(fileOf(V->getFile())),
           string(std::to_string(V->getLine()) + offsetIn(*Debug.front()) +
                  "\n" + Name + V->getName().str() + "\n" + Function + "\n" +
                  typeText(V->getType())),
           M.getDataLayout().getTypeAllocSize(G.getValueType())
               .getFixedValue()});
  }
  Count = Rows.size();
  if (Rows.empty())
    return nullptr;
  Table Out(M, 4 * Rows.size(), "__race_variables");
  for (const Row &R : Rows) {
    Out.distance(R.Address);
    Out.number(R.Bytes);
    Out.distance(R.File);
    Out.distance(R.Text);
  }
  return Out.finish();
}

GlobalVariable *Words::siteWords(ArrayRef<Constant *> SiteWords) {
  if (all_of(SiteWords, [](Constant *C) { return !C; }))
    return nullptr;
  Table Out(M, SiteWords.size(), "__race_site_words");
  for (Constant *C : SiteWords)
    Out.distance(C);
  return Out.finish();
}

void Words::finish(GlobalVariable *Sites, ArrayRef<Constant *> SiteWords) {
  uint32_t Count;
  GlobalVariable *Variables = variables(Count), *Texts = siteWords(SiteWords);
  if (!Variables && !Texts)
    return;
  // An ELF note: the linker gathers those of all modules in one segment, which
  // the loader's list of modules leads to.
  Table Note(M, 10, "__race_note");
  Note.number(5);
  Note.number(NOTE_WORDS * 4);
  Note.number(NOTE_TYPE);
  Note.number(0x65636172); // "race"
  Note.number(0);
  Note.distance(Texts ? Sites : nullptr);
  Note.number(Texts ? SiteWords.size() : 0);
  Note.distance(Texts);
  Note.distance(Variables);
  Note.number(Count);
  GlobalVariable *G = Note.finish();
  G->setSection(".note.race");
  appendToCompilerUsed(M, {G});
}
