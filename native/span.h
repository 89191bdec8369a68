// A span's measurement: what is read at the start and at the stop, in which order, and what follows from it.
#pragma once

#include "peak.h"

namespace spanmeter {

// `numbers`: the slot, kSlotStride numbers. Only the numbers named in metrics.h are written.
void startSpan(Span* span, bool full, double* numbers);
void stopSpan(Span* span, double* numbers);

}  // namespace spanmeter
