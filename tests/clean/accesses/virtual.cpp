// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Virtual calls from several threads, constructors and destructors that write the vptr
// they find.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <cstdio>
#include <memory>
#include <thread>

struct Shape {
  virtual ~Shape() {}
  virtual int sides() const { return 0; }
};
struct Triangle : Shape {
  int sides() const override { return 3; }
};
struct Square : Triangle {
  int sides() const override { return 4; }
};

static const Square shared;

static int count() {
  int sum = 0;
  for (int i = 0; i < 1000; i++) {
    std::unique_ptr<Shape> shape(i % 2 ? new Triangle : new Square);
    sum += shape->sides() + static_cast<const Shape &>(shared).sides();
  }
  return sum;
}

int main() {
  int a = 0, b = 0;
  std::thread one([&] { a = count(); }), two([&] { b = count(); });
  one.join();
  two.join();
  std::printf("%d %d\n", a, b);
}

// CHECK: 7500 7500
