// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// shared_ptr, weak_ptr, enable_shared_from_this: whoever drops the last reference destroys
// what the others used, and whoever drops the last weak one frees what the counts stand in.
// The order of the drops is forced where only the counts know of it.
//
// RUN: %each_library 0 %s %t

#include <atomic>
#include <cstdio>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "barrier.h"

static std::atomic<int> deaths;

struct Node : std::enable_shared_from_this<Node> {
  long value = 1;
  std::vector<int> more = std::vector<int>(20, 1);
  ~Node() {
    value = -1;
    deaths++;
  }
};

static void inTurns(std::function<void()> first, std::function<void()> second) {
  struct barrier turn;
  barrier_init(&turn, 2);
  std::thread one([first = std::move(first), &turn] {
    first();
    barrier_wait(&turn);
  });
  std::thread two([second = std::move(second), &turn] {
    barrier_wait(&turn);
    second();
  });
  one.join();
  two.join();
}

static void sharedOwners(std::shared_ptr<Node> *a, std::shared_ptr<Node> *b) {
  inTurns(
      [a] {
        if ((*a)->value + (*a)->more[3] != 2)
          std::puts("wrong");
        a->reset();
      },
      [b] { b->reset(); });
}

static void weakOwners(std::shared_ptr<Node> node) {
  std::weak_ptr<Node> a = node, b = node;
  node.reset();
  inTurns(
      [&] {
        std::weak_ptr<Node> copy = a;
        if (copy.lock() || !a.expired())
          std::puts("wrong");
        copy.reset();
        a.reset();
      },
      [&] { b.reset(); });
}

/// The shared owner goes first, a weak one frees the counts; and the other way round.
static void mixedOwners(std::shared_ptr<Node> node) {
  std::weak_ptr<Node> weak = node;
  inTurns(
      [&] {
        node->value = 1;
        node.reset();
      },
      [&] { weak.reset(); });
  node = std::make_shared<Node>();
  weak = node;
  inTurns(
      [&] {
        std::shared_ptr<Node> locked = weak.lock();
        if (!locked || locked->value != 1 || weak.use_count() != 2)
          std::puts("wrong");
        locked.reset();
        weak.reset();
      },
      [&] { node.reset(); });
}

static void byThemselves() {
  auto node = std::make_shared<Node>();
  Node *raw = node.get();
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; i++)
    threads.emplace_back([raw, keep = node] {
      for (int round = 0; round < 200; round++) {
        std::shared_ptr<Node> self = raw->shared_from_this();
        std::weak_ptr<Node> weak = raw->weak_from_this();
        std::shared_ptr<long> part(self, &self->value); // another pointer, the same count
        if (*part != 1 || weak.expired())
          std::puts("wrong");
      }
    });
  node.reset();
  for (std::thread &thread : threads)
    thread.join();
}

/// Read while others write: the free functions on shared_ptr.
static void atomically() {
  std::shared_ptr<const long> shared = std::make_shared<const long>(0);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; i++)
    threads.emplace_back([&shared] {
      for (int round = 0; round < 100; round++) {
        std::shared_ptr<const long> old = std::atomic_load(&shared), next;
        do
          next = std::make_shared<const long>(*old + 1);
        while (!std::atomic_compare_exchange_weak(&shared, &old, next));
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  std::printf("sum %ld\n", *shared);
}

int main() {
  auto a = std::make_shared<Node>(), b = a;
  sharedOwners(&a, &b);
  a = b = std::shared_ptr<Node>(new Node);
  sharedOwners(&a, &b);
  a = b = std::shared_ptr<Node>(new Node, [](Node *node) { delete node; });
  sharedOwners(&a, &b);
  weakOwners(std::make_shared<Node>());
  weakOwners(std::shared_ptr<Node>(new Node));
  mixedOwners(std::make_shared<Node>());
  mixedOwners(std::shared_ptr<Node>(new Node));
  byThemselves();
  atomically();
  std::printf("deaths %d\n", deaths.load());
}

// CHECK: sum 300
// CHECK-NEXT: deaths 10
