# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The ways in: race-clang and race-clang++, race.pc, the CMake package, `install`.
include(CMakePackageConfigHelpers)
cmake_path(RELATIVE_PATH CMAKE_INSTALL_FULL_LIBDIR BASE_DIRECTORY ${CMAKE_INSTALL_FULL_BINDIR}
           OUTPUT_VARIABLE RACE_LIBDIR_FROM_BINDIR)

# The wrappers find plugin and runtime beside themselves (build tree) or in the
# library directory (installed), so one text serves both.
foreach(driver clang clang++)
  set(RACE_DRIVER ${driver})
  set(RACE_DRIVER_VARIABLE RACE_CC)
  set(RACE_CXX_LIBRARY "")
  if(driver STREQUAL "clang++")
    set(RACE_DRIVER_VARIABLE RACE_CXX)
    set(RACE_CXX_LIBRARY libstdc++)
  endif()
  configure_file(cmake/race-clang.in race-${driver} @ONLY
    FILE_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
  install(PROGRAMS ${PROJECT_BINARY_DIR}/race-${driver} TYPE BIN)
endforeach()

configure_file(cmake/race.pc.in race.pc @ONLY)
set(RACE_PC race-static)
configure_file(cmake/race-static.pc.in race-static.pc @ONLY)
set(RACE_PC race-static-c++)
set(RACE_PC_FOR " in C++")
set(RACE_PC_MORE " -Wl,@\${libdir}/race_static_libstdc++.opt")
configure_file(cmake/race-static.pc.in race-static-c++.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/race.pc ${PROJECT_BINARY_DIR}/race-static.pc
  ${PROJECT_BINARY_DIR}/race-static-c++.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/race)
configure_package_config_file(cmake/raceConfig.cmake.in raceConfig.cmake
  INSTALL_DESTINATION ${package_dir}
  PATH_VARS CMAKE_INSTALL_LIBDIR CMAKE_INSTALL_BINDIR)
write_basic_package_version_file(raceConfigVersion.cmake COMPATIBILITY SameMajorVersion)
install(FILES ${PROJECT_BINARY_DIR}/raceConfig.cmake ${PROJECT_BINARY_DIR}/raceConfigVersion.cmake
  DESTINATION ${package_dir})
