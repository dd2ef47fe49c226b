// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// AsmText.cpp - see AsmText.h. Instructions are known by the beginning of their
// names; what an instruction writes is its last argument (AT&T) or its first
// (Intel).

#include "AsmText.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"

using namespace llvm;
using namespace race;

namespace {

bool startsWithAny(StringRef Name, ArrayRef<StringRef> Beginnings) {
  return any_of(Beginnings, [&](StringRef B) {
    return Name.take_front(B.size()) == B;
  });
}

/// Name is Stem, or that with a suffix for its size.
bool isAny(StringRef Name, ArrayRef<StringRef> Stems) {
  return any_of(Stems, [&](StringRef Stem) {
    return Name == Stem || (Name.size() == Stem.size() + 1 &&
                            Name.take_front(Stem.size()) == Stem &&
                            StringRef("bwlq").contains(Name.back()));
  });
}

// Before LLVM 16 a StringRef could not be constexpr.
const StringRef Updating[] = {
    "inc", "dec", "neg", "not", "add", "sub", "adc", "sbb", "and",
    "or",  "xor", "shl", "shr", "sal", "sar", "rol", "ror", "rcl",
    "rcr", "bts", "btr", "btc", "xadd", "cmpxchg"};
const StringRef Moving[] = {"mov", "vmov", "set", "pop", "push", "cmov"};
const StringRef Reading[] = {"cmp", "test", "bt", "mul", "imul", "div", "idiv"};
const StringRef Unaccessing[] = {"lea", "prefetch", "clflush", "clwb", "nop",
                                 "invlpg"};
const StringRef Others[] = {"xchg",   "lea",    "nop",    "pause", "mfence",
                            "lfence", "sfence", "cmpxchg8b", "cmpxchg16b"};

bool isSimple(StringRef Name) {
  return isAny(Name, Updating) || startsWithAny(Name, Moving) ||
         isAny(Name, Reading) || isAny(Name, Others);
}

uint64_t bytesOf(StringRef Name) {
  if (Name == "cmpxchg16b")
    return 16;
  if (Name == "cmpxchg8b")
    return 8;
  if (isAny(Name, Updating) && !isAny(Name.drop_back(), Updating))
    return 0; // "add" is no "ad" of 4 bytes
  if (!isAny(Name, Updating) && !isAny(Name, Reading) &&
      !isAny(Name, {StringRef("mov"), StringRef("xchg")}))
    return 0;
  switch (Name.back()) {
  case 'b':
    return 1;
  case 'w':
    return 2;
  case 'l':
    return 4;
  case 'q':
    return 8;
  default:
    return 0;
  }
}

/// "dword ptr [...]"
uint64_t bytesOfIntel(StringRef Argument) {
  std::string Words = Argument.lower();
  return StringSwitch<uint64_t>(StringRef(Words).split(" ptr").first)
      .Case("byte", 1)
      .Case("word", 2)
      .Case("dword", 4)
      .Case("qword", 8)
      .Case("xmmword", 16)
      .Default(0);
}

std::string operandText(unsigned Number) {
  return "\1" + utostr(Number) + "\2";
}

/// One dialect's text, operands as \1N\2, the program's own $ as $.
std::string textOf(StringRef In, bool IsIntel) {
  std::string Out;
  int Alternative = -1; // which one of $( $| $) we are in
  auto Put = [&](StringRef S) {
    if (Alternative < 0 || Alternative == int(IsIntel))
      Out += S.str();
  };
  while (!In.empty()) {
    if (In.front() != '$') {
      Put(In.take_front());
      In = In.drop_front();
      continue;
    }
    In = In.drop_front();
    char Next = In.empty() ? 0 : In.front();
    if (isDigit(Next)) {
      StringRef Digits = In.take_while(isDigit);
      Put("\1" + Digits.str() + "\2");
      In = In.drop_front(Digits.size());
      continue;
    }
    In = In.drop_front(!In.empty());
    if (Next == '{') {
      StringRef Inside = In.take_until([](char C) { return C == '}'; });
      In = In.drop_front(std::min(Inside.size() + 1, In.size()));
      StringRef Digits = Inside.take_while(isDigit);
      Put(Digits.empty() ? "0" : "\1" + Digits.str() + "\2");
    } else if (Next == '(') {
      Alternative = 0;
    } else if (Next == '|' && Alternative >= 0) {
      ++Alternative;
    } else if (Next == ')') {
      Alternative = -1;
    } else if (Next == '$') {
      Put("$");
    }
  }
  return Out;
}

/// Without /* comments */ and, to the end of their lines, # and //.
std::string withoutComments(StringRef In) {
  std::string Out;
  while (!In.empty()) {
    StringRef Two = In.take_front(2);
    if (Two == "/*") {
      size_t End = In.find("*/", 2);
      In = End == StringRef::npos ? "" : In.drop_front(End + 2);
    } else if (In.front() == '#' || Two == "//") {
      In = In.drop_until([](char C) { return C == '\n'; });
    } else {
      Out += In.front();
      In = In.drop_front();
    }
  }
  return Out;
}

/// Between commas, but for those in brackets.
std::vector<std::string> argumentsOf(StringRef Text) {
  std::vector<std::string> Found;
  std::string One;
  int Depth = 0;
  for (char C : Text) {
    Depth += C == '(' || C == '[';
    Depth -= C == ')' || C == ']';
    if (C == ',' && !Depth) {
      Found.push_back(StringRef(One).trim().str());
      One.clear();
    } else {
      One += C;
    }
  }
  if (!StringRef(One).trim().empty())
    Found.push_back(StringRef(One).trim().str());
  return Found;
}

} // namespace

bool AsmInstruction::isCompareExchange() const {
  return IsLocked && startsWithAny(Name, {StringRef("cmpxchg")});
}

bool AsmInstruction::isLockedNothing() const {
  if (!IsLocked || Arguments.size() != 2 ||
      !isAny(Name, {StringRef("add"), StringRef("or"), StringRef("sub")}))
    return false;
  return any_of(Arguments, [](StringRef A) {
    A = A.ltrim('$');
    return A == "0" || A == "0x0";
  });
}

int AsmInstruction::onlyOperand() const {
  StringRef Only = Arguments.size() == 1 ? StringRef(Arguments[0]) : "";
  unsigned Number;
  if (Only.consume_front("\1") && Only.consume_back("\2") &&
      !Only.getAsInteger(10, Number))
    return Number;
  return -1;
}

AsmText::AsmText(StringRef Template, bool IsIntel) : IsIntel(IsIntel) {
  parse(withoutComments(textOf(Template, IsIntel)));
}

void AsmText::parse(StringRef Lines) {
  while (!Lines.empty()) {
    StringRef Statement =
        Lines.take_until([](char C) { return C == '\n' || C == ';'; });
    Lines = Lines.drop_front(std::min(Statement.size() + 1, Lines.size()));
    parseStatement(Statement.trim());
  }
}

void AsmText::parseStatement(StringRef Statement) {
  auto IsWord = [](char C) {
    return isAlnum(C) || C == '_' || C == '.' || C == '\1' || C == '\2';
  };
  while (!Statement.empty()) {
    StringRef Word = Statement.take_while(IsWord);
    StringRef Rest = Statement.drop_front(Word.size());
    if (Rest.consume_front(":")) { // a label
      Statement = Rest.ltrim();
      continue;
    }
    std::string Name = Word.lower();
    Rest = Rest.ltrim();
    if (Name == ".byte" && Rest.lower() == "0xf0")
      Name = "lock";
    if (Word.empty() || Name[0] == '.' || Name[0] == '\1') {
      IsShort &= Name[0] == '.' && Name != ".byte";
      return;
    }
    Statement = Rest;
    if (Name == "lock")
      Locked = true;
    else if (startsWithAny(Name, {StringRef("rep")}))
      Repeated = true;
    else if (Name != "xacquire" && Name != "xrelease" && Name != "data16") {
      AsmInstruction I;
      I.Name = Name;
      I.IsLocked = Locked;
      I.IsRepeated = Repeated;
      I.Arguments = argumentsOf(Rest);
      I.Bytes = bytesOf(Name);
      // rep; nop is how pause was written.
      IsShort &= isSimple(Name) && (!Repeated || Name == "nop");
      Locks |= Locked || isAny(Name, {StringRef("xchg")});
      Instructions.push_back(I);
      Locked = Repeated = false;
      return;
    }
  }
}

unsigned AsmText::useOf(const AsmInstruction &I, unsigned Argument) const {
  bool Written = Argument == (IsIntel ? 0 : I.Arguments.size() - 1);
  StringRef Name = I.Name;
  if (startsWithAny(Name, Unaccessing))
    return 0;
  if (I.IsLocked || isAny(Name, {StringRef("xchg")}))
    return USE_MODIFY;
  if (isAny(Name, Reading) || isAny(Name, {StringRef("push")}) ||
      startsWithAny(Name, {StringRef("cmov")}))
    return USE_LOAD;
  if (startsWithAny(Name, Moving))
    return Written ? USE_STORE : USE_LOAD;
  if (isAny(Name, Updating) || startsWithAny(Name, {StringRef("cmpxchg")}))
    return Written || startsWithAny(Name, {StringRef("cmpxchg"),
                                           StringRef("xadd")})
               ? USE_UPDATE
               : USE_LOAD;
  return USE_UNKNOWN;
}

void AsmText::add(AsmUse &Use, const AsmInstruction &I,
                  unsigned Argument) const {
  unsigned Uses = useOf(I, Argument);
  Use.Mentioned = true;
  Use.Uses |= Uses;
  if (Uses)
    Use.Bytes = std::max(Use.Bytes,
                         I.Bytes ? I.Bytes : bytesOfIntel(I.Arguments[Argument]));
}

AsmUse AsmText::uses(ArrayRef<unsigned> Numbers) const {
  AsmUse Use;
  for (const AsmInstruction &I : Instructions)
    for (unsigned A = 0; A < I.Arguments.size(); ++A)
      for (unsigned Number : Numbers)
        if (I.Arguments[A].find(operandText(Number)) != std::string::npos)
          add(Use, I, A);
  return Use;
}

AsmUse AsmText::usesAt(unsigned Number) const {
  AsmUse Use;
  std::string Operand = operandText(Number);
  for (const AsmInstruction &I : Instructions)
    for (unsigned A = 0; A < I.Arguments.size(); ++A)
      if (IsIntel ? StringRef(I.Arguments[A]).contains("[" + Operand + "]")
                  : I.Arguments[A] == "(" + Operand + ")")
        add(Use, I, A);
  return Use;
}
