// One list of open spans for all threads of the process, and forks in the middle of it.
#include <atomic>
#include <memory>
#include <thread>
#include <vector>

#include "check.h"
#include "measured.h"
#include "process.h"

using namespace spanmeter;
using namespace spanmeter::test;

namespace {

void checkNumbers(const Measured& measured, double most_concurrent) {
  CHECK(measured[kWallTime] >= 0.0);
  CHECK(measured[kThreadCpuTime] >= 0.0);
  CHECK(measured[kCpuTime] >= 0.0);
  CHECK(measured[kPeakGrowth] >= 0.0);
  CHECK(measured[kConcurrent] >= 0.0);
  CHECK(measured[kConcurrent] <= most_concurrent);
}

// Starts, nests, crosses, drops and forgets spans until told to stop.
void hammer(unsigned seed, const std::atomic<bool>& go_on, std::atomic<uint64_t>* done) {
  constexpr uint32_t kSpans = 8;
  const std::unique_ptr<Measured[]> spans(new Measured[kSpans]);
  for (unsigned number = seed; go_on; number = number * 1664525u + 1013904223u) {
    Measured& measured = spans[(number >> 16) % kSpans];
    switch ((number >> 24) % 8) {
      case 0:
        peak::drop(&measured.span);
        break;
      case 1:
      case 2:
      case 3:
        measured.start((number >> 28) % 2 == 1);
        break;
      default:
        if (!measured.span.open) break;
        measured.stop();
        checkNumbers(measured, 1e12);
    }
    *done += 1;
  }
  for (uint32_t index = 0; index < kSpans; index += 1) peak::drop(&spans[index].span);
}

class Hammers {
 public:
  explicit Hammers(unsigned count) {
    for (unsigned seed = 1; seed <= count; seed += 1) {
      threads_.emplace_back([this, seed] { hammer(seed * 7919, go_on_, &done_); });
    }
  }
  ~Hammers() {
    go_on_ = false;
    for (std::thread& thread : threads_) thread.join();
  }
  uint64_t done() const { return done_; }

 private:
  std::atomic<bool> go_on_{true};
  std::atomic<uint64_t> done_{0};
  std::vector<std::thread> threads_;
};

}  // namespace

TEST(threads_that_hammer_leave_the_list_empty) {
  peak::load();
  {
    const Hammers hammers(8);
    while (hammers.done() < 40'000) usleep(1'000);
  }
  Measured last;
  last.start();
  last.stop();
  checkNumbers(last, 0.0);
}

// A start on another thread reads the peak and then resets it. What comes and goes in between is lost, and said to be.
TEST(threads_that_hammer_do_not_spoil_another_span) {
  peak::load();
  const Hammers hammers(4);
  for (int round = 0; round < 40; round += 1) {
    Measured measured;
    measured.start(round % 2 == 1);
    touchAndFree(64 * kMiB);
    usleep(1'000);
    measured.stop();
    if (measured[kPeakIsLowerBound] == 1.0) {
      CHECK(measured[kPeakGrowth] <= 64.0 * kMiB + tolerance());
    } else {
      CHECK_NEAR(measured[kPeakGrowth], 64.0 * kMiB, tolerance());
    }
  }
}

TEST(threads_share_one_peak_and_each_has_its_own_time) {
  peak::load();
  Measured own;
  Measured other;
  own.start();
  std::thread([&] {
    other.start();
    touchAndFree(64 * kMiB);
    spin(20'000'000);
    other.stop();
  }).join();
  own.stop();
  CHECK_NEAR(other[kPeakGrowth], 64.0 * kMiB, tolerance());
  CHECK_NEAR(own[kPeakGrowth], 64.0 * kMiB, tolerance());
  CHECK(own[kThreadCpuTime] < 10e6);
  CHECK(other[kThreadCpuTime] >= 20e6);
  CHECK(own[kCpuTime] >= 20e6);
  CHECK_EQUAL(own[kConcurrent], 1.0);
}

TEST(threads_count_the_spans_of_others_that_overlapped) {
  peak::load();
  Measured outer;
  outer.start();
  constexpr int kThreads = 4;
  constexpr int kSpans = 250;
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; number += 1) {
    threads.emplace_back([] {
      for (int index = 0; index < kSpans; index += 1) {
        Measured measured;
        measured.start();
        measured.stop();
        checkNumbers(measured, kThreads * kSpans);
        CHECK(measured[kConcurrent] >= 1.0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  outer.stop();
  CHECK_EQUAL(outer[kConcurrent], static_cast<double>(kThreads * kSpans));
}

TEST(fork_while_threads_hammer_leaves_a_child_that_can_measure) {
  peak::load();
  const Hammers hammers(4);
  for (int round = 0; round < 50; round += 1) {
    CHECK_EQUAL(inChild([] {
                  Measured measured;
                  measured.start(true);
                  touchAndFree(8 * kMiB);
                  measured.stop();
                  CHECK_NEAR(measured[kPeakGrowth], 8.0 * kMiB, tolerance());
                }),
                0);
  }
}
