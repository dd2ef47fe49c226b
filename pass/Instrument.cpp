// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Instrument.cpp - one walk per function: collect, select, insert. All of a
// function is looked at before any of it is changed.

#include "Instrument.h"
#include "Assembly.h"
#include "CallStack.h"
#include "Collect.h"
#include "Compat.h"
#include "FastPath.h"
#include "Guard.h"
#include "Locations.h"
#include "Offsets.h"
#include "Ranges.h"
#include "Releases.h"
#include "Select.h"
#include "Sync.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace race;

#define DEBUG_TYPE "race"
STATISTIC(NumChecked, "accesses checked");

/// Set in a module that has been instrumented: the plugin may be loaded twice.
static constexpr char DoneFlag[] = "race";

namespace {

class Instrumenter {
public:
  Instrumenter(Module &M, const Options &O)
      : M(M), O(O), R(M, O), H(M), Checks(M, H, O),
        ForLinkTime(M.getModuleFlag("EnableSplitLTOUnit")) {}

  void run();

private:
  bool isInstrumented(const Function &F) const;
  void instrument(Function &F);
  void forgetPromises(Function &F);
  void printStats() const;

  Module &M;
  const Options &O;
  const Releases R;
  Hooks H;
  FastPath Checks;
  /// Clang sets this flag in what goes to a link-time optimiser.
  const bool ForLinkTime;
  /// Resolvers of ifuncs run before there is thread-local storage.
  SmallPtrSet<const Function *, 4> Resolvers;
  unsigned Checked = 0;
  Removed Left = {};
};

} // namespace

bool Instrumenter::isInstrumented(const Function &F) const {
  return !F.isDeclaration() && !F.hasFnAttribute(Attribute::Naked) &&
         !F.hasFnAttribute(Attribute::DisableSanitizerInstrumentation) &&
         !Resolvers.count(&F);
}

/// Locals must stay in the entry block when checks split it.
static void gatherAllocas(Function &F) {
  BasicBlock &Entry = F.getEntryBlock();
  BasicBlock::iterator First = Entry.begin();
  while (isa<AllocaInst>(*First))
    ++First;
  for (Instruction &I : make_early_inc_range(make_range(First, Entry.end())))
    if (auto *Alloca = dyn_cast<AllocaInst>(&I))
      if (Alloca->isStaticAlloca())
        Alloca->moveBefore(&*First);
}

/// "Touches no memory" was true of the program's code; it is not of the checks
/// that calls make now. Link-time optimisation would believe it.
void Instrumenter::forgetPromises(Function &F) {
  AttributeMask Promises = memoryPromises();
  F.removeFnAttrs(Promises);
  for (Instruction &I : instructions(F))
    if (auto *Call = dyn_cast<CallBase>(&I))
      if (!isa<IntrinsicInst>(Call) && !Call->isInlineAsm()) {
        Call->removeFnAttrs(Promises);
        if (Function *Callee = Call->getCalledFunction())
          Callee->removeFnAttrs(Promises);
      }
}

void Instrumenter::instrument(Function &F) {
  gatherAllocas(F);
  DominatorTree DT(F);

  // no_sanitize("thread") leaves the accesses of a function out, not what
  // orders threads nor its place in call stacks.
  std::vector<Access> Accesses;
  std::vector<std::pair<Instruction *, DebugLoc>> Atomics;
  std::vector<CallInst *> Prefetches;
  bool HasAccesses = F.hasFnAttribute(Attribute::SanitizeThread);
  for (Instruction &I : instructions(F)) {
    if (isRangeMark(I))
      collectRange(I, Accesses);
    else if (HasAccesses)
      collect(I, Accesses);
    if (isSync(I) || ordersThreads(I))
      Atomics.push_back({&I, locationOf(I)});
    if (auto *Call = dyn_cast<IntrinsicInst>(&I))
      if (Call->getIntrinsicID() == Intrinsic::prefetch && HasAccesses && O.Prefetch)
        Prefetches.push_back(Call);
  }
  for (Access &A : Accesses)
    guard(A, DT);
  if (O.Offsets)
    findOffsets(Accesses, DT);
  select(Accesses, F, R, O, Left);

  // Accesses first: their addresses may be results of the atomics.
  bool HasFrame = needsFrame(F, !Accesses.empty() || !Atomics.empty());
  bool IsLeaf = Atomics.empty() && isLeaf(F);
  if (HasFrame && !IsLeaf)
    keepCallStack(F, H);
  for (const Access &A : Accesses)
    Checks.check(A);
  for (CallInst *Prefetch : Prefetches)
    Checks.prefetch(*Prefetch);
  std::vector<CallInst *> Doors = Checks.takeDoors();
  if (HasFrame && IsLeaf)
    keepLeafCallStack(F, Doors, H);
  for (auto &Atomic : Atomics)
    if (auto *Call = dyn_cast<CallBase>(Atomic.first))
      surround(*Call, Atomic.second, H);
    else
      replaceSync(*Atomic.first, Atomic.second, H, O);

  if (HasFrame) {
    forgetPromises(F);
    // Inlined at link time, the function would push its caller's return address
    // a second time.
    if (ForLinkTime && !F.hasFnAttribute(Attribute::AlwaysInline))
      F.addFnAttr(Attribute::NoInline);
  }
  Checked += Accesses.size();
  NumChecked += Accesses.size();
}

void Instrumenter::printStats() const {
  unsigned All = Checked;
  for (unsigned N : Left)
    All += N;
  errs() << "race: " << M.getSourceFileName() << ": " << All << " accesses, "
         << Checked << " checked";
#define RACE_REASON(Enumerator, Name, Text)                                    \
  errs() << ", " << Name << ' ' << Left[unsigned(Reason::Enumerator)];
  RACE_SELECT_REASONS(RACE_REASON)
#undef RACE_REASON
  errs() << '\n';
}

void Instrumenter::run() {
  for (const GlobalIFunc &G : M.ifuncs())
    if (const Function *Resolver = G.getResolverFunction())
      Resolvers.insert(Resolver);

  SmallVector<Function *, 32> Functions;
  for (Function &F : M)
    if (isInstrumented(F))
      Functions.push_back(&F);
  for (Function *F : Functions)
    instrument(*F);
  forgetRanges(M);
  auto Instrumented = [this](const Function &F) { return isInstrumented(F); };
  redirect(M, Instrumented);
  surroundOpens(M, Instrumented, H);
  H.finish();
  if (O.Stats)
    printStats();
}

PreservedAnalyses InstrumentPass::run(Module &M, ModuleAnalysisManager &) {
  if (M.getModuleFlag(DoneFlag))
    return PreservedAnalyses::all();
  M.addModuleFlag(Module::Max, DoneFlag, 1);
  StringRef Target = M.getTargetTriple();
  if (!Target.consume_front("x86_64-") ||
      M.getDataLayout().getPointerSize() != 8) {
    M.getContext().emitError("race: cannot instrument for " +
                             M.getTargetTriple() + ", only for 64-bit x86");
    return PreservedAnalyses::all();
  }
  Instrumenter(M, O).run();
  return PreservedAnalyses::none();
}
