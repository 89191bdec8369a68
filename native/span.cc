#include "span.h"

#include <algorithm>
#include <atomic>
#include <limits>

#include "metrics.h"

namespace spanmeter {
namespace {

constexpr double kAbsent = std::numeric_limits<double>::quiet_NaN();

// The wall clock follows from the monotonic one, and from how far it was ahead when both were last read: two clocks a
// span less.
constexpr int64_t kSightInterval = 1'000'000'000;
std::atomic<int64_t> ahead{0};
std::atomic<int64_t> next_sight{0};

void sightRealTime(int64_t now) {
  ahead.store(probe::realTimeMicros() * 1000 - probe::monotonicTime(), std::memory_order_relaxed);
  next_sight.store(now + kSightInterval, std::memory_order_relaxed);
}

double known(int64_t value) { return value == kUnknown ? kAbsent : static_cast<double>(value); }

double difference(int64_t end, int64_t start) {
  return end == kUnknown || start == kUnknown ? kAbsent : static_cast<double>(end - start);
}

void writePeak(const Span& span, int64_t rss_after, double* numbers) {
  double growth = kAbsent;
  double peak = kAbsent;
  if (span.reset) {
    growth = difference(span.peak, span.base.peak);
    // statm is exact, the kernel's peak moves in steps: the peak is never below what was certainly there.
    if (span.full && rss_after != kUnknown && span.rss != kUnknown) {
      growth = std::max(growth, difference(rss_after, span.rss));
    }
    peak = growth + known(span.rss != kUnknown ? span.rss : span.base.peak);
  } else if (span.peak > span.base.peak) {
    // The peak was left alone and rose: it belongs to this span. One that did not rise belongs to the past.
    growth = difference(span.peak, span.rss);
    peak = known(span.peak);
  }
  numbers[kPeakGrowth] = growth;
  numbers[kPeakRss] = peak;
}

}  // namespace

void startSpan(Span* span, uint32_t how, double* numbers) {
  if (span->open) peak::drop(span);
  span->full = (how & kFull) != 0;
  span->whole = (how & kWhole) != 0;
  const int64_t now = probe::coarseTime();
  if (now >= next_sight.load(std::memory_order_relaxed)) sightRealTime(now);
  peak::open(span, now);
  if (span->full) span->children_cpu = probe::childrenCpuTime();
  span->thread_cpu = probe::threadCpuTime();
  span->wall = probe::monotonicTime();
  numbers[kStartedAt] = static_cast<double>((span->wall + ahead.load(std::memory_order_relaxed)) / 1000);
}

void stopSpan(Span* span, double* numbers) {
  if (!span->open) return;
  const int64_t wall = probe::monotonicTime();
  const int64_t thread_cpu = probe::threadCpuTime();
  Usage end;
  const uint64_t concurrent = peak::close(span, wall, &end);
  const int64_t rss = span->full ? probe::rss() : kUnknown;
  const Usage& base = span->base;

  numbers[kWallTime] = difference(wall, span->wall);
  numbers[kThreadCpuTime] = difference(thread_cpu, span->thread_cpu);
  numbers[kUserTime] = difference(end.user, base.user);
  numbers[kKernelTime] = difference(end.kernel, base.kernel);
  numbers[kCpuTime] = numbers[kUserTime] + numbers[kKernelTime];
  writePeak(*span, rss, numbers);
  numbers[kMinorFaults] = difference(end.minor_faults, base.minor_faults);
  numbers[kMajorFaults] = difference(end.major_faults, base.major_faults);
  numbers[kVoluntarySwitches] = difference(end.voluntary_switches, base.voluntary_switches);
  numbers[kInvoluntarySwitches] = difference(end.involuntary_switches, base.involuntary_switches);
  numbers[kDiskRead] = difference(end.disk_read, base.disk_read);
  numbers[kDiskWritten] = difference(end.disk_written, base.disk_written);
  numbers[kRssBefore] = span->full ? known(span->rss) : kAbsent;
  numbers[kRssAfter] = known(rss);
  numbers[kChildrenCpuTime] = span->full ? difference(probe::childrenCpuTime(), span->children_cpu) : kAbsent;
  numbers[kConcurrent] = static_cast<double>(concurrent);
  numbers[kPeakIsLowerBound] = span->lower_bound ? 1 : 0;
}

}  // namespace spanmeter
