// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the C++ library does inside of itself is counted, not told: of its frames the one
// that the program called is there, by a name that people would write. frames=all tells all.
//
// RUN: %race_cxx -std=c++17 -O0 %s -o %t && %expect_race %t | FileCheck %s
// RUN: env 'RACE_OPTIONS=snippets=always frames=brief' sh -c '%expect_race %t' | FileCheck --check-prefix SNIPPET %s
// RUN: %expect_race env RACE_OPTIONS=frames=all %t | FileCheck --check-prefix ALL %s
// RUN: %expect_race env RACE_OPTIONS=format=sarif %t > %t.out && python3 %support/check_sarif.py %t.out | FileCheck --check-prefix SARIF %s
// RUN: %race_cxx -std=c++17 -O2 %s -o %t && %expect_race %t | FileCheck %s
// RUN: %race_cxx -std=c++17 -O1 -g0 %s -o %t && %expect_race %t | FileCheck --check-prefix BARE %s

#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "two.h"

using Row = std::vector<int>;

struct Table {
	std::mutex lock;
	std::map<std::string, Row> rows;

	__attribute__((noinline)) void put(const std::string &key)
	{
		std::lock_guard<std::mutex> held(lock);
		rows[key].push_back(1);
	}
};

static Table table;
static struct barrier turn;
static std::vector<long> totals(3);

int main()
{
	table.put("a");
	barrier_init(&turn, 2);
	std::thread one([] {
		table.put("a");
		totals.pop_back();
		barrier_wait(&turn);
		barrier_wait(&turn);
	});
	barrier_wait(&turn);
	std::thread two([] {
		totals.clear();
		table.rows["a"].push_back(2);
	});
	two.join();
	barrier_wait(&turn);
	one.join();
}

// CHECK: {{Read|Write}} of size 8 {{.*}} by thread T2:
// CHECK-NEXT: ({{[1-9]}} inner frame{{s?}} of the C++ library)
// CHECK-NEXT: {{^}}  std::vector<long>::clear()
// CHECK-NEXT: {{^}}      /{{.*}}/c++/{{[^/]*}}/{{.*}}:
// CHECK-NEXT: {{^}}  main::$_1::operator()() const
// CHECK-NEXT: library_frames.cpp:[[#@LINE-13]]
// CHECK-NEXT: Previous write of size 8 {{.*}} by thread T1:
// CHECK-NEXT: {{^}}  std::vector<long>::pop_back()
// CHECK-NEXT: c++
// CHECK-NEXT: {{^}}  main::$_0::operator()() const
// CHECK-NEXT: library_frames.cpp:[[#@LINE-24]]
// CHECK-NEXT: {{^}}Value
// CHECK-NEXT: Location: totals._M_impl._M_finish ({{.*}}), field '_M_finish' of struct std::_Vector_base<long>::_Vector_impl_data, global at
// CHECK-NEXT: Thread T2 (running) created at:
// CHECK-NEXT: inner frame
// CHECK-NEXT: std::thread::thread<
// CHECK: {{^}}  main()
// CHECK: Thread T1
// CHECK: WARNING
// CHECK: std::vector<int>::{{push_back|emplace_back}}
// CHECK: Previous
// CHECK: Table::put(std::string const&)
// CHECK-NEXT: library_frames.cpp:
// CHECK: Holding mutex 'table.lock', locked at:
// CHECK-NEXT: inner frame
// CHECK-NEXT: std::lock_guard<std::mutex>::lock_guard(std::mutex&)
// CHECK: Table::put
// CHECK: Location: {{.*}}heap block{{.*}} at:
// CHECK: Advice: the previous {{write|allocation|read}} holds mutex 'table.lock'

// SNIPPET: std::vector<long>::clear()
// SNIPPET-NEXT: c++/
// SNIPPET-NEXT: main::$_1::operator()() const
// SNIPPET-NEXT: library_frames.cpp
// SNIPPET: > {{.*}} | {{.*}}totals.clear();

// ALL-NOT: inner frame
// ALL: std::vector<long, std::allocator<long> >::clear()
// ALL: std::thread::_State_impl<

// SARIF: at library_frames.cpp 50
// SARIF: result
// SARIF: at library_frames.cpp 51

// BARE: {{Read|Write}} of size 8
// BARE-NEXT: {{main::\$_1::operator\(\)\(\)|std::}}
