// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// std::thread: arguments, moves, return through references.
//
// RUN: %race_cxx -O0 %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 %s -o %t && %expect_clean %t | FileCheck %s

#include <iostream>
#include <string>
#include <thread>
#include <vector>

int main() {
  std::vector<std::string> words(8);
  std::vector<std::thread> threads;
  for (size_t i = 0; i < words.size(); i++)
    threads.emplace_back([&words, i](std::string text) { words[i] = text + text; },
                         std::string(i + 20, 'a' + i));
  for (std::thread &thread : threads)
    thread.join();
  size_t length = 0;
  for (const std::string &word : words)
    length += word.size();
  std::cout << length << " " << words[3][0] << std::endl;
}

// CHECK: 376 d
