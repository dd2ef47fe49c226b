// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes.cpp - takes constant offsets off an address.

#include "Bytes.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Module.h"

using namespace llvm;
using namespace race;

static Bytes bytesOf(const Access &A) {
  if (A.Length || A.Mask || !A.Rows.empty())
    return {};
  const DataLayout &DL = A.Inst->getModule()->getDataLayout();
  APInt Offset(DL.getIndexTypeSizeInBits(A.Ptr->getType()), 0);
  Bytes B;
  B.Base = A.Ptr->stripAndAccumulateConstantOffsets(DL, Offset,
                                                    /*AllowNonInbounds=*/true);
  B.From = Offset.getSExtValue();
  B.To = B.From + int64_t(A.Bytes);
  return B;
}

AccessMap::AccessMap(ArrayRef<Access> Accesses) {
  for (unsigned N = 0; N < Accesses.size(); ++N) {
    Where.push_back(bytesOf(Accesses[N]));
    At[Accesses[N].Inst].push_back(N);
    if (Where[N].Base)
      SameBase[Where[N].Base].push_back(N);
  }
}
