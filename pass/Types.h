// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Types.h - the program's types, out of the debug information, in the two forms
// that reports need: a field by its name, and a whole type as a text in which
// the runtime finds the field at an offset (race_hooks.def has the grammar).

#ifndef RACE_PASS_TYPES_H
#define RACE_PASS_TYPES_H

#include "llvm/ADT/StringMap.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Module.h"

namespace race {

/// Typedefs, qualifiers and _Atomic taken off.
const llvm::DIType *stripped(const llvm::DIType *T);

/// "long", "struct entry", "char *".
std::string typeName(const llvm::DIType *T);

/// The type as the text that the runtime walks.
std::string typeText(const llvm::DIType *T);

/// The aggregate types of a module, by the names that IR and TBAA give them.
class Types {
public:
  explicit Types(const llvm::Module &M);

  /// The type behind "struct.entry" or "class.bank::Account.7" of Bytes bytes.
  const llvm::DIType *ofStruct(const llvm::StructType &T,
                                        uint64_t Bytes) const;

  /// The type behind TBAA's "entry" (C) or "_ZTS5entry" (C++).
  const llvm::DIType *ofTag(llvm::StringRef Name) const;

  /// "field 'balance' of struct account", "" when there is no one such field.
  static std::string field(const llvm::DIType &T, uint64_t Offset,
                           uint64_t Bytes);

private:
  void add(llvm::StringRef Name, const llvm::DIType *T);

  /// Structs, and typedefs of nameless ones.
  llvm::StringMap<llvm::SmallVector<const llvm::DIType *, 1>> ByName;
};

} // namespace race

#endif
