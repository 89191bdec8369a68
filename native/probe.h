// The seam to the operating system: linux/probe.cc and darwin/probe.cc implement these functions and nothing else.
// Times are nanoseconds, sizes bytes. kUnknown stands for what cannot be had. Nothing here allocates or throws.
#pragma once

#include <cstdint>

namespace spanmeter {

constexpr int64_t kUnknown = -1;

// Counters of the process since it began, and the highest memory footprint since the last reset.
struct Usage {
  int64_t user = kUnknown;
  int64_t kernel = kUnknown;
  int64_t minor_faults = kUnknown;
  int64_t major_faults = kUnknown;
  int64_t voluntary_switches = kUnknown;
  int64_t involuntary_switches = kUnknown;
  int64_t disk_read = kUnknown;
  int64_t disk_written = kUnknown;
  int64_t peak = kUnknown;
};

enum class PeakSource { kMaxRss, kHighWater, kFootprint, kNone };

namespace probe {

const char* platform();

// Opens what is kept open. Called once a process, under the lock of peak.cc, before anything else.
void load();
// In the child of a fork: what the parent opened means the parent.
void reloadAfterFork();

int64_t monotonicTime();
// The same clock as it was at the last tick, a few milliseconds ago at most: a quarter of the price.
int64_t coarseTime();
int64_t threadCpuTime();
int64_t realTimeMicros();
int64_t childrenCpuTime();
// The highest memory of any child that ended and was waited for, or of one of its own; what a child had of its parent's
// before it became another program counts too.
int64_t childrenPeak();
// Resident set size (Linux) or physical footprint (macOS): what the peak is a peak of.
int64_t rss();

void readUsage(Usage* usage);

// Makes the current footprint the peak, and reads the usage just after, whose peak is then the base of what follows.
// `rss`: in, whether it is wanted (not kUnknown); out, the footprint at the base.
// Returns false when there was no reset; the usage is read all the same. Called under the lock of peak.cc.
bool resetPeak(Usage* base, int64_t* rss);

// The highest peak that is still known, as exactly as it can be had: since the last reset, or since the process began
// where resets leave that one alone. Slower than readUsage.
int64_t exactPeak();

PeakSource peakSource();
// How far a peak can be off. kUnknown: nobody knows.
int64_t peakBound();

// One failed call a string, most important first; nullptr ends. They stay valid.
constexpr int kMaxReasons = 8;
int reasons(const char* out[kMaxReasons]);
// Why a metric is missing for good, or nullptr.
const char* missing(uint32_t metric);

}  // namespace probe
}  // namespace spanmeter
