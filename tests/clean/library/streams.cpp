// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Strings, streams and locales in several threads. A locale is counted inside of the
// library: the last of its copies destroys the facets that all of them used.
//
// RUN: %each_library 0 %s %t

#include <algorithm>
#include <atomic>
#include <clocale>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <locale>
#include <memory>
#include <regex>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include "barrier.h"

static std::atomic<long> facets_destroyed;

class Comma : public std::numpunct<char> {
  std::string group = "\3";
  char separator = ',';

  char do_thousands_sep() const override { return separator; }
  std::string do_grouping() const override { return group; }

public:
  ~Comma() override {
    separator = 0;
    facets_destroyed++;
  }
};

/// One that the library knows nothing of.
struct Greeting : std::locale::facet {
  static std::locale::id id;
  std::string word = "a greeting of some length";
  ~Greeting() override {
    word.clear();
    facets_destroyed++;
  }
};
std::locale::id Greeting::id;

template <typename Body> static void threads(int count, Body body) {
  std::vector<std::thread> all;
  for (int i = 0; i < count; i++)
    all.emplace_back(body, i);
  for (std::thread &thread : all)
    thread.join();
}

static void inTurns() {
  struct barrier turn;
  barrier_init(&turn, 2);
  auto base = std::make_unique<std::locale>(std::locale(std::locale::classic(), new Greeting), new Comma);
  std::thread one([&turn, mine = std::make_unique<std::locale>(*base)]() mutable {
    if (std::use_facet<Greeting>(*mine).word.empty() || !std::has_facet<Greeting>(*mine))
      std::puts("wrong");
    {
      std::ostringstream out;
      out.imbue(*mine);
      out << 1234567;
      if (out.str() != "1,234,567")
        std::puts("wrong");
    }
    mine.reset();
    barrier_wait(&turn);
  });
  std::thread two([&turn, yours = std::make_unique<std::locale>(*base)]() mutable {
    barrier_wait(&turn);
    *yours = std::locale::classic();
    yours.reset();
  });
  base.reset();
  one.join();
  two.join();
}

int main() {
  std::string text = "shared by all, changed by nobody";
  const std::locale comma(std::locale::classic(), new Comma);
  const std::regex words("[a-z]+");
  std::vector<std::string> results(4);
  threads(4, [&](int me) {
    for (int i = 0; i < 20; i++) {
      std::stringstream stream;
      stream.imbue(i % 2 ? comma : std::locale(comma, new Comma));
      stream << std::setw(12) << 1000 * i + me << ' ' << text << ' ' << 1.5 << std::endl;
      std::string word;
      while (stream >> word)
        results[me] = word;
      if (i == 10)
        results[me] = std::filesystem::path("/a/b/../c").lexically_normal().filename().string();
      auto found = std::sregex_iterator(text.begin(), text.end(), words);
      results[me] += (*std::next(found)).str();
      std::string copy = text;
      std::transform(copy.begin(), copy.end(), copy.begin(), [](char c) { return std::toupper(c, std::locale()); });
      results[me] += copy.substr(3, 20) + std::to_string(std::stod("1.25"));
    }
  });
  for (int i = 0; i < 20; i++)
    inTurns();
  threads(3, [&](int) { std::cout << std::flush; });
  std::cout << results[0] << " " << facets_destroyed << "\n";
}

// CHECK-NOT: wrong
// CHECK: 1.5by{{.*}} 80
