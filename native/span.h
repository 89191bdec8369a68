// A span's measurement: what is read at the start and at the stop, in which order, and what follows from it.
#pragma once

#include "peak.h"

namespace spanmeter {

// How a span is measured: bits of one number, as JavaScript hands it over.
constexpr uint32_t kFull = 1;
// It stands for all that the process does, in whichever thread: it is not beside others, and none is beside it.
constexpr uint32_t kWhole = 2;

// `numbers`: the slot, kSlotStride numbers. Only the numbers named in metrics.h are written.
void startSpan(Span* span, uint32_t how, double* numbers);
void stopSpan(Span* span, double* numbers);

}  // namespace spanmeter
