// What belongs to the process and not to a thread: which spans are open, and the peak that each of them has seen.
//
// The kernel keeps one peak. Each start resets it, so before that the peak so far is folded into every open span:
// inner and outer spans are then both right. One lock guards it all.
#pragma once

#include <cstdint>

#include "probe.h"

namespace spanmeter {

struct Span {
  bool open = false;
  bool full = false;
  // It stands for all that the process does: nothing runs beside it, nor it beside others.
  bool whole = false;
  // Somebody else reset the peak meanwhile.
  bool lower_bound = false;
  // The peak was reset at the start; otherwise only what rises above `base.peak` is known.
  bool reset = false;
  int64_t wall = 0;
  int64_t thread_cpu = 0;
  int64_t children_cpu = 0;
  // Resident set size at the start, or kUnknown.
  int64_t rss = kUnknown;
  // The highest peak folded in so far.
  int64_t peak = kUnknown;
  Usage base;
  // Neighbours in the list of open spans, and what `concurrent` is counted from.
  Span* previous = nullptr;
  Span* next = nullptr;
  uint64_t open_at_start = 0;
  uint64_t started_at_start = 0;
};

enum class PeakPolicy { kReset, kLeave };

namespace peak {

// Loads the probe once a process.
void load();
void setPolicy(PeakPolicy policy);
PeakPolicy policy();

// Puts the span into the list and takes its base: `base`, `reset`, and `rss` where it is known or needed.
// `now` is the coarse time.
void open(Span* span, int64_t now);
// Takes it out of the list. `span->peak` then holds the peak. `now` is the exact time of the stop. Returns the number
// of concurrent spans.
uint64_t close(Span* span, int64_t now, Usage* end);
// Takes it out without a result.
void drop(Span* span);

int64_t lifetime();
// Whether a reset works; tries one unless the policy forbids it or a span has done so.
bool canReset();

}  // namespace peak
}  // namespace spanmeter
