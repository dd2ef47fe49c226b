// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The end of a thread: destructors of thread_local objects, also of such that are made
// by other destructors, run before the join; what waits for notify_all_at_thread_exit sees
// them, too. So do the streams and strings that a thread leaves behind.
//
// RUN: %each_library 0 %s %t

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

static long destroyed;
static std::vector<std::string> last_words;

struct Late {
  std::string text = std::string(20, 'l');
  ~Late() {
    last_words.push_back(text);
    destroyed++;
  }
};

static Late &late() {
  static thread_local Late object;
  return object;
}

struct Early {
  std::string text = std::string(20, 'e');
  long *where = nullptr;
  ~Early() {
    destroyed++;
    if (where)
      *where += long(late().text.size()); // made while others are destroyed
  }
};

static thread_local Early early;

static std::mutex lock;
static std::condition_variable changed;
static bool finished;

int main() {
  for (int i = 0; i < 50; i++) {
    long written = 0;
    std::thread thread([&] {
      early.where = &written;
      written = 1;
    });
    thread.join();
    if (written != 21)
      std::puts("wrong");
    written = 0;
  }
  for (int i = 0; i < 50; i++) {
    long written = 0;
    finished = false;
    std::thread thread([&] {
      early.where = &written;
      std::unique_lock<std::mutex> hold(lock);
      finished = true;
      std::notify_all_at_thread_exit(changed, std::move(hold));
      written = 1;
    });
    thread.detach();
    std::unique_lock<std::mutex> hold(lock);
    changed.wait(hold, [] { return finished; });
    if (written != 21)
      std::puts("wrong");
    written = 0;
  }
  std::printf("%ld %zu\n", destroyed, last_words.size());
}

// CHECK-NOT: wrong
// CHECK: 200 100
