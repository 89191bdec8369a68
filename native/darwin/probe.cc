// macOS: getrusage, the clocks, and proc_pid_rusage, whose footprint the kernel keeps three times: as it is, its
// highest since the last reset, and its highest ever.
//
// CPU time is getrusage's, although proc_pid_rusage has it finer: there it comes in ticks of the machine's clock, which
// a process that runs translated (x86_64 on Apple silicon) cannot tell the length of.
#include "../probe.h"

#include <dlfcn.h>
#include <errno.h>
#include <libproc.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>

#include "../metrics.h"

namespace spanmeter::probe {
namespace {

constexpr size_t kReasonLength = 120;

// Exported by libSystem from macOS 10.14 on, declared in no public header.
using ResetInterval = int (*)(pid_t);

ResetInterval reset_interval = nullptr;
// Kept: asking for it costs a system call here.
pid_t self = 0;
// Whether the kernel keeps the highest footprint since the last reset.
bool keeps_interval = false;
// A reset sets the kernel's maximum to zero in older versions and to the footprint in newer ones. Zero rises only when
// the footprint grows next, so the footprint at the reset counts here too.
int64_t footprint_at_reset = 0;

char read_reason[kReasonLength] = "";
char reset_reason[kReasonLength] = "";

void note(char* reason, const char* call) {
  const int error = errno;
  snprintf(reason, kReasonLength, "%s: %s", call,
           error == EPERM    ? "EPERM"
           : error == EACCES ? "EACCES"
           : error == EINVAL ? "EINVAL"
           : error == ENOSYS ? "ENOSYS"
                             : "failed");
}

// The declaration takes a pointer to a pointer; what is meant is the structure itself.
bool readInfo(rusage_info_v4* info) {
  return proc_pid_rusage(self, RUSAGE_INFO_V4, reinterpret_cast<rusage_info_t*>(info)) == 0;
}

int64_t footprint(const rusage_info_v4& info) { return static_cast<int64_t>(info.ri_phys_footprint); }

int64_t lifetimePeak(const rusage_info_v4& info) {
  return std::max(static_cast<int64_t>(info.ri_lifetime_max_phys_footprint), footprint(info));
}

int64_t peakOf(const rusage_info_v4& info) {
  if (!keeps_interval) return lifetimePeak(info);
  return std::max({static_cast<int64_t>(info.ri_interval_max_phys_footprint), footprint(info), footprint_at_reset});
}

int64_t clockTime(clockid_t clock) {
  timespec time;
  if (clock_gettime(clock, &time) != 0) return kUnknown;
  return time.tv_sec * INT64_C(1'000'000'000) + time.tv_nsec;
}

int64_t nanoseconds(const timeval& time) {
  return time.tv_sec * INT64_C(1'000'000'000) + time.tv_usec * INT64_C(1'000);
}

void fill(const rusage& from, Usage* usage) {
  usage->user = nanoseconds(from.ru_utime);
  usage->kernel = nanoseconds(from.ru_stime);
  usage->minor_faults = from.ru_minflt;
  usage->major_faults = from.ru_majflt;
  usage->voluntary_switches = from.ru_nvcsw;
  usage->involuntary_switches = from.ru_nivcsw;
}

// Blocks, as getrusage counts them, are operations here; the bytes are in the other call.
void fill(const rusage_info_v4& from, Usage* usage) {
  usage->disk_read = static_cast<int64_t>(from.ri_diskio_bytesread);
  usage->disk_written = static_cast<int64_t>(from.ri_diskio_byteswritten);
  usage->peak = peakOf(from);
}

// Node unloads an add-on with the last environment that loaded it; other threads may still be in it, and a fork calls
// what it left behind. macOS has no linker option against that.
void stayLoaded() {
  Dl_info own;
  if (dladdr(reinterpret_cast<void*>(&footprint_at_reset), &own) == 0) return;
  dlopen(own.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
}

}  // namespace

const char* platform() { return "darwin"; }

void load() {
  stayLoaded();
  self = getpid();
  reset_interval = reinterpret_cast<ResetInterval>(dlsym(RTLD_DEFAULT, "proc_reset_footprint_interval"));
  rusage_info_v4 info;
  if (!readInfo(&info)) {
    note(read_reason, "proc_pid_rusage RUSAGE_INFO_V4");
    return;
  }
  keeps_interval = info.ri_interval_max_phys_footprint > 0;
  if (reset_interval == nullptr) {
    snprintf(reset_reason, kReasonLength, "proc_reset_footprint_interval: not in this version of macOS");
  } else if (!keeps_interval) {
    snprintf(reset_reason, kReasonLength,
             "proc_pid_rusage: no ri_interval_max_phys_footprint in this version of macOS");
  }
}

void reloadAfterFork() {
  self = getpid();
  footprint_at_reset = 0;
}

// The system's CLOCK_MONOTONIC has steps of a microsecond. This one stands still while the machine sleeps, as
// CLOCK_MONOTONIC does on Linux.
int64_t monotonicTime() { return clockTime(CLOCK_UPTIME_RAW); }

int64_t coarseTime() { return clockTime(CLOCK_UPTIME_RAW_APPROX); }

int64_t threadCpuTime() { return clockTime(CLOCK_THREAD_CPUTIME_ID); }

int64_t realTimeMicros() {
  timespec time;
  clock_gettime(CLOCK_REALTIME, &time);
  return time.tv_sec * INT64_C(1'000'000) + time.tv_nsec / 1'000;
}

int64_t childrenCpuTime() {
  rusage usage;
  if (getrusage(RUSAGE_CHILDREN, &usage) != 0) return kUnknown;
  return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

int64_t childrenPeak() {
  rusage usage;
  return getrusage(RUSAGE_CHILDREN, &usage) == 0 ? static_cast<int64_t>(usage.ru_maxrss) : kUnknown;
}

int64_t rss() {
  rusage_info_v4 info;
  return readInfo(&info) ? footprint(info) : kUnknown;
}

void readUsage(Usage* usage) {
  rusage raw;
  if (getrusage(RUSAGE_SELF, &raw) == 0) fill(raw, usage);
  rusage_info_v4 info;
  if (readInfo(&info)) fill(info, usage);
}

bool resetPeak(Usage* base, int64_t* rss_at_base) {
  bool done = false;
  if (keeps_interval && reset_interval != nullptr) {
    done = reset_interval(self) == 0;
    if (!done) note(reset_reason, "proc_reset_footprint_interval");
  }
  rusage raw;
  if (getrusage(RUSAGE_SELF, &raw) == 0) fill(raw, base);
  const bool want_rss = *rss_at_base != kUnknown;
  *rss_at_base = kUnknown;
  rusage_info_v4 info;
  if (!readInfo(&info)) return false;
  if (done) footprint_at_reset = footprint(info);
  fill(info, base);
  if (want_rss) *rss_at_base = footprint(info);
  return done;
}

// Resets leave the highest footprint ever alone.
int64_t exactPeak() {
  rusage_info_v4 info;
  return readInfo(&info) ? lifetimePeak(info) : kUnknown;
}

PeakSource peakSource() { return read_reason[0] == '\0' ? PeakSource::kFootprint : PeakSource::kNone; }

// Newer kernels let each thread collect small changes before they count; how much that can be is not documented.
int64_t peakBound() { return kUnknown; }

int reasons(const char* out[kMaxReasons]) {
  int count = 0;
  for (const char* reason : {read_reason, reset_reason}) {
    if (reason[0] != '\0') out[count++] = reason;
  }
  return count;
}

const char* missing(uint32_t metric) {
  if (read_reason[0] == '\0') return nullptr;
  switch (metric) {
    case kPeakRss:
    case kPeakGrowth:
    case kRssBefore:
    case kRssAfter:
    case kDiskRead:
    case kDiskWritten:
      return read_reason;
    default:
      return nullptr;
  }
}

}  // namespace spanmeter::probe
