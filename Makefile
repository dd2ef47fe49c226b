# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# A thin front for CMake; everything is built in $(BUILD). `make help` lists the targets.
BUILD ?= build
PREFIX ?= /usr/local
CMAKE_FLAGS ?=

all: ## build plugin, runtime and wrappers (without the tests)
	@cmake -S . -B $(BUILD) $(GENERATOR) -DCMAKE_INSTALL_PREFIX=$(PREFIX) $(TESTING) $(CMAKE_FLAGS)
	@cmake --build $(BUILD) -j $(shell nproc)

demo: ## install what is missing, build, and show the report of a small racy program
	@sh cmake/install-packages.sh demo
	@$(MAKE) --no-print-directory all
	@sh examples/bank/demo.sh $(BUILD)

test: ## install what is missing, build, and run the whole test suite
	@sh cmake/install-packages.sh test
	@$(MAKE) --no-print-directory all TESTING=-DBUILD_TESTING=ON
	@ctest --test-dir $(BUILD) --output-on-failure

test-race: all ## run the repository's own test programs under the detector
	@sh tests/test-race.sh $(BUILD)

bench: all ## CPU time and memory: native, librace, -fsanitize=thread (BENCH="-h" for its options)
	@python3 tests/bench/bench.py --build $(BUILD) $(BENCH)

install: all ## install to PREFIX (and DESTDIR)
	@cmake --install $(BUILD)

clean: ## remove the build directory
	@cmake -E rm -rf $(BUILD)

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## /  make \1\t/p' Makefile | expand -t 20

# Only a first configure chooses; later ones keep what the build directory has.
FIRST = $(if $(wildcard $(BUILD)/CMakeCache.txt),,yes)
GENERATOR = $(if $(FIRST),$(if $(shell command -v ninja),-G Ninja))
TESTING = $(if $(FIRST),-DBUILD_TESTING=OFF)

.PHONY: all demo test test-race bench install clean help
