// The places of the numbers that the add-on writes: the head of METRICS in src/model/metrics.ts, and SLOT_STRIDE and
// SLOT_EXTRA in src/collector/binding.ts. The loader compares both sides and refuses an add-on of another layout.
#pragma once

#include <cstdint>

#define SPANMETER_METRICS(X)                      \
  X(kWallTime, "wall_time")                       \
  X(kCpuTime, "cpu_time")                         \
  X(kThreadCpuTime, "thread_cpu_time")            \
  X(kUserTime, "user_time")                       \
  X(kKernelTime, "kernel_time")                   \
  X(kPeakRss, "peak_rss")                         \
  X(kPeakGrowth, "peak_growth")                   \
  X(kMinorFaults, "minor_faults")                 \
  X(kMajorFaults, "major_faults")                 \
  X(kVoluntarySwitches, "voluntary_switches")     \
  X(kInvoluntarySwitches, "involuntary_switches") \
  X(kDiskRead, "disk_read")                       \
  X(kDiskWritten, "disk_written")                 \
  X(kRssBefore, "rss_before")                     \
  X(kRssAfter, "rss_after")                       \
  X(kChildrenCpuTime, "children_cpu_time")

namespace spanmeter {

enum Metric : uint32_t {
#define SPANMETER_INDEX(index, name) index,
  SPANMETER_METRICS(SPANMETER_INDEX)
#undef SPANMETER_INDEX
      kMetricCount
};

constexpr const char* kMetricNames[] = {
#define SPANMETER_NAME(index, name) name,
    SPANMETER_METRICS(SPANMETER_NAME)
#undef SPANMETER_NAME
};

constexpr uint32_t kSlotStride = 40;
constexpr uint32_t kStartedAt = 32;
constexpr uint32_t kConcurrent = 33;
constexpr uint32_t kPeakIsLowerBound = 34;

}  // namespace spanmeter
