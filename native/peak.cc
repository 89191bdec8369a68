#include "peak.h"

#include <pthread.h>

#include <algorithm>

namespace spanmeter::peak {
namespace {

// Faults that may come between reading the peak and resetting it before what they brought is missed: a few pages more
// or less are within every peak's bound.
constexpr int64_t kFewFaults = 16;

struct State {
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  bool loaded = false;
  PeakPolicy policy = PeakPolicy::kReset;
  bool tried_reset = false;
  bool reset_works = false;
  Span* open_spans = nullptr;
  uint64_t open_count = 0;
  uint64_t started = 0;
  // The highest peak of the process that was read.
  int64_t lifetime = kUnknown;
  // The highest peak that was read since the last reset: a lower one tells of a reset by somebody else.
  int64_t seen = kUnknown;
  int64_t last_stop = 0;
};

State state;

// std::mutex throws.
class Guard {
 public:
  Guard() { pthread_mutex_lock(&state.lock); }
  ~Guard() { pthread_mutex_unlock(&state.lock); }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
};

void lockForFork() { pthread_mutex_lock(&state.lock); }
void unlockAfterFork() { pthread_mutex_unlock(&state.lock); }
void unlockInChild() {
  probe::reloadAfterFork();
  pthread_mutex_unlock(&state.lock);
}

// Takes note of a peak that was read now, for every open span and for the process.
void fold(int64_t peak_now) {
  if (peak_now == kUnknown) return;
  const bool foreign_reset = state.seen != kUnknown && peak_now + std::max(probe::peakBound(), INT64_C(0)) < state.seen;
  state.seen = foreign_reset ? peak_now : std::max(state.seen, peak_now);
  state.lifetime = std::max(state.lifetime, peak_now);
  for (Span* span = state.open_spans; span != nullptr; span = span->next) {
    span->peak = std::max(span->peak, peak_now);
    span->lower_bound = span->lower_bound || foreign_reset;
  }
}

// Reading and resetting are two calls. When this thread is held up between them, another one can touch memory and give
// it back, and no span sees it.
void markOpenSpans() {
  for (Span* span = state.open_spans; span != nullptr; span = span->next) span->lower_bound = true;
}

bool tryReset(Usage* base, int64_t* rss) {
  const bool done = probe::resetPeak(base, rss);
  if (!state.tried_reset) state.reset_works = done;
  state.tried_reset = true;
  if (done) state.seen = kUnknown;
  return done;
}

bool mayReset() { return state.policy == PeakPolicy::kReset && (!state.tried_reset || state.reset_works); }

void takeOut(Span* span) {
  if (span->previous != nullptr) span->previous->next = span->next;
  if (span->next != nullptr) span->next->previous = span->previous;
  if (state.open_spans == span) state.open_spans = span->next;
  span->previous = span->next = nullptr;
  span->open = false;
  if (!span->whole) state.open_count -= 1;
}

}  // namespace

void load() {
  const Guard guard;
  if (state.loaded) return;
  state.loaded = true;
  probe::load();
  state.lifetime = probe::exactPeak();
  pthread_atfork(lockForFork, unlockAfterFork, unlockInChild);
}

void setPolicy(PeakPolicy policy) {
  const Guard guard;
  state.policy = policy;
}

PeakPolicy policy() {
  const Guard guard;
  return state.policy;
}

void open(Span* span, int64_t now) {
  const Guard guard;
  span->lower_bound = false;
  span->rss = span->full ? 0 : kUnknown;
  span->reset = false;
  if (mayReset()) {
    // A peak between spans would be lost by this reset. Reading it costs a system call, which is left out when the
    // clock has not ticked since the last span ended: in a few milliseconds little can have happened.
    Usage before;
    if (state.open_spans != nullptr || now > state.last_stop) {
      probe::readUsage(&before);
      fold(before.peak);
    }
    span->reset = tryReset(&span->base, &span->rss);
    if (span->reset && span->base.minor_faults - before.minor_faults > kFewFaults) markOpenSpans();
  } else {
    probe::readUsage(&span->base);
  }
  // Without a reset there is no peak at the start to measure growth from.
  if (!span->reset) span->rss = probe::rss();
  fold(span->base.peak);
  span->peak = span->base.peak;
  if (!span->whole) {
    span->open_at_start = state.open_count;
    span->started_at_start = ++state.started;
    state.open_count += 1;
  }
  span->previous = nullptr;
  span->next = state.open_spans;
  if (span->next != nullptr) span->next->previous = span;
  state.open_spans = span;
  span->open = true;
}

uint64_t close(Span* span, int64_t now, Usage* end) {
  const Guard guard;
  probe::readUsage(end);
  fold(end->peak);
  if (end->peak == kUnknown) span->peak = kUnknown;
  takeOut(span);
  state.last_stop = now;
  return span->whole ? 0 : span->open_at_start + (state.started - span->started_at_start);
}

void drop(Span* span) {
  const Guard guard;
  if (span->open) takeOut(span);
}

int64_t lifetime() {
  const Guard guard;
  state.lifetime = std::max(state.lifetime, probe::exactPeak());
  return state.lifetime;
}

bool canReset() {
  const Guard guard;
  if (!state.tried_reset && state.policy == PeakPolicy::kReset) {
    Usage usage;
    int64_t rss = kUnknown;
    probe::readUsage(&usage);
    fold(usage.peak);
    tryReset(&usage, &rss);
  }
  return state.reset_works;
}

}  // namespace spanmeter::peak
