// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Options.cpp - reads one -fplugin-arg-race-NAME=VALUE. A misspelled option
// must not be ignored: the user would believe that it works.

#include "Options.h"
#include "llvm/ADT/Twine.h"

using namespace llvm;

std::string race::Options::parse(StringRef Argument) {
  StringRef Name, Value;
  std::tie(Name, Value) = Argument.split('=');

  if (Name == "ignorelist" && !Value.empty()) {
    Ignorelists.push_back(Value.str());
    return "";
  }
  bool *Member = nullptr;
#define RACE_OPTION_MATCH(Known, Field, Default)                               \
  if (Name == Known)                                                           \
    Member = &Field;
  RACE_PASS_OPTIONS(RACE_OPTION_MATCH)
#undef RACE_OPTION_MATCH

  if (!Member) {
    std::string Accepted;
#define RACE_OPTION_NAME(Known, Field, Default)                                \
  Accepted += Accepted.empty() ? Known : ", " Known;
    RACE_PASS_OPTIONS(RACE_OPTION_NAME)
#undef RACE_OPTION_NAME
    return ("unknown option '-fplugin-arg-race-" + Twine(Name) +
            "'; there are " + Accepted + ", ignorelist")
        .str();
  }
  if (Value != "0" && Value != "1")
    return ("option '-fplugin-arg-race-" + Twine(Name) +
            "' takes =0 or =1, not '" + Value + "'")
        .str();
  *Member = Value == "1";
  return "";
}
