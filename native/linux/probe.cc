// Linux: getrusage, the clocks, and three files of /proc that are opened once and kept.
#include "../probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "../metrics.h"

namespace spanmeter::probe {
namespace {

// Far from the lowest numbers: whoever closes descriptors that are not theirs and then opens files must not get "5"
// written into one of them before we notice. Below 64 all the same: a higher one makes the kernel grow the table, which
// waits for all CPUs (5-20 ms). Room for two copies of the add-on.
constexpr int kHighDescriptor = 58;
constexpr int64_t kBlock = 512;
constexpr size_t kReasonLength = 120;

struct File {
  const char* path;
  int flags;
  // The footprint is read outside of the lock.
  std::atomic<int> descriptor;
  char reason[kReasonLength];
};

File clear_refs = {"/proc/self/clear_refs", O_WRONLY, -1, ""};
File statm = {"/proc/self/statm", O_RDONLY, -1, ""};
File status = {"/proc/self/status", O_RDONLY, -1, ""};

int64_t page_size = 4096;
int64_t bound = 0;
// ru_maxrss never shows less than this: the peak of the process that called exec, kept for ever. kUnknown: none seen.
int64_t exec_floor = kUnknown;
// The lowest ru_maxrss that was seen after a reset: a floor can't be above it.
int64_t lowest_base = INT64_MAX;

void note(File* file, const char* call) {
  // The GNU and the POSIX strerror_r differ; the names of the errors that matter here do not.
  const int error = errno;
  const char* name = error == EACCES   ? "EACCES"
                     : error == EPERM  ? "EPERM"
                     : error == EROFS  ? "EROFS"
                     : error == ENOENT ? "ENOENT"
                     : error == EMFILE ? "EMFILE"
                     : error == EINVAL ? "EINVAL"
                     : error == EBADF  ? "EBADF"
                                       : nullptr;
  if (name != nullptr) {
    snprintf(file->reason, kReasonLength, "%s %s: %s", call, file->path, name);
  } else {
    snprintf(file->reason, kReasonLength, "%s %s: errno %d", call, file->path, error);
  }
}

void openFile(File* file) {
  file->reason[0] = '\0';
  const int opened = open(file->path, file->flags | O_CLOEXEC);
  file->descriptor = opened;
  if (opened < 0) {
    note(file, "open");
    return;
  }
  const int high = fcntl(opened, F_DUPFD_CLOEXEC, kHighDescriptor);
  if (high < 0) return;
  close(opened);
  file->descriptor = high;
}

// Somebody closed it. Its number may be a stranger's file next.
void lose(File* file, const char* call) {
  if (errno == EBADF && file->descriptor.exchange(-1) >= 0) note(file, call);
}

int64_t clockTime(clockid_t clock) {
  timespec time;
  if (clock_gettime(clock, &time) != 0) return kUnknown;
  return time.tv_sec * INT64_C(1'000'000'000) + time.tv_nsec;
}

int64_t nanoseconds(const timeval& time) {
  return time.tv_sec * INT64_C(1'000'000'000) + time.tv_usec * INT64_C(1'000);
}

int64_t maxRss(const rusage& usage) { return static_cast<int64_t>(usage.ru_maxrss) * 1024; }

// Reads the file from its start into a zero-terminated buffer.
bool readFile(File* file, char* buffer, size_t size) {
  const int descriptor = file->descriptor;
  if (descriptor < 0) return false;
  ssize_t length;
  do {
    length = pread(descriptor, buffer, size - 1, 0);
  } while (length < 0 && errno == EINTR);
  if (length < 0) lose(file, "read");
  if (length <= 0) return false;
  buffer[length] = '\0';
  return true;
}

int64_t highWater() {
  char text[4096];
  if (!readFile(&status, text, sizeof text)) return kUnknown;
  const char* line = strstr(text, "\nVmHWM:");
  return line == nullptr ? kUnknown : strtoll(line + 7, nullptr, 10) * 1024;
}

// Another thread may have given memory back meanwhile. The high-water mark, which only rises, tells that apart.
bool isFloor(int64_t max_rss) {
  const int64_t high_water = highWater();
  return high_water == kUnknown || max_rss > high_water + bound;
}

int64_t peakOf(const rusage& usage) {
  const int64_t max_rss = maxRss(usage);
  return max_rss > exec_floor ? max_rss : highWater();
}

void fill(const rusage& from, Usage* usage) {
  usage->user = nanoseconds(from.ru_utime);
  usage->kernel = nanoseconds(from.ru_stime);
  usage->minor_faults = from.ru_minflt;
  usage->major_faults = from.ru_majflt;
  usage->voluntary_switches = from.ru_nvcsw;
  usage->involuntary_switches = from.ru_nivcsw;
  usage->disk_read = from.ru_inblock * kBlock;
  usage->disk_written = from.ru_oublock * kBlock;
}

}  // namespace

const char* platform() { return "linux"; }

void load() {
  openFile(&clear_refs);
  openFile(&statm);
  openFile(&status);
  page_size = sysconf(_SC_PAGESIZE);
  // The kernel counts pages for each CPU in batches before it adds them up, and growth is the difference of two
  // readings.
  const int64_t cpus = std::max(INT64_C(1), static_cast<int64_t>(sysconf(_SC_NPROCESSORS_ONLN)));
  bound = 2 * (std::max(INT64_C(32), 2 * cpus) - 1) * cpus * page_size;
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const int64_t high_water = highWater();
  if (high_water != kUnknown && maxRss(usage) > high_water + bound) exec_floor = maxRss(usage);
}

void reloadAfterFork() {
  for (File* file : {&clear_refs, &statm, &status}) {
    if (file->descriptor >= 0) close(file->descriptor);
    openFile(file);
  }
}

int64_t monotonicTime() { return clockTime(CLOCK_MONOTONIC); }

int64_t coarseTime() { return clockTime(CLOCK_MONOTONIC_COARSE); }

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
  return getrusage(RUSAGE_CHILDREN, &usage) == 0 ? maxRss(usage) : kUnknown;
}

int64_t rss() {
  char text[128];
  if (!readFile(&statm, text, sizeof text)) return kUnknown;
  char* rest;
  strtoll(text, &rest, 10);
  return strtoll(rest, nullptr, 10) * page_size;
}

void readUsage(Usage* usage) {
  rusage raw;
  getrusage(RUSAGE_SELF, &raw);
  fill(raw, usage);
  usage->peak = peakOf(raw);
}

bool resetPeak(Usage* base, int64_t* rss_at_base) {
  ssize_t written = -1;
  const int descriptor = clear_refs.descriptor;
  if (descriptor >= 0) {
    do {
      // Not write(2) of the C library: that is a place where threads are cancelled, and pays for it.
      written = syscall(SYS_write, descriptor, "5", 1);
    } while (written < 0 && errno == EINTR);
    if (written < 0) {
      note(&clear_refs, "write");
      lose(&clear_refs, "write");
    }
  }
  rusage raw;
  getrusage(RUSAGE_SELF, &raw);
  fill(raw, base);
  const bool want_rss = *rss_at_base != kUnknown;
  *rss_at_base = want_rss ? rss() : kUnknown;
  if (written != 1) {
    base->peak = peakOf(raw);
    return false;
  }
  const int64_t max_rss = maxRss(raw);
  // A floor can hide below the resident set size until that shrinks. It shows as the lowest base of all.
  const bool suspect = max_rss < lowest_base;
  lowest_base = std::min(lowest_base, max_rss);
  if (want_rss || suspect || max_rss <= exec_floor) {
    const int64_t exact = want_rss ? *rss_at_base : rss();
    if (exact != kUnknown && max_rss > exec_floor && max_rss > exact + bound && isFloor(max_rss)) exec_floor = max_rss;
    base->peak = max_rss > exec_floor ? max_rss : exact;
  } else {
    base->peak = max_rss;
  }
  return true;
}

int64_t exactPeak() {
  const int64_t high_water = highWater();
  if (high_water != kUnknown) return high_water;
  rusage raw;
  getrusage(RUSAGE_SELF, &raw);
  return peakOf(raw);
}

PeakSource peakSource() {
  if (exec_floor == kUnknown) return PeakSource::kMaxRss;
  return status.descriptor >= 0 ? PeakSource::kHighWater : PeakSource::kNone;
}

int64_t peakBound() { return bound; }

int reasons(const char* out[kMaxReasons]) {
  int count = 0;
  for (const File* file : {&clear_refs, &statm, &status}) {
    if (file->reason[0] != '\0') out[count++] = file->reason;
  }
  return count;
}

const char* missing(uint32_t metric) {
  if (statm.descriptor >= 0) return nullptr;
  const bool without_reset = clear_refs.descriptor < 0;
  const bool needs_footprint = metric == kRssBefore || metric == kRssAfter || (metric == kPeakGrowth && without_reset);
  return needs_footprint ? statm.reason : nullptr;
}

}  // namespace spanmeter::probe
