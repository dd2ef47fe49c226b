// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Releases.cpp - bottom-up over the module's calls: a function is quiet when
// nothing in it releases and all that it calls is quiet.
//
// Which instructions may release: atomics other than loads that at most
// acquire; fences; and calls, unless the callee is known, cannot be replaced at
// link time or at run time, and contains none of these. Calls that return twice
// are among them: a path from the second return runs through whatever came
// before longjmp, and no edge shows it. So are free(), munmap() and all others
// whose body we do not see, but for those functions of C that work on memory
// and numbers alone. malloc() is no such function: the program may have its own.
//
// What does not return is quiet, too: behind it control goes on, if at all, at
// a setjmp, which returns twice.

#include "Releases.h"
#include "Ranges.h"
#include "Sync.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"

using namespace llvm;
using namespace race;

/// Functions of C that neither order threads, nor allocate, nor call back. Their
/// names are the library's in every program that does not say -ffreestanding.
static bool isPlainLibc(const CallBase &Call, const Function &Callee) {
  static const StringSet<> Names = {
      "memcpy",  "memmove", "memset",  "memcmp",  "memchr",  "bcmp",
      "strlen",  "strcmp",  "strncmp", "strcpy",  "strncpy", "strcat",
      "strncat", "strchr",  "strrchr", "strstr",  "strspn",  "strcspn",
      "strpbrk", "atoi",    "atol",    "atoll",   "atof",    "strtol",
      "strtoul", "strtoll", "strtoull", "strtod", "strtof",  "abs",
      "labs",    "llabs",   "isalnum", "isalpha", "iscntrl", "isdigit",
      "isgraph", "islower", "isprint", "ispunct", "isspace", "isupper",
      "isxdigit", "tolower", "toupper", "sqrt",   "sqrtf",   "sin",
      "sinf",    "cos",     "cosf",    "tan",     "tanf",    "asin",
      "acos",    "atan",    "atan2",   "atan2f",  "sinh",    "cosh",
      "tanh",    "exp",     "expf",    "exp2",    "log",     "logf",
      "log2",    "log10",   "pow",     "powf",    "fabs",    "floor",
      "floorf",  "ceil",    "ceilf",   "fmod",    "fmodf",   "round",
      "lround",  "rint",    "trunc",   "ldexp",   "frexp",   "modf",
      "hypot",   "cbrt",    "__errno_location",   "__ctype_b_loc",
      "__ctype_tolower_loc", "__ctype_toupper_loc"};
  return Callee.isDeclaration() && Names.count(Callee.getName()) &&
         !Call.isNoBuiltin() &&
         !Call.getFunction()->hasFnAttribute("no-builtins");
}

/// Is F's body here what will run? A shared library's exported function may be
/// another one when the program runs.
static bool isFinal(const Function &F) {
  return F.hasExactDefinition() && F.isDSOLocal();
}

Releases::Releases(const Module &M, const Options &O) : KnowsLibc(O.Libc) {
  if (O.Calls)
    for (const Function &F : M)
      if (isFinal(F))
        Quiet.insert(&F);
  // Who calls the loud is loud.
  DenseMap<const Function *, SmallVector<const Function *, 4>> Callers;
  SmallVector<const Function *, 32> Loud;
  auto IsLoud = [&](const Function &F) {
    for (const Instruction &I : instructions(F)) {
      if (at(I))
        return true;
      if (auto *Call = dyn_cast<CallBase>(&I))
        if (const Function *Callee = Call->getCalledFunction())
          if (Quiet.count(Callee))
            Callers[Callee].push_back(&F);
    }
    return false;
  };
  for (const Function &F : M)
    if (Quiet.count(&F) && IsLoud(F)) {
      Quiet.erase(&F);
      Loud.push_back(&F);
    }
  while (!Loud.empty())
    for (const Function *Caller : Callers[Loud.pop_back_val()])
      if (Quiet.erase(Caller))
        Loud.push_back(Caller);
}

bool Releases::atCall(const CallBase &Call) const {
  if (Call.hasFnAttr(Attribute::ReturnsTwice))
    return true;
  if (isa<IntrinsicInst>(Call) || isRangeMark(Call))
    return false;
  const Function *Callee = Call.getCalledFunction();
  if (Call.isInlineAsm() || !Callee)
    return true;
  if (Quiet.count(Callee))
    return false;
  return !KnowsLibc || !(isPlainLibc(Call, *Callee) ||
                         (Call.doesNotReturn() && Call.doesNotThrow()));
}

bool Releases::at(const Instruction &I) const {
  if (auto *Load = dyn_cast<LoadInst>(&I))
    return Load->isAtomic() &&
           isStrongerThan(Load->getOrdering(), AtomicOrdering::Acquire);
  if (I.isAtomic())
    return isSync(I);
  auto *Call = dyn_cast<CallBase>(&I);
  return Call && atCall(*Call);
}

bool race::isCalm(const Instruction &I, const Options &O) {
  if (I.isAtomic() || I.isVolatile())
    return false;
  auto *Call = dyn_cast<CallBase>(&I);
  if (!Call || isRangeMark(I) || isa<DbgInfoIntrinsic>(I) ||
      I.isLifetimeStartOrEnd())
    return true;
  if (Call->isInlineAsm() || Call->hasFnAttr(Attribute::ReturnsTwice))
    return false;
  if (auto *Memory = dyn_cast<MemIntrinsic>(&I))
    return !Memory->isVolatile();
  const Function *Callee = Call->getCalledFunction();
  if (O.Libc && Callee && isPlainLibc(*Call, *Callee))
    return true;
  bool Silent =
      Call->doesNotAccessMemory() || (Call->hasFnAttr(Attribute::NoSync) &&
                                      Call->hasFnAttr(Attribute::NoFree));
  return Silent && Call->doesNotThrow() &&
         Call->hasFnAttr(Attribute::WillReturn);
}
