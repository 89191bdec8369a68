#include "environment.h"

#include <algorithm>
#include <limits>
#include <new>

#include "lock.h"
#include "metrics.h"

namespace spanmeter {

Lock::~Lock() { releaseLock(descriptor); }

Environment::~Environment() {
  for (uint32_t slot = 0; slot < slots_; slot += 1) {
    peak::drop(spans_[slot]);
    delete spans_[slot];
  }
  free(spans_);
}

double* Environment::numbers(uint32_t slot) const { return numbers_ + static_cast<size_t>(slot) * kSlotStride; }

bool Environment::resize(uint32_t slots) {
  Span** spans = static_cast<Span**>(realloc(spans_, sizeof(Span*) * slots));
  if (spans == nullptr) return false;
  spans_ = spans;

  const Napi::Env env = exports_.Env();
  Napi::Float64Array array = Napi::Float64Array::New(env, static_cast<size_t>(slots) * kSlotStride);
  if (env.IsExceptionPending()) return false;
  double* numbers = array.Data();
  const size_t kept = static_cast<size_t>(slots_) * kSlotStride;
  std::copy(numbers_, numbers_ + kept, numbers);
  std::fill(numbers + kept, numbers + array.ElementLength(), std::numeric_limits<double>::quiet_NaN());

  for (uint32_t slot = slots_; slot < slots; slot += 1) {
    spans_[slot] = new (std::nothrow) Span();
    if (spans_[slot] == nullptr) {
      while (slot > slots_) delete spans_[--slot];
      return false;
    }
  }
  slots_ = slots;
  array_ = Napi::Persistent(array.As<Napi::Object>());
  numbers_ = numbers;
  exports_.Set("numbers", array);
  return true;
}

}  // namespace spanmeter
