// A span and the numbers that it leaves.
#pragma once

#include "../metrics.h"
#include "../span.h"
#include "memory.h"

namespace spanmeter::test {

struct Measured {
  Span span;
  double numbers[kSlotStride];

  void start(uint32_t how = 0) { startSpan(&span, how, numbers); }
  void stop() { stopSpan(&span, numbers); }
  double operator[](uint32_t place) const { return numbers[place]; }
};

// How far a peak may be off: what the platform says, and half a megabyte for what the test itself touches.
inline double tolerance() { return static_cast<double>(probe::peakBound()) + 0.5 * kMiB; }

}  // namespace spanmeter::test
