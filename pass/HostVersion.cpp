// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HostVersion.cpp - a plugin that is loaded into another LLVM than it was built
// for crashes inside clang, at a place that tells nobody anything. So before
// any other constructor of this library runs (they register with clang), ask
// the host what it is, by the one function whose shape has never changed, and
// leave with one line.

#include "Compat.h"
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <string>
#include <unistd.h>

/// The host's major version; 0 if it is no clang.
static unsigned hostVersion() {
  // std::string clang::getClangFullVersion()
  void *Symbol = dlsym(RTLD_DEFAULT, "_ZN5clang19getClangFullVersionB5cxx11Ev");
  if (!Symbol)
    return 0;
  std::string Text = reinterpret_cast<std::string (*)()>(Symbol)();
  const char Word[] = "version ";
  size_t At = Text.find(Word);
  return At == std::string::npos ? 0
                                 : atoi(Text.c_str() + At + sizeof(Word) - 1);
}

/// This library's own path.
static const char *ownPath() {
  Dl_info Info;
  return dladdr(reinterpret_cast<void *>(&hostVersion), &Info) ? Info.dli_fname
                                                               : "librace.so";
}

__attribute__((constructor(101))) static void checkHost() {
  unsigned Host = hostVersion();
  if (Host == 0 || Host == race::BuiltForLLVM)
    return;
  fprintf(stderr,
          "race: %s is built for clang %u, but this is clang %u: use clang-%u, "
          "or build librace with -DRACE_LLVM_VERSIONS=%u\n",
          ownPath(), race::BuiltForLLVM, Host, race::BuiltForLLVM, Host);
  _exit(1);
}
