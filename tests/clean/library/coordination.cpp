// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// C++20: latch, barrier with its completion, semaphores, waiting on atomics, atomic_ref and
// atomic_flag; stop tokens and jthread where the library has them.
//
// RUN: %each_library 0 %s %t -std=c++20

#include <atomic>
#include <barrier>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <latch>
#include <memory>
#include <mutex>
#include <semaphore>
#include <string>
#include <thread>
#include <vector>
#include <version>

#ifdef __cpp_lib_jthread
#include <stop_token>
#endif

static constexpr std::chrono::seconds patience(1000);

template <typename Body> static void threads(int count, Body body) {
  std::vector<std::thread> all;
  for (int i = 0; i < count; i++)
    all.emplace_back(body, i);
  for (std::thread &thread : all)
    thread.join();
}

static void latches() {
  for (int round = 0; round < 30; round++) {
    std::latch done(3), go(1);
    std::string parts[3], plan;
    std::vector<std::thread> workers;
    for (std::string &part : parts)
      workers.emplace_back([&] {
        go.wait();
        part = plan;
        if (&part == parts)
          done.arrive_and_wait();
        else
          done.count_down();
      });
    plan = std::string(20, 'p');
    go.count_down();
    if (!done.try_wait())
      done.wait();
    for (std::string &part : parts)
      if (part != plan)
        std::puts("wrong");
    for (std::thread &worker : workers)
      worker.join();
  }
}

/// The completion reads what all wrote, and all read what it wrote.
static long barriers() {
  long cells[3] = {}, total = 0;
  std::barrier phase(3, [&]() noexcept { total = cells[0] + cells[1] + cells[2]; });
  threads(3, [&](int me) {
    for (int round = 0; round < 100; round++) {
      cells[me] = round + me;
      if (round % 2)
        phase.arrive_and_wait();
      else
        phase.wait(phase.arrive());
      if (total != 3 * round + 3)
        std::puts("wrong");
      phase.arrive_and_wait();
    }
  });
  // Without a completion, with members that leave.
  std::barrier<> plain(4);
  std::string words[4];
  threads(4, [&](int me) {
    for (int round = 0; round < 10 * (me + 1); round++) {
      words[me] = std::string(20, 'a' + round % 26);
      plain.arrive_and_wait();
      if (words[3][0] != words[me][0])
        std::puts("wrong");
      plain.arrive_and_wait();
    }
    plain.arrive_and_drop();
  });
  return total;
}

static long semaphores() {
  std::counting_semaphore<8> items(0), room(8);
  std::binary_semaphore one(1);
  std::string ring[8];
  long length = 0;
  std::thread producer([&] {
    for (int i = 0; i < 400; i++) {
      room.acquire();
      ring[i % 8] = std::string(20, 'i');
      items.release();
    }
  });
  for (int i = 0; i < 400; i++) {
    if (i % 3 == 0)
      items.acquire();
    else if (i % 3 == 1)
      while (!items.try_acquire_for(patience)) {}
    else
      while (!items.try_acquire())
        std::this_thread::yield();
    length += long(ring[i % 8].size());
    room.release();
  }
  producer.join();
  threads(3, [&](int) {
    for (int i = 0; i < 100; i++) {
      if (i % 2)
        one.acquire();
      else
        while (!one.try_acquire_until(std::chrono::steady_clock::now() + patience)) {}
      length++;
      one.release();
    }
  });
  return length;
}

static long waits() {
  std::atomic<int> turn{0};
  std::atomic<bool> open{false};
  long count = 0;
  threads(2, [&](int me) {
    for (int i = 0; i < 200; i++) {
      for (int seen; (seen = turn.load(std::memory_order_acquire)) % 2 != me;)
        turn.wait(seen, std::memory_order_acquire);
      count++;
      turn.store(turn.load(std::memory_order_relaxed) + 1, std::memory_order_release);
      turn.notify_one();
    }
  });
  std::string news;
  std::vector<std::thread> all;
  for (int i = 0; i < 3; i++)
    all.emplace_back([&] {
      open.wait(false);
      if (news.empty())
        std::puts("wrong");
    });
  news = "open";
  open = true;
  open.notify_all();
  for (std::thread &thread : all)
    thread.join();

  std::atomic_flag flag, ready;
  threads(3, [&](int) {
    for (int i = 0; i < 100; i++) {
      while (flag.test_and_set(std::memory_order_acquire))
        flag.wait(true, std::memory_order_relaxed);
      count++;
      flag.clear(std::memory_order_release);
      flag.notify_one();
    }
  });
  std::thread setter([&] {
    news = "set";
    ready.test_and_set();
    ready.notify_all();
  });
  ready.wait(false);
  count += long(news.size()) + ready.test();
  setter.join();

#ifdef __cpp_lib_atomic_ref
  long counter = 0; // plain before and after, atomic meanwhile
  threads(3, [&](int) {
    std::atomic_ref<long> ref(counter);
    for (int i = 0; i < 100; i++)
      ref.fetch_add(1, std::memory_order_relaxed);
  });
  count += counter;
  int gate = 0;
  std::thread opener([&] {
    news = "passed on";
    std::atomic_ref(gate).store(1, std::memory_order_release);
    std::atomic_ref(gate).notify_one();
  });
  std::atomic_ref(gate).wait(0, std::memory_order_acquire);
  if (news != "passed on")
    std::puts("wrong");
  opener.join();
#else
  count += 300;
#endif
  return count;
}

#ifdef __cpp_lib_jthread
static long stops() {
  std::string reason, answer;
  long count = 0;
  { // What is done before the request is seen by those who see the request.
    std::jthread worker([&](std::stop_token stop) {
      while (!stop.stop_requested())
        std::this_thread::yield();
      count += long(reason.size());
    });
    reason = "enough";
    worker.request_stop();
  }
  { // A callback runs in the requesting thread, sees what was before its registration.
    std::stop_source source;
    std::thread registrar([&, stop = source.get_token()] {
      std::atomic<bool> called{false};
      answer = "registered";
      std::stop_callback callback(stop, [&] {
        count += long(answer.size());
        answer = "called";
        called = true;
        called.notify_one();
      });
      called.wait(false);
      count += long(answer.size());
    });
    reason = "again";
    source.request_stop();
    registrar.join();
    std::stop_callback late(source.get_token(), [&] { count++; });
  }
  // A callback object goes only when its run is over.
  for (int i = 0; i < 50; i++) {
    std::stop_source source;
    std::atomic<bool> registered{false};
    std::jthread other([&] {
      auto text = std::make_unique<std::string>(20, 'c');
      {
        std::stop_callback callback(source.get_token(), [&] { *text += "stopped"; });
        registered = true;
        registered.notify_one();
      }
      text->clear();
    });
    registered.wait(false);
    source.request_stop();
  }
  // condition_variable_any with a token.
  for (int i = 0; i < 30; i++) {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::vector<std::string> queue;
    std::jthread consumer([&](std::stop_token stop) {
      std::unique_lock lock(mutex);
      while (changed.wait(lock, stop, [&] { return !queue.empty(); })) {
        count++;
        queue.pop_back();
      }
      changed.wait_for(lock, stop, patience, [] { return false; });
      count += long(reason.size());
    });
    for (int item = 0; item < 5; item++) {
      std::lock_guard lock(mutex);
      queue.emplace_back(20, 'q');
      changed.notify_one();
    }
    while (std::lock_guard(mutex), !queue.empty())
      std::this_thread::yield();
    reason = "done";
    consumer.request_stop();
    consumer.join();
  }
  return count;
}
#else
static long stops() { return 0; }
#endif

int main() {
  latches();
  std::printf("barriers %ld\n", barriers());
  std::printf("semaphores %ld\n", semaphores());
  std::printf("waits %ld\n", waits());
  std::printf("stops %d\n", stops() >= 0);
}

// CHECK-NOT: wrong
// CHECK: barriers 300
// CHECK-NEXT: semaphores 8300
// CHECK-NEXT: waits 1004
// CHECK-NEXT: stops 1
