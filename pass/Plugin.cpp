// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Plugin.cpp - how clang meets us. One library is two plugins:
//
//   -fplugin=       the front end's: runs before the main action on each
//                   source, makes functions carry sanitize_thread, and names
//                   this very library as a pass plugin
//   -fpass-plugin=  the optimiser's: adds the passes
//
// Two things that clang decides by -fsanitize=thread we want (the attribute,
// which keeps LLVM from inventing accesses, and
// __has_feature(thread_sanitizer)), one we do not (TSan's own passes). So
// Thread is set while the source is read, and taken back when the optimiser's
// pipeline is about to be built.

#include "Compat.h"
#include "Guard.h"
#include "Instrument.h"
#include "Library.h"
#include "Ranges.h"
#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Basic/NoSanitizeList.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendPluginRegistry.h"
#include "clang/Lex/Preprocessor.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Passes/PassPlugin.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SpecialCaseList.h"
#include "llvm/Transforms/Utils/LoopSimplify.h"
#include <dlfcn.h>

using namespace llvm;
using namespace race;

/// What the front end tells the optimiser; clang has no channel between its
/// plugins.
static Options Chosen;
static clang::LangOptions *Borrowed;

static std::string ownPath() {
  Dl_info Info;
  return dladdr(&Chosen, &Info) ? Info.dli_fname : "";
}

static void complain(clang::CompilerInstance &CI, StringRef Text) {
  clang::DiagnosticsEngine &Diags = CI.getDiagnostics();
  Diags.Report(
      Diags.getCustomDiagID(clang::DiagnosticsEngine::Error, "race: %0"))
      << Text;
}

namespace {

class RaceAction : public clang::PluginASTAction {
protected:
  bool ParseArgs(const clang::CompilerInstance &,
                 const std::vector<std::string> &Arguments) override;
  std::unique_ptr<clang::ASTConsumer>
  CreateASTConsumer(clang::CompilerInstance &CI, StringRef) override;
  ActionType getActionType() override { return AddBeforeMainAction; }
};

} // namespace

bool RaceAction::ParseArgs(const clang::CompilerInstance &CI,
                           const std::vector<std::string> &Arguments) {
  Chosen = Options();
  for (const std::string &Argument : Arguments) {
    std::string Wrong = Chosen.parse(Argument);
    if (!Wrong.empty()) {
      complain(const_cast<clang::CompilerInstance &>(CI), Wrong);
      return false;
    }
  }
  return true;
}

/// What clang leaves out by -fsanitize-ignorelist=, it shall leave out here: its
/// code generator asks the context's list, which was made empty, before us.
static void ignoreListed(clang::CompilerInstance &CI) {
  auto &List = const_cast<clang::NoSanitizeList &>(
      CI.getASTContext().getNoSanitizeList());
  std::vector<std::string> Files = CI.getLangOpts().NoSanitizeFiles;
  std::string Wrong;

  append_range(Files, Chosen.Ignorelists);
  if (!SpecialCaseList::create(Files, CI.getFileManager().getVirtualFileSystem(),
                               Wrong))
    return complain(CI, Wrong);
  List.~NoSanitizeList();
  new (&List) clang::NoSanitizeList(Files, CI.getSourceManager());
}

std::unique_ptr<clang::ASTConsumer>
RaceAction::CreateASTConsumer(clang::CompilerInstance &CI, StringRef) {
  using clang::SanitizerKind;
  clang::SanitizerSet &Set = CI.getLangOpts().Sanitize;
  if (Set.hasOneOf(SanitizerKind::Thread | SanitizerKind::Address |
                   SanitizerKind::HWAddress | SanitizerKind::Memory))
    complain(CI, "a program has room for one shadow memory: leave out "
                 "-fsanitize=address, hwaddress, memory and thread");
  Set.set(SanitizerKind::Thread, true);
  Borrowed = &CI.getLangOpts();
  if (!Chosen.Ignorelists.empty())
    ignoreListed(CI);
  Chosen.StoresEndSequences = CI.getLangOpts().CPlusPlus20;

  clang::Preprocessor &PP = CI.getPreprocessor();
  PP.setPredefines(PP.getPredefines() + "#define __RACE__ 1\n"
                                        "#ifndef __SANITIZE_THREAD__\n"
                                        "#define __SANITIZE_THREAD__ 1\n"
                                        "#endif\n");
  CI.getCodeGenOpts().PassPlugins.push_back(ownPath());
  return std::make_unique<clang::ASTConsumer>();
}

static clang::FrontendPluginRegistry::Add<RaceAction>
    Registration("race", "finds data races when the program runs");

/// Switches off what makes LLVM add accesses of its own in spite of
/// sanitize_thread. Who sets the option himself has the last word; a version
/// without the option has not got the problem.
static void setOption(StringRef Name, StringRef Value) {
  StringMap<cl::Option *> &All = cl::getRegisteredOptions();
  auto Found = All.find(Name);
  if (Found != All.end() && Found->second->getNumOccurrences() == 0)
    Found->second->addOccurrence(0, Name, Value);
}

static void addRanges(FunctionPassManager &FPM) {
  if (!Chosen.Ranges)
    return;
  FPM.addPass(LoopSimplifyPass()); // gives loops preheaders
  FPM.addPass(RangesPass(Chosen));
}

static void registerPasses(PassBuilder &PB) {
  if (Borrowed)
    Borrowed->Sanitize.set(clang::SanitizerKind::Thread, false);
  Borrowed = nullptr;

  // Wide loads over the gaps of a stride; a scalar kept in a register over a
  // loop that may never touch it.
  setOption("enable-interleaved-mem-accesses", "false");
  setOption("disable-licm-promotion", "true");

  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, auto) {
        MPM.addPass(LibraryPass());
        MPM.addPass(MarkOwnLoadsPass());
      });
  // What is compiled for link-time optimisation skips the vectoriser, and the
  // callback; the ranges are then found last.
  auto FoundRanges = std::make_shared<bool>(false);
  PB.registerVectorizerStartEPCallback(
      [FoundRanges](FunctionPassManager &FPM, OptimizationLevel Level) {
        *FoundRanges = true;
        if (Level != OptimizationLevel::O0)
          addRanges(FPM);
      });
  PB.registerOptimizerLastEPCallback(
      [FoundRanges](ModulePassManager &MPM, OptimizationLevel Level) {
        if (!*FoundRanges && Level != OptimizationLevel::O0) {
          FunctionPassManager FPM;
          addRanges(FPM);
          MPM.addPass(createModuleToFunctionPassAdaptor(std::move(FPM)));
        }
        MPM.addPass(InstrumentPass(Chosen));
      });
}

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "race", "1", registerPasses};
}
