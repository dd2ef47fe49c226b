# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# librace_rt.a: runtime/*.c and *.S with libbacktrace inside, as one relocatable
# object, so that a program gets all of it or nothing, and sees only its exports.
# librace_rt_static.a: the same for programs linked with -static (runtime/intercept.h).
# librace_rt.so: for instrumented libraries of programs that are not linked with it.
file(GLOB runtime_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/runtime/*.c ${PROJECT_SOURCE_DIR}/runtime/*.S)

# race_runtime_objects(name definitions...): the runtime compiled with these.
function(race_runtime_objects name)
  add_library(${name} OBJECT ${runtime_sources})
  target_include_directories(${name} PUBLIC
    ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/runtime)
  set_target_properties(${name} PROPERTIES C_STANDARD 11 C_EXTENSIONS ON)
  target_compile_definitions(${name} PRIVATE ${ARGN})
  target_compile_options(${name} PRIVATE -fPIC -fasynchronous-unwind-tables
    $<$<COMPILE_LANGUAGE:C>:-O2 -fvisibility=hidden -fno-stack-protector
      -fomit-frame-pointer -mcx16 -mgeneral-regs-only -fno-builtin
      -ftls-model=initial-exec -Wall -Wextra -Werror>
    $<$<C_COMPILER_ID:GNU>:-fno-tree-loop-distribute-patterns>)
endfunction()
race_runtime_objects(race_objects)
race_runtime_objects(race_static_objects RACE_STATIC=1)
race_runtime_objects(race_shared_objects RACE_SHARED=1)

# Members of their own in the static archive.
foreach(part NAMES ERR SYSLOG)
  add_library(race_static_${part} OBJECT ${PROJECT_SOURCE_DIR}/runtime/intercept_names.c)
  target_include_directories(race_static_${part} PRIVATE ${PROJECT_SOURCE_DIR}/include ${PROJECT_SOURCE_DIR}/runtime)
  target_compile_definitions(race_static_${part} PRIVATE RACE_STATIC_${part}=1)
  target_compile_options(race_static_${part} PRIVATE -fPIC -O2 -Wall -Wextra -Werror)
endforeach()

# What is entered by the compiler's calls alone keeps to general registers, above. Those
# that stand in for functions of floating-point numbers, or with an ellipsis, do not.
set(RACE_FLOATING ${PROJECT_SOURCE_DIR}/runtime/intercept_stream.c
  ${PROJECT_SOURCE_DIR}/runtime/intercept_libc.c ${PROJECT_SOURCE_DIR}/runtime/intercept_format.c
  ${PROJECT_SOURCE_DIR}/runtime/format.c)
set_source_files_properties(${RACE_FLOATING} PROPERTIES COMPILE_OPTIONS "-msse2;-m80387")

# Archives of gcc that the runtime takes objects from: the symbolizer, and of libstdc++
# the demangler alone.
set(RACE_ARCHIVES "")
foreach(archive libbacktrace.a libstdc++.a)
  execute_process(COMMAND ${CMAKE_C_COMPILER} -print-file-name=${archive}
    OUTPUT_VARIABLE path OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT IS_ABSOLUTE "${path}")
    message(FATAL_ERROR "${archive} not found: apt install g++")
  endif()
  list(APPEND RACE_ARCHIVES ${path})
endforeach()

# race_join_runtime(archive objects target [members...]): the objects of that library, as
# one, and that of each of `members` beside it.
function(race_join_runtime archive objects target)
  set(join ${PROJECT_SOURCE_DIR}/cmake/join-objects.sh)
  list(JOIN RACE_ARCHIVES " " archives)
  set(members ${ARGN})
  list(TRANSFORM members REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>")
  list(JOIN members " " member_files)
  add_custom_command(OUTPUT ${archive}
    COMMAND ${CMAKE_COMMAND} -E env LD=${CMAKE_LINKER} NM=${CMAKE_NM} OBJCOPY=${CMAKE_OBJCOPY}
            AR=${CMAKE_AR} "MEMBERS=${member_files}" sh ${join} ${archive} ${archives} $<TARGET_OBJECTS:${objects}>
    DEPENDS ${join} ${objects} $<TARGET_OBJECTS:${objects}> ${ARGN} ${members}
    COMMENT "Joining the runtime into ${archive}"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${target} ALL DEPENDS ${archive})
endfunction()

set(RACE_RUNTIME ${PROJECT_BINARY_DIR}/librace_rt.a)
race_join_runtime(${RACE_RUNTIME} race_objects race_rt)

set(RACE_STATIC_RUNTIME ${PROJECT_BINARY_DIR}/librace_rt_static.a)
race_join_runtime(${RACE_STATIC_RUNTIME} race_static_objects race_rt_static
  race_static_NAMES race_static_ERR race_static_SYSLOG)
set(static_options race_static.opt race_static_libstdc++.opt race_static_libc++.opt)
list(TRANSFORM static_options PREPEND ${PROJECT_BINARY_DIR}/)
add_custom_command(OUTPUT ${static_options}
  COMMAND ${CMAKE_COMMAND} -E env NM=${CMAKE_NM} sh ${PROJECT_SOURCE_DIR}/cmake/static-options.sh
          ${RACE_STATIC_RUNTIME} ${static_options}
  DEPENDS ${PROJECT_SOURCE_DIR}/cmake/static-options.sh ${RACE_STATIC_RUNTIME}
  COMMENT "Listing what a static link wraps"
  VERBATIM)
add_custom_target(race_static_options ALL DEPENDS ${static_options})
add_dependencies(race_static_options race_rt_static)

# Initialised before all other libraries, as the program's own start would be; never
# unloaded; knows its own names from another runtime's. In a folder of its own, so that
# -lrace_rt, which programs are linked with, finds the archive.
set(RACE_SHARED_RUNTIME ${PROJECT_BINARY_DIR}/race/librace_rt.so)
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/race)
set(shared_archive ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/librace_rt_shared.a)
race_join_runtime(${shared_archive} race_shared_objects race_rt_joined)
add_custom_command(OUTPUT ${RACE_SHARED_RUNTIME}
  COMMAND ${CMAKE_C_COMPILER} -shared -o ${RACE_SHARED_RUNTIME} -Wl,-soname,librace_rt.so
          -Wl,-Bsymbolic-functions,-z,initfirst,-z,nodelete,-z,now,-z,defs
          -Wl,--whole-archive ${shared_archive} -Wl,--no-whole-archive -pthread -ldl
  DEPENDS ${shared_archive}
  COMMENT "Linking librace_rt.so"
  VERBATIM)
add_custom_target(race_rt_shared ALL DEPENDS ${RACE_SHARED_RUNTIME})
add_dependencies(race_rt_shared race_rt_joined)

install(FILES ${RACE_SHARED_RUNTIME} DESTINATION ${CMAKE_INSTALL_LIBDIR}/race)
install(FILES ${RACE_RUNTIME} ${RACE_STATIC_RUNTIME} ${static_options}
  DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_SOURCE_DIR}/include/race.h DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
