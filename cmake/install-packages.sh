#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# install-packages.sh demo|test: installs with apt what `make demo` or `make test` needs
# and this machine lacks. The one list of packages is here.
demo='cmake g++ clang-14 llvm-14-dev libclang-14-dev libunwind8'
test="$demo clang-19 llvm-19-dev libclang-19-dev llvm-14-tools llvm-19-tools
	clang-15 llvm-15-dev libclang-15-dev llvm-15-tools
	clang-16 llvm-16-dev libclang-16-dev llvm-16-tools
	libclang-rt-14-dev libclang-rt-19-dev lld-14 lld-19
	libc++-14-dev libc++abi-14-dev libcmocka-dev pkg-config python3 python3-dev
	ccache meson ninja-build automake
	libjemalloc-dev libgoogle-perftools-dev gdb"

case $1 in
demo) wanted=$demo ;;
test) wanted=$test ;;
*) echo "usage: install-packages.sh demo|test" >&2; exit 2 ;;
esac

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
	echo "No apt here. Needed, under whatever names:" $wanted
	exit 0
fi
missing=
for package in $wanted; do
	dpkg-query -W -f '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed ||
		missing="$missing $package"
done
[ -n "$missing" ] || exit 0

echo "Installing with apt:$missing"
sudo=
if [ "$(id -u)" != 0 ]; then
	command -v sudo >/dev/null || { echo "not root and no sudo: run as root: apt install$missing" >&2; exit 1; }
	sudo=sudo
fi
export DEBIAN_FRONTEND=noninteractive
$sudo apt-get -qq update && $sudo apt-get -qq install -y --no-install-recommends $missing >/dev/null ||
	{ echo "apt failed: run: apt install$missing" >&2; exit 1; }
