// ru_maxrss of a program is never less than what the process had before exec: a worker that a large parent started.
#include <atomic>
#include <thread>

#include "../check.h"
#include "../measured.h"
#include "../process.h"

using namespace spanmeter;
using namespace spanmeter::test;

namespace {

constexpr int64_t kParent = 200 * kMiB;

// Runs another test of this program in a process that was large before.
int runAfterLargeParent(const char* name) {
  return inChild([&] {
    touchAndFree(kParent);
    execl("/proc/self/exe", "unit", name, nullptr);
    fail(__FILE__, __LINE__, "exec failed");
  });
}

double growthOver64MiB() {
  Measured measured;
  measured.start();
  touchAndFree(64 * kMiB);
  measured.stop();
  return measured[kPeakGrowth];
}

}  // namespace

TEST(inner_floor_known_when_loaded) {
  peak::load();
  CHECK(probe::peakSource() == PeakSource::kHighWater);
  CHECK(peak::lifetime() < kParent);
  CHECK_NEAR(growthOver64MiB(), 64.0 * kMiB, tolerance());
}

TEST(inner_floor_found_later) {
  {
    const Touched memory(kParent + 50 * kMiB);
    peak::load();
    CHECK(probe::peakSource() == PeakSource::kMaxRss);
  }
  for (int round = 0; round < 3; round += 1) {
    CHECK_NEAR(growthOver64MiB(), 64.0 * kMiB, tolerance());
  }
  CHECK(probe::peakSource() == PeakSource::kHighWater);
}

TEST(inner_growth_past_the_floor) {
  peak::load();
  Measured measured;
  measured.start(true);
  touchAndFree(kParent + 50 * kMiB);
  measured.stop();
  CHECK_NEAR(measured[kPeakGrowth], kParent + 50.0 * kMiB, tolerance());
}

TEST(exec_floor_is_seen_when_loaded) { CHECK_EQUAL(runAfterLargeParent("inner_floor_known_when_loaded"), 0); }

TEST(exec_floor_is_seen_once_the_process_shrinks_below_it) {
  CHECK_EQUAL(runAfterLargeParent("inner_floor_found_later"), 0);
}

TEST(exec_floor_does_not_hide_growth_past_it) { CHECK_EQUAL(runAfterLargeParent("inner_growth_past_the_floor"), 0); }

TEST(no_exec_floor_where_the_parent_was_small) {
  peak::load();
  CHECK(probe::peakSource() == PeakSource::kMaxRss);
  CHECK_NEAR(growthOver64MiB(), 64.0 * kMiB, tolerance());
  CHECK(probe::peakSource() == PeakSource::kMaxRss);
}

// Between two readings of a start, another thread may give memory back: that looks like a floor at first.
TEST(no_exec_floor_where_other_threads_free_memory) {
  peak::load();
  std::atomic<bool> go_on{true};
  std::thread other([&] {
    while (go_on) touchAndFree(4 * kMiB);
  });
  Measured measured;
  for (int round = 0; round < 20'000; round += 1) {
    measured.start(true);
    measured.stop();
  }
  go_on = false;
  other.join();
  CHECK(probe::peakSource() == PeakSource::kMaxRss);
}
