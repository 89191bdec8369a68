#include "../span.h"

#include <cmath>
#include <vector>

#include "check.h"
#include "measured.h"
#include "process.h"

using namespace spanmeter;
using namespace spanmeter::test;

namespace {

constexpr int64_t kMillisecond = 1'000'000;

}  // namespace

TEST(span_gives_every_number_of_its_set) {
  peak::load();
  Measured core;
  core.start();
  core.stop();
  for (uint32_t metric = 0; metric < kMetricCount; metric += 1) {
    const bool full_only = metric == kRssBefore || metric == kRssAfter || metric == kChildrenCpuTime;
    CHECK_EQUAL(std::isnan(core[metric]), full_only);
  }
  Measured full;
  full.start(true);
  full.stop();
  for (uint32_t metric = 0; metric < kMetricCount; metric += 1) CHECK(!std::isnan(full[metric]));
  CHECK_EQUAL(full[kConcurrent], 0.0);
  CHECK_EQUAL(full[kPeakIsLowerBound], 0.0);
}

TEST(span_times_what_it_spans) {
  peak::load();
  Measured measured;
  measured.start();
  spin(20 * kMillisecond);
  usleep(10'000);
  measured.stop();
  CHECK(measured[kWallTime] >= 30.0 * kMillisecond);
  CHECK_NEAR(measured[kThreadCpuTime], 20.0 * kMillisecond, 2.0 * kMillisecond);
  CHECK_NEAR(measured[kCpuTime], 20.0 * kMillisecond, 4.0 * kMillisecond);
  CHECK_EQUAL(measured[kUserTime] + measured[kKernelTime], measured[kCpuTime]);
}

TEST(span_peak_is_seen_each_time_though_the_memory_is_gone) {
  peak::load();
  for (int round = 0; round < 20; round += 1) {
    for (const bool full : {false, true}) {
      Measured measured;
      measured.start(full);
      touchAndFree(64 * kMiB);
      measured.stop();
      CHECK_NEAR(measured[kPeakGrowth], 64.0 * kMiB, tolerance());
    }
  }
}

TEST(span_that_does_nothing_grows_nothing) {
  peak::load();
  touchAndFree(64 * kMiB);
  Measured measured;
  measured.start(true);
  measured.stop();
  CHECK_NEAR(measured[kPeakGrowth], 0.0, tolerance());
  CHECK_NEAR(measured[kPeakRss], measured[kRssBefore], tolerance());
}

TEST(span_inside_another_does_not_hide_what_was_before_it) {
  peak::load();
  Measured outer;
  Measured inner;
  outer.start();
  touchAndFree(64 * kMiB);
  inner.start();
  touchAndFree(16 * kMiB);
  inner.stop();
  outer.stop();
  CHECK_NEAR(inner[kPeakGrowth], 16.0 * kMiB, tolerance());
  CHECK_NEAR(outer[kPeakGrowth], 64.0 * kMiB, tolerance());
}

TEST(span_inside_another_shows_in_both) {
  peak::load();
  Measured outer;
  Measured inner;
  outer.start();
  inner.start();
  touchAndFree(64 * kMiB);
  inner.stop();
  outer.stop();
  CHECK_NEAR(inner[kPeakGrowth], 64.0 * kMiB, tolerance());
  CHECK_NEAR(outer[kPeakGrowth], 64.0 * kMiB, tolerance());
}

TEST(spans_nested_deeply_each_show_their_own) {
  peak::load();
  constexpr int kDepth = 40;
  std::vector<Measured> spans(kDepth);
  for (Measured& measured : spans) {
    measured.start();
    touchAndFree(2 * kMiB);
  }
  touchAndFree(32 * kMiB);
  for (int depth = kDepth - 1; depth >= 0; depth -= 1) {
    spans[static_cast<size_t>(depth)].stop();
    CHECK_NEAR(spans[static_cast<size_t>(depth)][kPeakGrowth], 32.0 * kMiB, tolerance());
    CHECK_EQUAL(spans[static_cast<size_t>(depth)][kConcurrent], kDepth - 1.0);
    CHECK_EQUAL(spans[static_cast<size_t>(depth)][kPeakIsLowerBound], 0.0);
  }
}

TEST(spans_that_cross_each_show_what_they_spanned) {
  peak::load();
  Measured first;
  Measured second;
  first.start();
  touchAndFree(32 * kMiB);
  second.start();
  touchAndFree(8 * kMiB);
  first.stop();
  touchAndFree(64 * kMiB);
  second.stop();
  CHECK_NEAR(first[kPeakGrowth], 32.0 * kMiB, tolerance());
  CHECK_NEAR(second[kPeakGrowth], 64.0 * kMiB, tolerance());
  CHECK_EQUAL(first[kConcurrent], 1.0);
  CHECK_EQUAL(second[kConcurrent], 1.0);
}

TEST(span_that_was_stopped_or_dropped_is_out_of_the_way) {
  peak::load();
  Measured outer;
  Measured dropped;
  Measured later;
  outer.start();
  dropped.start();
  peak::drop(&dropped.span);
  peak::drop(&dropped.span);
  later.start();
  later.stop();
  const double wall = later[kWallTime];
  usleep(1'000);
  later.stop();
  CHECK_EQUAL(later[kWallTime], wall);
  CHECK_EQUAL(later[kConcurrent], 1.0);
  outer.stop();
  CHECK_EQUAL(outer[kConcurrent], 2.0);
  later.start();
  later.stop();
  CHECK_EQUAL(later[kConcurrent], 0.0);
}

TEST(span_started_twice_begins_again) {
  peak::load();
  Measured measured;
  measured.start();
  usleep(5'000);
  measured.start();
  measured.stop();
  CHECK(measured[kWallTime] < 5.0 * kMillisecond);
  CHECK_EQUAL(measured[kConcurrent], 0.0);
}

TEST(lifetime_peak_survives_resets) {
  peak::load();
  const int64_t before = probe::rss();
  touchAndFree(64 * kMiB);
  usleep(1'000);
  Measured measured;
  measured.start();
  measured.stop();
  CHECK(probe::exactPeak() < before + 32 * kMiB);
  CHECK_NEAR(peak::lifetime() - before, 64.0 * kMiB, tolerance());
}

TEST(lifetime_peak_contains_what_spans_saw) {
  peak::load();
  const int64_t before = probe::rss();
  Measured first;
  first.start();
  touchAndFree(64 * kMiB);
  first.stop();
  Measured second;
  second.start();
  second.stop();
  CHECK_NEAR(peak::lifetime() - before, 64.0 * kMiB, tolerance());
}

TEST(peak_that_is_to_be_left_alone_is) {
  peak::load();
  peak::setPolicy(PeakPolicy::kLeave);
  touchAndFree(64 * kMiB);
  const int64_t before = probe::exactPeak();
  Measured small;
  small.start();
  touchAndFree(16 * kMiB);
  small.stop();
  CHECK(std::isnan(small[kPeakGrowth]));
  CHECK(std::isnan(small[kPeakRss]));
  CHECK(small[kWallTime] > 0.0);
  CHECK(probe::exactPeak() >= before);
  Measured large;
  large.start();
  touchAndFree(128 * kMiB);
  large.stop();
  CHECK_NEAR(large[kPeakGrowth], 128.0 * kMiB, tolerance());
}

TEST(span_counts_children_that_ended_in_it) {
  peak::load();
  Measured measured;
  measured.start(true);
  CHECK_EQUAL(inChild([] { spin(20 * kMillisecond); }), 0);
  measured.stop();
  CHECK_NEAR(measured[kChildrenCpuTime], 20.0 * kMillisecond, 10.0 * kMillisecond);
  CHECK(measured[kThreadCpuTime] < 15.0 * kMillisecond);
}
