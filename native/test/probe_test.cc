#include "../probe.h"

#include <time.h>

#include <thread>

#include "check.h"
#include "files.h"
#include "memory.h"
#include "process.h"

using namespace spanmeter;
using namespace spanmeter::test;

namespace {

constexpr int64_t kMillisecond = 1'000'000;

}  // namespace

TEST(probe_clocks_tell_wall_time_and_instants) {
  const int64_t before = probe::monotonicTime();
  usleep(2'000);
  const int64_t slept = probe::monotonicTime() - before;
  CHECK(slept >= 2 * kMillisecond);
  CHECK(slept < 5'000 * kMillisecond);
  CHECK_NEAR(static_cast<double>(probe::realTimeMicros()) / 1e6, static_cast<double>(time(nullptr)), 2.0);
}

TEST(probe_thread_time_is_of_this_thread_alone) {
  const int64_t before = probe::threadCpuTime();
  std::thread([] { spin(30 * kMillisecond); }).join();
  const int64_t others = probe::threadCpuTime() - before;
  spin(20 * kMillisecond);
  const int64_t own = probe::threadCpuTime() - before - others;
  CHECK(others < 10 * kMillisecond);
  CHECK_NEAR(own, 20.0 * kMillisecond, 2.0 * kMillisecond);
}

TEST(probe_usage_counts_all_threads) {
  probe::load();
  Usage before;
  Usage after;
  probe::readUsage(&before);
  std::thread([] { spin(30 * kMillisecond); }).join();
  probe::readUsage(&after);
  CHECK_NEAR(after.user + after.kernel - before.user - before.kernel, 30.0 * kMillisecond, 10.0 * kMillisecond);
}

TEST(probe_usage_counts_faults_and_switches) {
  probe::load();
  Usage before;
  Usage after;
  probe::readUsage(&before);
  touchAndFree(kMiB);
  usleep(1'000);
  probe::readUsage(&after);
  CHECK(after.minor_faults - before.minor_faults >= 1);
  CHECK(after.voluntary_switches - before.voluntary_switches >= 1);
  CHECK(after.major_faults >= 0 && after.involuntary_switches >= 0);
}

TEST(probe_usage_counts_bytes_written_for_the_disk) {
  const Folder folder;
  probe::load();
  Usage before;
  Usage after;
  probe::readUsage(&before);
  test::write(folder / "a", std::string(static_cast<size_t>(4 * kMiB), 'x'));
  probe::readUsage(&after);
  if (after.disk_written == before.disk_written) skip("the temporary folder is not on a disk");
  CHECK_NEAR(after.disk_written - before.disk_written, 4.0 * kMiB, 0.1 * kMiB);
}

TEST(probe_children_time_is_of_those_that_were_waited_for) {
  const int64_t before = probe::childrenCpuTime();
  const pid_t child = begin([] { spin(20 * kMillisecond); });
  usleep(1'000);
  CHECK_EQUAL(probe::childrenCpuTime(), before);
  CHECK_EQUAL(end(child), 0);
  CHECK_NEAR(probe::childrenCpuTime() - before, 20.0 * kMillisecond, 10.0 * kMillisecond);
}

TEST(probe_rss_follows_memory) {
  probe::load();
  const int64_t before = probe::rss();
  {
    const Touched memory(16 * kMiB);
    CHECK_NEAR(probe::rss() - before, 16.0 * kMiB, 1.0 * kMiB);
  }
  CHECK_NEAR(probe::rss() - before, 0.0, 1.0 * kMiB);
}

TEST(probe_peak_shows_what_is_gone_until_it_is_reset) {
  probe::load();
  Usage base;
  Usage now;
  int64_t rss = 0;
  CHECK(probe::resetPeak(&base, &rss));
  touchAndFree(64 * kMiB);
  probe::readUsage(&now);
  CHECK_NEAR(now.peak - base.peak, 64.0 * kMiB, static_cast<double>(probe::peakBound()) + kMiB);
  CHECK_NEAR(probe::exactPeak() - rss, 64.0 * kMiB, static_cast<double>(probe::peakBound()) + kMiB);
  CHECK(probe::resetPeak(&base, &rss));
  CHECK_NEAR(base.peak - rss, 0.0, static_cast<double>(probe::peakBound()));
  probe::readUsage(&now);
  CHECK_NEAR(now.peak - base.peak, 0.0, static_cast<double>(probe::peakBound()));
}

TEST(probe_gives_rss_with_a_reset_only_where_it_is_wanted) {
  probe::load();
  Usage base;
  int64_t rss = kUnknown;
  CHECK(probe::resetPeak(&base, &rss));
  CHECK_EQUAL(rss, kUnknown);
  rss = 0;
  CHECK(probe::resetPeak(&base, &rss));
  CHECK(rss > kMiB);
}

TEST(probe_in_a_fork_reads_the_child) {
  probe::load();
  const int64_t parent = probe::rss();
  CHECK_EQUAL(inChild([&] {
                probe::reloadAfterFork();
                const Touched memory(64 * kMiB);
                CHECK(probe::rss() > 64 * kMiB);
                Usage base;
                int64_t rss = 0;
                CHECK(probe::resetPeak(&base, &rss));
              }),
              0);
  CHECK_NEAR(probe::rss() - parent, 0.0, 1.0 * kMiB);
}
