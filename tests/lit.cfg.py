# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The lit suite; ctest runs it once for each LLVM (see CMakeLists.txt), by hand:
#   lit.py -sv --param llvm=19 tests/race            (build=DIR when it is not build/)
#   lit.py -sv --param runs=100 tests/race           each program 100 times
#   lit.py -sv --param timer=1 tests/race            each under 10,000 signals a second
#   lit.py -sv --param cpu=0 tests/race              each on that processor alone
# A RUN line builds with %race_cc or %race_cxx and runs with %expect_race, which wants
# exit status 66, or %expect_clean, which wants 0 and an empty stderr. %each_library does
# all of it, for each C++ library (libcxx=DIR when a libc++ is unpacked there).
import os
import re
import subprocess

import lit.formats

here = os.path.dirname(os.path.abspath(__file__))
build = os.path.abspath(lit_config.params.get("build", os.path.join(here, "..", "build")))
llvm = lit_config.params.get("llvm", "14")
llvm_bin = lit_config.params.get("llvm_bin", f"/usr/lib/llvm-{llvm}/bin")
support = os.path.join(here, "support")

config.name = f"race-{llvm}"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".c", ".cpp", ".ll", ".test"]
config.excludes = ["support", "unit", "gate", "bench", "differential", "Inputs"]
config.test_source_root = here
config.test_exec_root = os.path.join(build, "tests", f"lit-{llvm}")

# Another LLVM that a plugin was built for, to try the wrong one.
other = [found[1] for found in map(re.compile(r"librace-(\d+)\.so$").match, os.listdir(build))
         if found and found[1] != llvm]
if other:
    config.available_features.add("other-llvm")

# May we make programs set-user-ID, and do they count as such?
if os.geteuid() == 0 and not os.statvfs("/tmp").f_flag & os.ST_NOSUID:
    config.available_features.add("root")

# May we have a machine without /proc?
if subprocess.run(["unshare", "-m", "umount", "-l", "/proc"], stderr=subprocess.DEVNULL).returncode == 0:
    config.available_features.add("unmount")

config.environment["PATH"] = os.pathsep.join([llvm_bin, "/usr/local/bin", "/usr/bin", "/bin"])
config.environment["RACE_CC"] = os.path.join(llvm_bin, "clang")
config.environment["RACE_CXX"] = os.path.join(llvm_bin, "clang++")
config.environment["RACE_TEST_RUNS"] = lit_config.params.get("runs", "1")

plugin = os.path.join(build, f"librace-{llvm}.so")
test_flags = f"-pthread -I{support} {os.path.join(build, 'tests', 'barrier.o')}"

# A signal every 100 us, and a handler that no test program knows of (support/storm.c).
under = []
if "cpu" in lit_config.params:
    under.append(f"taskset -c {lit_config.params['cpu']}")
if lit_config.params.get("timer", "0") != "0":
    config.available_features.add("timer")
    storm_handler = os.path.join(build, "tests", f"storm_handler-{llvm}.o")
    subprocess.run([f"{build}/race-clang", "-O2", "-fPIC", "-c", f"{support}/storm_handler.c",
                    "-o", storm_handler], check=True,
                   env=dict(os.environ, RACE_CC=config.environment["RACE_CC"]))
    test_flags += f" {storm_handler}"
    under.append(os.path.join(build, "tests", "storm"))
config.environment["RACE_TEST_UNDER"] = " ".join(under)

config.environment["RACE_BUILD_CXX"] = f"{build}/race-clang++ {test_flags}"
config.environment["RACE_LIBCXX"] = lit_config.params.get("libcxx", "")
for name, value in [
    ("%race_cc", f"{build}/race-clang {test_flags}"),       # a whole test program, C
    ("%race_cxx", f"{build}/race-clang++ {test_flags}"),    # and C++
    # The same with a runtime whose epochs and tids soon run out.
    ("%race_tiny_cc", f"{llvm_bin}/clang -g -fplugin={plugin} {test_flags} -Wl,--whole-archive,{build}/tests/librace_rt_tiny.a,--no-whole-archive"),
    ("%each_library", f"sh {support}/each_library.sh"),      # %each_library STATUS SOURCE OUT
    ("%expect_race", f"sh {support}/expect.sh 66"),
    ("%expect_clean", f"sh {support}/expect.sh 0"),
    ("%expect", f"sh {support}/expect.sh"),                 # %expect STATUS
    ("%race_clangxx", f"{build}/race-clang++"),             # the bare wrappers
    ("%race_clang", f"{build}/race-clang"),
    ("%race_cflags", f"-fplugin={plugin}"),
    ("%plugin", plugin),
    ("%clangxx", f"{llvm_bin}/clang++"),
    ("%clang", f"{llvm_bin}/clang"),
    ("%cases", f"python3 {support}/cases.py"),               # what cases.h reported
    ("%support", support),
    ("%build", build),
    ("%other_plugin", os.path.join(build, f"librace-{other[0]}.so") if other else "none"),
]:
    config.substitutions.append((name + r"\b", value))
