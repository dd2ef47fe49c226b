// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Locations.cpp - a report that says "line 0" helps nobody: a neighbouring line
// of the same function does.

#include "Locations.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Function.h"

using namespace llvm;

DebugLoc race::locationOf(const Instruction &I) {
  const DISubprogram *Where = I.getFunction()->getSubprogram();
  if (!Where)
    return DebugLoc();
  for (const Instruction *Near = &I; Near; Near = Near->getPrevNode())
    if (const DebugLoc &Loc = Near->getDebugLoc())
      if (Loc.getLine() != 0)
        return Loc;
  return DILocation::get(I.getContext(), Where->getLine(), 0,
                         const_cast<DISubprogram *>(Where));
}
