// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types.cpp - reads DICompositeTypes. A name is given only where it is the one
// answer: of a union, or of two bit-fields in a byte, the whole is named.

#include "Types.h"
#include "llvm/BinaryFormat/Dwarf.h"
#include "llvm/IR/DebugInfo.h"

using namespace llvm;
using namespace race;

/// Longer descriptions than this end at the outer names.
static constexpr size_t LongestText = 4096;

const DIType *race::stripped(const DIType *T) {
  while (auto *D = dyn_cast_or_null<DIDerivedType>(T)) {
    switch (D->getTag()) {
    case dwarf::DW_TAG_typedef:
    case dwarf::DW_TAG_const_type:
    case dwarf::DW_TAG_volatile_type:
    case dwarf::DW_TAG_restrict_type:
    case dwarf::DW_TAG_atomic_type:
      T = D->getBaseType();
      continue;
    default:
      return T;
    }
  }
  return T;
}

/// "struct ", "class ", "union ", "enum " or "".
static std::string keyword(const DIType &T) {
  switch (T.getTag()) {
  case dwarf::DW_TAG_structure_type:
    return "struct ";
  case dwarf::DW_TAG_class_type:
    return "class ";
  case dwarf::DW_TAG_union_type:
    return "union ";
  case dwarf::DW_TAG_enumeration_type:
    return "enum ";
  default:
    return "";
  }
}

/// "bank::" of a type in namespace bank.
static std::string qualifier(const DIScope *S) {
  if (!S || isa<DIFile>(S) || isa<DICompileUnit>(S) || isa<DISubprogram>(S) ||
      isa<DILexicalBlockBase>(S))
    return "";
  std::string Name = S->getName().str();
  if (Name.empty())
    Name = "(anonymous)";
  return qualifier(S->getScope()) + Name + "::";
}

/// "const int", but "char *const": of a pointer, not of what it points to.
static std::string qualified(const std::string &Word, const std::string &Base) {
  return Base.back() == '*' ? Base + Word : Word + " " + Base;
}

std::string race::typeName(const DIType *T) {
  if (!T)
    return "void";
  if (!T->getName().empty())
    return keyword(*T) + qualifier(T->getScope()) + T->getName().str();
  if (auto *D = dyn_cast<DIDerivedType>(T)) {
    std::string Base = typeName(D->getBaseType());
    switch (D->getTag()) {
    case dwarf::DW_TAG_pointer_type:
      return Base + (Base.back() == '*' ? "*" : " *");
    case dwarf::DW_TAG_reference_type:
      return Base + " &";
    case dwarf::DW_TAG_rvalue_reference_type:
      return Base + " &&";
    case dwarf::DW_TAG_const_type:
      return qualified("const", Base);
    case dwarf::DW_TAG_volatile_type:
      return qualified("volatile", Base);
    case dwarf::DW_TAG_atomic_type:
      return "_Atomic " + Base;
    default:
      return Base;
    }
  }
  if (isa<DISubroutineType>(T))
    return "function";
  if (T->getTag() == dwarf::DW_TAG_array_type)
    return typeName(cast<DICompositeType>(T)->getBaseType()) + "[]";
  return keyword(*T) + "(anonymous)";
}

// ---- members ----

static bool hasMembers(const DICompositeType &T) {
  return T.getTag() == dwarf::DW_TAG_structure_type ||
         T.getTag() == dwarf::DW_TAG_class_type ||
         T.getTag() == dwarf::DW_TAG_union_type;
}

namespace {
struct Member {
  uint64_t Offset, Bytes;
  std::string Name; ///< empty: a base class or an anonymous struct or union
  const DIType *T;
};
} // namespace

static std::vector<Member> membersOf(const DICompositeType &T) {
  std::vector<Member> Found;
  for (const DINode *Element : T.getElements()) {
    auto *D = dyn_cast<DIDerivedType>(Element);
    if (!D || D->isStaticMember() ||
        (D->getTag() != dwarf::DW_TAG_member &&
         D->getTag() != dwarf::DW_TAG_inheritance))
      continue;
    const DIType *Type = stripped(D->getBaseType());
    uint64_t Bits = D->getSizeInBits();
    bool IsBase = D->getTag() == dwarf::DW_TAG_inheritance;
    // An empty base has no bytes of its own; a virtual one no fixed place.
    if (IsBase) {
      Bits = Type ? Type->getSizeInBits() : 0;
      if (Bits <= 8 || D->isVirtual())
        continue;
    }
    uint64_t First = D->getOffsetInBits() / 8;
    uint64_t End = (D->getOffsetInBits() + Bits + 7) / 8;
    Found.push_back({First, End - First,
                     IsBase ? std::string() : D->getName().str(),
                     D->getBaseType()});
  }
  return Found;
}

/// Elements of an array's outermost dimension, 0 when unknown, and their size.
static std::pair<uint64_t, uint64_t> extentOf(const DICompositeType &T,
                                              unsigned Dimension) {
  const DIType *Element = stripped(T.getBaseType());
  uint64_t Bytes = Element ? Element->getSizeInBits() / 8 : 0, Count = 0;
  DINodeArray Ranges = T.getElements();
  for (unsigned N = Ranges.size(); N-- > Dimension;) {
    Count = 0;
    if (auto *Range = dyn_cast<DISubrange>(Ranges[N]))
      if (auto Known = Range->getCount())
        if (auto *Constant = Known.dyn_cast<ConstantInt *>())
          Count = std::max<int64_t>(Constant->getSExtValue(), 0);
    if (N > Dimension)
      Bytes *= Count;
  }
  return {Count, Bytes};
}

// ---- a type as a text ----

static void write(std::string &Out, const DIType *T);

static void writeArray(std::string &Out, const DICompositeType &T,
                       unsigned Dimension) {
  auto [Count, Bytes] = extentOf(T, Dimension);
  Out += "*" + std::to_string(Bytes) + "\n";
  if (Dimension + 1 < T.getElements().size())
    writeArray(Out, T, Dimension + 1);
  else
    write(Out, T.getBaseType());
}

static void write(std::string &Out, const DIType *T) {
  auto *Whole = dyn_cast_or_null<DICompositeType>(stripped(T));
  if (Whole && Out.size() < LongestText) {
    if (Whole->getTag() == dwarf::DW_TAG_array_type && !Whole->isVector())
      return writeArray(Out, *Whole, 0);
    if (hasMembers(*Whole) && !Whole->isForwardDecl()) {
      Out += "{" + typeName(Whole->getName().empty() ? T : Whole) + "\n";
      for (const Member &M : membersOf(*Whole)) {
        Out += std::to_string(M.Offset) + "\n" + std::to_string(M.Bytes) +
               "\n" + M.Name + "\n";
        write(Out, M.T);
      }
      Out += "}";
      return;
    }
  }
  Out += "=" + typeName(T) + "\n";
}

std::string race::typeText(const DIType *T) {
  std::string Out;
  write(Out, T);
  return Out;
}

// ---- looking types up ----

/// "vector<int, ...>" is "vector" to the IR.
static StringRef withoutArguments(StringRef Name) {
  return Name.take_until([](char C) { return C == '<'; });
}

Types::Types(const Module &M) {
  DebugInfoFinder Finder;
  Finder.processModule(M);
  for (const DIType *T : Finder.types()) {
    auto *Whole = dyn_cast_or_null<DICompositeType>(stripped(T));
    if (!Whole || !hasMembers(*Whole) || Whole->isForwardDecl())
      continue;
    if (T->getTag() == dwarf::DW_TAG_typedef && Whole->getName().empty())
      add(qualifier(T->getScope()) + T->getName().str(), T);
    if (T != Whole || Whole->getName().empty())
      continue;
    add((qualifier(T->getScope()) + withoutArguments(T->getName())).str(),
        Whole);
    if (!Whole->getIdentifier().empty())
      add(Whole->getIdentifier(), Whole);
  }
}

void Types::add(StringRef Name, const DIType *T) {
  auto &Known = ByName[Name];
  if (!is_contained(Known, T))
    Known.push_back(T);
}

const DIType *Types::ofStruct(const StructType &T, uint64_t Bytes) const {
  if (!T.hasName())
    return nullptr;
  StringRef Name = T.getName();
  for (StringRef Prefix : {"struct.", "class.", "union."})
    if (Name.consume_front(Prefix))
      break;
  // A second type of the name is "struct.entry.7".
  auto [Front, Number] = Name.rsplit('.');
  uint64_t Ignored;
  if (!Number.empty() && !Number.getAsInteger(10, Ignored))
    Name = Front;
  auto Found = ByName.find(Name);
  if (Found == ByName.end())
    return nullptr;
  const DIType *Only = nullptr;
  for (const DIType *C : Found->second) {
    if (stripped(C)->getSizeInBits() != Bytes * 8)
      continue;
    if (Only)
      return nullptr;
    Only = C;
  }
  return Only;
}

const DIType *Types::ofTag(StringRef Name) const {
  auto Found = ByName.find(Name);
  return Found != ByName.end() && Found->second.size() == 1
             ? Found->second.front()
             : nullptr;
}

std::string Types::field(const DIType &T, uint64_t Offset, uint64_t Bytes) {
  std::string Path;
  std::string Owner = T.getName().empty() ? "" : typeName(&T);
  const DIType *At = &T;
  for (;;) {
    auto *Whole = dyn_cast_or_null<DICompositeType>(stripped(At));
    if (!Whole)
      break;
    if (Whole->getTag() == dwarf::DW_TAG_array_type) {
      auto [Count, Size] = extentOf(*Whole, Whole->getElements().size() - 1);
      if (!Size || Offset % Size + Bytes > Size)
        break;
      Path += "[]";
      Offset %= Size;
      At = Whole->getBaseType();
      continue;
    }
    const Member *Only = nullptr;
    std::vector<Member> Members = hasMembers(*Whole)
                                      ? membersOf(*Whole)
                                      : std::vector<Member>();
    unsigned Holding = 0;
    for (const Member &M : Members)
      if (M.Offset <= Offset && Offset + Bytes <= M.Offset + M.Bytes) {
        Only = &M;
        ++Holding;
      }
    if (Holding != 1)
      break;
    if (!Only->Name.empty())
      Path += (Path.empty() ? "" : ".") + Only->Name;
    Offset -= Only->Offset;
    At = Only->T;
  }
  if (Path.empty())
    return "";
  return "field '" + Path + "'" + (Owner.empty() ? "" : " of " + Owner);
}
