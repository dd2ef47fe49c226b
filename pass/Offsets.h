// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Offsets.h - where in its granule an access of a few bytes lies, when another
// access tells.
//
//     p->sum += n;      // 8 bytes at p + 32, aligned to 8
//     p->flags |= 1;    // 1 byte at p + 23: the last one of its granule
//
// The inlined test then has its bits as a constant; else it looks them up by
// the address.

#ifndef RACE_PASS_OFFSETS_H
#define RACE_PASS_OFFSETS_H

#include "Access.h"
#include <vector>

namespace llvm {
class DominatorTree;
}

namespace race {

/// Sets Alignment and InGranule of Accesses, all of one function.
void findOffsets(std::vector<Access> &Accesses, const llvm::DominatorTree &DT);

} // namespace race

#endif
