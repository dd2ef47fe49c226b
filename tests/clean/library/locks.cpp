// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The standard locks, in every way of taking them, condition_variable_any over each, and
// call_once. libc++ makes shared_mutex, call_once and the wait of condition_variable_any
// inside of its compiled part.
//
// RUN: %each_library 0 %s %t

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "barrier.h"

static constexpr std::chrono::seconds patience(1000);

template <typename Body> static void threads(int count, Body body) {
  std::vector<std::thread> all;
  for (int i = 0; i < count; i++)
    all.emplace_back(body, i);
  for (std::thread &thread : all)
    thread.join();
}

template <typename Mutex> struct Guarded {
  Mutex mutex;
  std::map<int, std::string> map;
  long count = 0;

  void change(int i) {
    count++;
    map[i % 7] = std::string(20 + i % 5, 'a');
  }
};

static long exclusive() {
  Guarded<std::mutex> plain;
  Guarded<std::recursive_mutex> recursive;
  Guarded<std::timed_mutex> timed;
  Guarded<std::recursive_timed_mutex> both;
  threads(3, [&](int) {
    for (int i = 0; i < 100; i++) {
      {
        std::unique_lock<std::mutex> lock(plain.mutex, std::try_to_lock);
        if (!lock)
          lock.lock();
        plain.change(i);
      }
      {
        std::lock_guard<std::recursive_mutex> outer(recursive.mutex);
        if (recursive.mutex.try_lock()) {
          recursive.change(i);
          recursive.mutex.unlock();
        }
        recursive.change(i);
      }
      std::unique_lock<std::timed_mutex> lock(timed.mutex, std::defer_lock);
      if (i % 2 ? lock.try_lock_for(patience)
                : lock.try_lock_until(std::chrono::system_clock::now() + patience))
        timed.change(i);
      if (both.mutex.try_lock_until(std::chrono::steady_clock::now() + patience)) {
        std::lock_guard<std::recursive_timed_mutex> inner(both.mutex);
        both.change(i);
        both.mutex.unlock();
      }
      if (lock)
        lock.unlock();
      {
        std::scoped_lock all(plain.mutex, recursive.mutex, timed.mutex);
        plain.change(i), recursive.change(i), timed.change(i);
      }
      {
        std::lock(timed.mutex, plain.mutex);
        std::lock_guard<std::timed_mutex> first(timed.mutex, std::adopt_lock);
        std::lock_guard<std::mutex> second(plain.mutex, std::adopt_lock);
        plain.change(i), timed.change(i);
      }
    }
  });
  return plain.count + recursive.count + timed.count + both.count;
}

template <typename Mutex> static long shared() {
  Guarded<Mutex> guarded;
  threads(4, [&](int me) {
    for (int i = 0; i < 100; i++) {
      if (me == i % 4) {
        std::unique_lock<Mutex> lock(guarded.mutex, std::defer_lock);
        if (i % 2)
          lock.lock();
        else
          while (!lock.try_lock())
            std::this_thread::yield();
        guarded.change(i);
      } else if (me < 2) {
        std::shared_lock<Mutex> lock(guarded.mutex);
        if (guarded.map.size() > 7)
          std::puts("wrong");
      } else if (guarded.mutex.try_lock_shared()) {
        if (guarded.count > 100)
          std::puts("wrong");
        guarded.mutex.unlock_shared();
      }
    }
  });
  return guarded.count;
}

static long sharedTimed() {
  Guarded<std::shared_timed_mutex> guarded;
  threads(4, [&](int me) {
    for (int i = 0; i < 100; i++) {
      if (me == i % 4) {
        std::unique_lock<std::shared_timed_mutex> lock(guarded.mutex, std::defer_lock);
        if (i % 3 == 0)
          lock.lock();
        if (i % 3 == 0 || (i % 3 == 1 ? lock.try_lock_for(patience)
                                      : lock.try_lock_until(std::chrono::system_clock::now() + patience)))
          guarded.change(i);
      } else {
        std::shared_lock<std::shared_timed_mutex> lock(guarded.mutex, std::defer_lock);
        if (i % 3 == 0)
          lock.lock();
        if (i % 3 == 0 || (i % 3 == 1 ? lock.try_lock_for(patience)
                                      : lock.try_lock_until(std::chrono::steady_clock::now() + patience)))
          if (guarded.map.size() > 7 || guarded.count > 100)
            std::puts("wrong");
      }
    }
  });
  return guarded.count;
}

/// Each way out of a lock against each way in, one after the other without any other
/// order: what the first thread did under its lock the second sees under its own.
template <typename Mutex, typename Leave, typename Enter>
static void handOver(Leave leave, Enter enter) {
  auto *mutex = new Mutex;
  std::string text;
  struct barrier turn;
  barrier_init(&turn, 2);
  std::thread one([&] {
    leave(*mutex, text);
    barrier_wait(&turn);
  });
  std::thread two([&] {
    barrier_wait(&turn);
    enter(*mutex, text);
  });
  one.join();
  two.join();
  delete mutex;
}

template <typename Mutex> static void write(Mutex &mutex, std::string &text) {
  std::unique_lock<Mutex> lock(mutex);
  text = "written under the lock";
}

template <typename Mutex> static void read(Mutex &mutex, std::string &text) {
  std::shared_lock<Mutex> lock(mutex);
  if (text.size() > 50)
    std::puts("wrong");
}

template <typename Mutex> static void handOvers() {
  handOver<Mutex>(write<Mutex>, read<Mutex>);
  handOver<Mutex>(write<Mutex>, write<Mutex>);
  handOver<Mutex>(read<Mutex>, write<Mutex>);
  handOver<Mutex>(read<Mutex>, [](Mutex &mutex, std::string &text) {
    if (mutex.try_lock()) {
      text = "written";
      mutex.unlock();
    }
  });
  handOver<Mutex>(write<Mutex>, [](Mutex &mutex, std::string &text) {
    if (mutex.try_lock_shared()) {
      if (text.empty())
        std::puts("wrong");
      mutex.unlock_shared();
    }
  });
}

static void timedHandOvers() {
  using Mutex = std::shared_timed_mutex;
  auto timedWrite = [](Mutex &mutex, std::string &text) {
    if (std::unique_lock<Mutex> lock(mutex, patience); lock)
      text = "written in time";
  };
  auto timedRead = [](Mutex &mutex, std::string &text) {
    if (std::shared_lock<Mutex> lock(mutex, patience); lock && text.size() > 50)
      std::puts("wrong");
  };
  handOver<Mutex>(write<Mutex>, timedRead);
  handOver<Mutex>(write<Mutex>, timedWrite);
  handOver<Mutex>(read<Mutex>, timedWrite);
  handOver<Mutex>(timedRead, write<Mutex>);
  handOver<Mutex>(timedRead, timedWrite);
  handOver<Mutex>(timedWrite, timedRead);
  handOver<Mutex>(timedWrite, write<Mutex>);
  handOver<Mutex>(timedWrite, read<Mutex>);
}

template <typename Mutex> static long any() {
  Mutex mutex;
  std::condition_variable_any changed;
  std::vector<std::string> queue;
  bool done = false;
  long length = 0;
  std::thread consumer([&] {
    std::unique_lock<Mutex> lock(mutex);
    for (int round = 0;; round++) {
      auto ready = [&] { return done || !queue.empty(); };
      if (round % 3 == 0)
        changed.wait(lock, ready);
      else if (round % 3 == 1)
        changed.wait_for(lock, patience, ready);
      else
        changed.wait_until(lock, std::chrono::system_clock::now() + patience, ready);
      if (queue.empty())
        return;
      length += queue.back().size();
      queue.pop_back();
    }
  });
  for (int i = 0; i < 300; i++) {
    std::lock_guard<Mutex> lock(mutex);
    queue.push_back(std::string(20, 'q'));
    changed.notify_one();
  }
  {
    std::lock_guard<Mutex> lock(mutex);
    done = true;
  }
  changed.notify_all();
  consumer.join();
  return length;
}

/// Waiting as a reader.
static void anyShared() {
  std::shared_mutex mutex;
  std::condition_variable_any changed;
  std::string news;
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; i++)
    readers.emplace_back([&] {
      std::shared_lock<std::shared_mutex> lock(mutex);
      changed.wait(lock, [&] { return !news.empty(); });
      if (news.size() != 30)
        std::puts("wrong");
    });
  {
    std::lock_guard<std::shared_mutex> lock(mutex);
    news = std::string(30, 'n');
  }
  changed.notify_all();
  for (std::thread &reader : readers)
    reader.join();
}

static long once() {
  static std::once_flag flag;
  static std::string made;
  static int attempts;
  threads(4, [&](int i) {
    try {
      std::call_once(flag, [&](int) {
        if (++attempts < 3)
          throw std::runtime_error("not yet");
        made = std::string(30, 'm');
      }, i);
      if (made.size() != 30)
        std::puts("wrong");
    } catch (const std::runtime_error &) {
    }
  });
  std::call_once(flag, [] { made = std::string(30, 'm'); attempts = 3; });
  // Done long ago, in an order that the flag alone tells.
  auto *other = new std::once_flag;
  std::string late;
  struct barrier turn;
  barrier_init(&turn, 2);
  std::thread one([&] {
    std::call_once(*other, [&] {
      late = "first";
      std::call_once(flag, [] {});
    });
    barrier_wait(&turn);
  });
  std::thread two([&] {
    barrier_wait(&turn);
    std::call_once(*other, [&] { late = "second"; });
    std::call_once(*other, [&] { late = "third"; });
    if (late != "first")
      std::puts("wrong");
  });
  one.join();
  two.join();
  delete other;
  return attempts;
}

/// So with a local static: the constructor throws at first.
static const std::string &local(bool fail) {
  struct Maker {
    std::string text;
    explicit Maker(bool fail) : text(25, 'l') {
      if (fail)
        throw 1;
    }
  };
  static const Maker maker(fail);
  return maker.text;
}

static long locals() {
  long sizes[4] = {};
  struct barrier turn;
  barrier_init(&turn, 4);
  threads(4, [&](int i) {
    if (i == 0) {
      try {
        local(true);
      } catch (int) {
      }
      local(false);
    }
    barrier_wait(&turn);
    sizes[i] = long(local(true).size());
  });
  return sizes[0] + sizes[1] + sizes[2] + sizes[3];
}

int main() {
  std::printf("exclusive %ld\n", exclusive());
  std::printf("shared %ld %ld %ld\n", shared<std::shared_mutex>(), shared<std::shared_timed_mutex>(),
              sharedTimed());
  handOvers<std::shared_mutex>();
  handOvers<std::shared_timed_mutex>();
  timedHandOvers();
  std::printf("any %ld %ld %ld %ld\n", any<std::mutex>(), any<std::recursive_mutex>(),
              any<std::timed_mutex>(), any<std::shared_mutex>());
  anyShared();
  std::printf("once %ld\n", once());
  std::printf("locals %ld\n", locals());
}

// CHECK-NOT: wrong
// CHECK: exclusive
// CHECK-NEXT: shared 100 100 100
// CHECK-NEXT: any 6000 6000 6000 6000
// CHECK-NEXT: once 3
// CHECK-NEXT: locals 100
