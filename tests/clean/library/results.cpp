// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// future, promise, packaged_task, async: what was done before the result was set is
// seen by whoever gets it, be it a value or an exception. Exceptions are counted: the last
// exception_ptr or handler destroys what all of them read, in whatever thread that is.
// The counts change inside of libstdc++ and libc++, where nothing is instrumented.
//
// RUN: %each_library 0 %s %t
// RUN: %race_cxx -O0 -std=c++17 -stdlib=libstdc++ -static-libstdc++ %s -o %t && %expect_clean %t | FileCheck %s
// RUN: %race_cxx -O2 -std=c++20 -stdlib=libstdc++ -static-libstdc++ %s -o %t && %expect_clean %t | FileCheck %s

#include <atomic>
#include <chrono>
#include <cstdio>
#include <exception>
#include <future>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "barrier.h"

static std::atomic<int> alive;

struct Failure {
  int code;
  std::string text;
  explicit Failure(int code) : code(code), text(40, 'x') { alive++; }
  Failure(const Failure &other) : code(other.code), text(other.text) { alive++; }
  ~Failure() {
    code = -1;
    alive--;
  }
};

static long readFailure(const std::exception_ptr &e) {
  try {
    std::rethrow_exception(e);
  } catch (const Failure &failure) {
    return failure.code + long(failure.text.size());
  } catch (const std::exception &error) {
    return error.what()[3];
  } catch (int plain) {
    return plain;
  }
}

/// Two threads own the exception; `mine` drops it first, in an order that only the
/// count knows of, `yours` drops it last.
template <typename Use> static void twoOwners(std::exception_ptr e, Use use) {
  struct barrier turn;
  barrier_init(&turn, 2);
  std::thread mine([mine = e, &turn, &use]() mutable {
    use(mine);
    mine = nullptr;
    barrier_wait(&turn);
  });
  std::thread yours([yours = std::move(e), &turn]() mutable {
    barrier_wait(&turn);
    yours = nullptr;
  });
  mine.join();
  yours.join();
}

static long exceptions() {
  long sum = 0;
  auto read = [&sum](const std::exception_ptr &e) { sum += readFailure(e); };
  twoOwners(std::make_exception_ptr(Failure(1)), read);
  twoOwners(std::make_exception_ptr(7), read);
  twoOwners(std::make_exception_ptr(std::runtime_error("the reason, and a long one")), read);
  std::exception_ptr caught;
  try {
    throw Failure(2);
  } catch (...) {
    caught = std::current_exception();
  }
  twoOwners(std::move(caught), read);
  try {
    (void)std::string("short").at(99); // thrown inside of the library
  } catch (...) {
    caught = std::current_exception();
  }
  twoOwners(std::move(caught), read);

  // The last owner is a handler.
  struct barrier turn;
  barrier_init(&turn, 2);
  std::exception_ptr e = std::make_exception_ptr(Failure(3));
  std::thread holder([e, &turn]() mutable {
    try {
      std::rethrow_exception(e);
    } catch (const Failure &failure) {
      e = nullptr;
      barrier_wait(&turn);
      barrier_wait(&turn);
      if (failure.code != 3)
        std::puts("destroyed too early");
    }
  });
  std::thread reader([e = std::move(e), &turn, &sum]() mutable {
    barrier_wait(&turn);
    sum += readFailure(e);
    e = nullptr;
    barrier_wait(&turn);
  });
  holder.join();
  reader.join();

  // A handler ends first, a pointer last.
  std::exception_ptr kept;
  barrier_init(&turn, 2);
  std::thread thrower([&] {
    try {
      throw Failure(4);
    } catch (const Failure &failure) {
      kept = std::current_exception();
      barrier_wait(&turn); // kept is passed on, invisibly: nobody reads it before the join
      sum += failure.code;
    }
  });
  barrier_wait(&turn);
  thrower.join();
  sum += readFailure(kept);
  kept = nullptr;
  return sum;
}

/// The exception goes through nested handlers, is thrown on, is copied.
static long nested() {
  long sum = 0;
  std::exception_ptr e;
  std::thread thread([&] {
    try {
      try {
        throw Failure(10);
      } catch (Failure &failure) {
        try {
          throw std::logic_error("inner");
        } catch (std::logic_error copy) {
          sum += copy.what()[0];
        }
        failure.code++;
        throw;
      }
    } catch (...) {
      e = std::current_exception();
    }
  });
  thread.join();
  std::vector<std::thread> threads;
  long parts[4] = {};
  for (long &part : parts)
    threads.emplace_back([e, &part] { part = readFailure(e); });
  e = nullptr;
  for (std::thread &t : threads)
    t.join();
  for (long part : parts)
    sum += part;
  return sum;
}

/// An exception that several hold as copies of their own shares its text.
static long sharedText() {
  std::promise<void> promise;
  std::shared_future<void> future = promise.get_future().share();
  long lengths[3] = {};
  struct barrier turn;
  barrier_init(&turn, 3);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; i++)
    threads.emplace_back([&, i, future] {
      try {
        future.get();
      } catch (std::runtime_error copy) {
        for (int round = 0; round < i; round++)
          barrier_wait(&turn);
        for (const char *c = copy.what(); *c; c++)
          lengths[i]++;
      }
      for (int round = i; round < 2; round++)
        barrier_wait(&turn);
    });
  promise.set_exception(std::make_exception_ptr(std::runtime_error("nobody's, everybody's")));
  promise = std::promise<void>();
  future = std::shared_future<void>();
  for (std::thread &t : threads)
    t.join();
  return lengths[0] + lengths[1] + lengths[2];
}

static int plain;

static long promises() {
  long sum = 0;
  for (int i = 0; i < 50; i++) {
    std::promise<std::string> promise;
    std::future<std::string> future = promise.get_future();
    std::thread thread([i](std::promise<std::string> p) {
      plain = i;
      p.set_value(std::string(30, 'a'));
    }, std::move(promise));
    sum += long(future.get().size()) + plain;
    thread.join();
  }
  for (int i = 0; i < 50; i++) {
    std::promise<int &> promise;
    auto future = promise.get_future();
    std::thread thread([&] {
      plain = 2;
      promise.set_value(plain);
    });
    if (future.wait_for(std::chrono::seconds(1000)) == std::future_status::ready)
      sum += future.get();
    thread.join();
  }
  for (int i = 0; i < 50; i++) {
    std::promise<void> promise;
    std::future<void> future = promise.get_future();
    std::thread thread([](std::promise<void> p) {
      plain = 5;
      p.set_exception(std::make_exception_ptr(Failure(5)));
    }, std::move(promise));
    try {
      future.get();
    } catch (Failure &failure) {
      sum += plain + failure.code;
    }
    thread.join();
  }
  { // A promise given up.
    std::future<int> future;
    std::thread thread([&future, promise = std::promise<int>()]() mutable {
      future = promise.get_future();
      plain = 6;
    });
    thread.join();
    try {
      future.get();
    } catch (const std::future_error &error) {
      sum += plain + (error.code() == std::future_errc::broken_promise);
    }
  }
  return sum;
}

static long tasks() {
  long sum = 0;
  for (int i = 0; i < 20; i++) {
    std::packaged_task<int(int)> task([](int x) {
      plain++;
      if (x % 2)
        throw std::out_of_range("odd ones are not taken");
      return x;
    });
    std::future<int> future = task.get_future();
    std::thread thread(std::move(task), i);
    try {
      sum += future.get();
    } catch (const std::out_of_range &error) {
      sum += error.what()[0] == 'o';
    }
    plain++;
    thread.join();
  }
  for (int i = 0; i < 20; i++) {
    auto eager = std::async(std::launch::async, [i] { plain = i; return new int(i); });
    int *result = eager.get();
    sum += *result + plain;
    delete result;
    auto lazy = std::async(std::launch::deferred, [] { return plain; });
    sum += lazy.get();
    { auto unread = std::async(std::launch::async, [] { plain++; }); } // its destructor waits
    sum += plain;
    std::shared_future<int> shared =
        std::async(std::launch::async, []() -> int { throw Failure(8); }).share();
    std::thread other([shared] {
      try {
        shared.get();
      } catch (const Failure &failure) {
        if (failure.code != 8)
          std::puts("wrong");
      }
    });
    try {
      shared.get();
    } catch (const Failure &failure) {
      sum += failure.code;
    }
    shared = {};
    other.join();
  }
  return sum;
}

/// libc++'s async detaches its thread: get() may return while that is still about to drop
/// the exception.
static int aliveAtLast() {
  for (int tries = 0; alive.load() && tries < 10000; tries++)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return alive.load();
}

int main() {
  std::printf("exceptions %ld\n", exceptions());
  std::printf("nested %ld\n", nested());
  std::printf("text %ld\n", sharedText());
  std::printf("promises %ld\n", promises());
  std::printf("tasks %ld\n", tasks());
  std::printf("alive %d\n", aliveAtLast());
}

// CHECK: exceptions
// CHECK-NEXT: nested 309
// CHECK-NEXT: text 63
// CHECK-NEXT: promises
// CHECK-NEXT: tasks
// CHECK-NEXT: alive 0
