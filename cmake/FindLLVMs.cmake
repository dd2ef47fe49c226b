# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# Which LLVMs the plugin is built for. Sets RACE_LLVM_VERSIONS, RACE_DEFAULT_LLVM
# (the one race-clang drives unless told otherwise) and for each version N
# RACE_LLVM_N_INCLUDE and RACE_LLVM_N_BIN. Each error names the package to install.

# Sets RACE_LLVM_<n>_* and leaves `why_not` empty, or says in `why_not` what is missing.
function(race_find_llvm n)
  find_program(RACE_LLVM_CONFIG_${n} llvm-config-${n} HINTS /usr/lib/llvm-${n}/bin)
  mark_as_advanced(RACE_LLVM_CONFIG_${n})
  set(why_not "" PARENT_SCOPE)
  if(NOT RACE_LLVM_CONFIG_${n})
    set(why_not "llvm-config-${n} not found: apt install llvm-${n}-dev" PARENT_SCOPE)
    return()
  endif()
  foreach(what bindir includedir)
    execute_process(COMMAND ${RACE_LLVM_CONFIG_${n}} --${what}
      OUTPUT_VARIABLE ${what} OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  endforeach()
  if(NOT EXISTS ${includedir}/llvm/Passes/PassPlugin.h)
    set(why_not "no LLVM headers in ${includedir}: apt install llvm-${n}-dev" PARENT_SCOPE)
  elseif(NOT EXISTS ${includedir}/clang/Frontend/CompilerInstance.h)
    set(why_not "no Clang headers in ${includedir}: apt install libclang-${n}-dev" PARENT_SCOPE)
  elseif(NOT EXISTS ${bindir}/clang)
    set(why_not "no clang in ${bindir}: apt install clang-${n}" PARENT_SCOPE)
  endif()
  set(RACE_LLVM_${n}_BIN ${bindir} PARENT_SCOPE)
  set(RACE_LLVM_${n}_INCLUDE ${includedir} PARENT_SCOPE)
endfunction()

set(supported 14 15 16 19)
set(RACE_LLVM_VERSIONS "" CACHE STRING "LLVM versions to build the plugin for, as 14;19 (empty: all installed)")
if(RACE_LLVM_VERSIONS)
  foreach(n IN LISTS RACE_LLVM_VERSIONS)
    race_find_llvm(${n})
    if(why_not)
      message(FATAL_ERROR "librace for LLVM ${n}: ${why_not}")
    endif()
  endforeach()
else()
  foreach(n IN LISTS supported)
    race_find_llvm(${n})
    if(NOT why_not)
      list(APPEND RACE_LLVM_VERSIONS ${n}) # a plain variable, so that a later run looks again
    endif()
  endforeach()
  if(NOT RACE_LLVM_VERSIONS)
    message(FATAL_ERROR "no LLVM with Clang headers found: apt install clang-14 llvm-14-dev libclang-14-dev")
  endif()
endif()

# The default: the version of the plain `clang`, else the first one found.
list(GET RACE_LLVM_VERSIONS 0 RACE_DEFAULT_LLVM)
find_program(RACE_PLAIN_CLANG clang)
mark_as_advanced(RACE_PLAIN_CLANG)
if(RACE_PLAIN_CLANG)
  execute_process(COMMAND ${RACE_PLAIN_CLANG} -dumpversion OUTPUT_VARIABLE version ERROR_QUIET)
  string(REGEX MATCH "^[0-9]+" major "${version}")
  if(major IN_LIST RACE_LLVM_VERSIONS)
    set(RACE_DEFAULT_LLVM ${major})
  endif()
endif()
message(STATUS "Plugin for LLVM ${RACE_LLVM_VERSIONS}, default ${RACE_DEFAULT_LLVM}")
