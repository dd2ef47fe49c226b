# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# librace-N.so from pass/*.cpp for each LLVM N, and librace.so, a link to the one of
# the default clang. LLVM's and Clang's symbols come from the clang that loads it.
file(GLOB pass_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/pass/*.cpp)

foreach(n IN LISTS RACE_LLVM_VERSIONS)
  add_library(race-${n} MODULE ${pass_sources})
  target_include_directories(race-${n} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  target_include_directories(race-${n} SYSTEM PRIVATE ${RACE_LLVM_${n}_INCLUDE})
  target_compile_definitions(race-${n} PRIVATE
    _GNU_SOURCE __STDC_CONSTANT_MACROS __STDC_FORMAT_MACROS __STDC_LIMIT_MACROS)
  target_compile_features(race-${n} PRIVATE cxx_std_17)
  target_compile_options(race-${n} PRIVATE -O2 -fno-rtti -fno-exceptions
    -fvisibility=hidden -fvisibility-inlines-hidden -Wall -Wextra -Werror)
  # A plugin of another LLVM lacks symbols of the host: bound lazily, it lives long
  # enough to compare versions and say so.
  target_link_options(race-${n} PRIVATE -Wl,-z,lazy)
  set_target_properties(race-${n} PROPERTIES
    LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}
    CXX_EXTENSIONS OFF)
  install(TARGETS race-${n} LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()

file(CREATE_LINK librace-${RACE_DEFAULT_LLVM}.so ${PROJECT_BINARY_DIR}/librace.so SYMBOLIC)
install(FILES ${PROJECT_BINARY_DIR}/librace.so DESTINATION ${CMAKE_INSTALL_LIBDIR})
