// The face to JavaScript: takes arguments apart and calls the rooms behind. src/collector/binding.ts describes it.
#include <napi.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <sys/random.h>
#endif

#include <cerrno>
#include <limits>
#include <new>
#include <string>

#include "between.h"
#include "environment.h"
#include "lock.h"
#include "metrics.h"
#include "peak.h"
#include "span.h"

namespace spanmeter {
namespace {

constexpr uint32_t kFirstSlots = 64;
constexpr uint32_t kMostSlots = 1u << 20;

// start and stop are what every span pays for: raw Node-API, which costs a third of the wrapped call.

napi_value start(napi_env env, napi_callback_info info) {
  size_t count = 2;
  napi_value arguments[2];
  void* data;
  uint32_t slot;
  uint32_t how;
  if (napi_get_cb_info(env, info, &count, arguments, nullptr, &data) != napi_ok) return nullptr;
  if (napi_get_value_uint32(env, arguments[0], &slot) != napi_ok) return nullptr;
  if (napi_get_value_uint32(env, arguments[1], &how) != napi_ok) return nullptr;
  const Environment* environment = static_cast<Environment*>(data);
  if (slot < environment->slots()) startSpan(environment->span(slot), how, environment->numbers(slot));
  return nullptr;
}

napi_value stop(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value arguments[1];
  void* data;
  uint32_t slot;
  if (napi_get_cb_info(env, info, &count, arguments, nullptr, &data) != napi_ok) return nullptr;
  if (napi_get_value_uint32(env, arguments[0], &slot) != napi_ok) return nullptr;
  const Environment* environment = static_cast<Environment*>(data);
  if (slot < environment->slots()) stopSpan(environment->span(slot), environment->numbers(slot));
  return nullptr;
}

Environment& environmentOf(const Napi::CallbackInfo& info) { return *static_cast<Environment*>(info.Data()); }

int32_t integer(const Napi::CallbackInfo& info) {
  return info[0].IsNumber() ? info[0].As<Napi::Number>().Int32Value() : -1;
}

std::string text(const Napi::CallbackInfo& info, size_t index) {
  return info[index].IsString() ? info[index].As<Napi::String>().Utf8Value() : std::string();
}

Napi::Value number(const Napi::CallbackInfo& info, int64_t value) {
  return Napi::Number::New(info.Env(),
                           value == kUnknown ? std::numeric_limits<double>::quiet_NaN() : static_cast<double>(value));
}

Napi::Value code(const Napi::CallbackInfo& info, int value) { return Napi::Number::New(info.Env(), value); }

Napi::Value grow(const Napi::CallbackInfo& info) {
  Environment& environment = environmentOf(info);
  if (environment.slots() >= kMostSlots || !environment.resize(environment.slots() * 2)) {
    if (!info.Env().IsExceptionPending()) {
      Napi::RangeError::New(info.Env(), "spanmeter: no room for more open spans").ThrowAsJavaScriptException();
    }
    return info.Env().Undefined();
  }
  return environment.array();
}

Napi::Value drop(const Napi::CallbackInfo& info) {
  const Environment& environment = environmentOf(info);
  const int32_t slot = integer(info);
  if (slot >= 0 && static_cast<uint32_t>(slot) < environment.slots()) {
    peak::drop(environment.span(static_cast<uint32_t>(slot)));
  }
  return info.Env().Undefined();
}

Napi::Value setPeak(const Napi::CallbackInfo& info) {
  peak::setPolicy(text(info, 0) == "leave" ? PeakPolicy::kLeave : PeakPolicy::kReset);
  return info.Env().Undefined();
}

Napi::Value lifetimePeak(const Napi::CallbackInfo& info) { return number(info, peak::lifetime()); }

Napi::Value childrenPeak(const Napi::CallbackInfo& info) { return number(info, probe::childrenPeak()); }

Napi::Value rss(const Napi::CallbackInfo& info) { return number(info, probe::rss()); }

Napi::Value now(const Napi::CallbackInfo& info) { return number(info, probe::realTimeMicros()); }

const char* peakMode() {
  if (!peak::canReset() || peak::policy() == PeakPolicy::kLeave) {
    return probe::peakSource() == PeakSource::kNone ? "none" : "left";
  }
  switch (probe::peakSource()) {
    case PeakSource::kMaxRss:
      return "maxrss";
    case PeakSource::kHighWater:
      return "hwm";
    case PeakSource::kFootprint:
      return "footprint";
    case PeakSource::kNone:
      break;
  }
  return "none";
}

Napi::Value capabilities(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  Napi::Object result = Napi::Object::New(env);
  result["platform"] = probe::platform();
  result["mode"] = "native";
  result["peakMode"] = peakMode();
  const char* reasons[probe::kMaxReasons];
  const int count = probe::reasons(reasons);
  Napi::Array list = Napi::Array::New(env);
  for (int index = 0; index < count; index += 1) list[static_cast<uint32_t>(index)] = reasons[index];
  result["reasons"] = list;
  result["peakBound"] = number(info, probe::peakBound());
  Napi::Object missing = Napi::Object::New(env);
  for (uint32_t metric = 0; metric < kMetricCount; metric += 1) {
    const char* reason = probe::missing(metric);
    if (reason != nullptr) missing[kMetricNames[metric]] = reason;
  }
  result["missing"] = missing;
  return result;
}

// What the loader compares with the TypeScript side.
Napi::Object layout(Napi::Env env) {
  Napi::Object result = Napi::Object::New(env);
  Napi::Array metrics = Napi::Array::New(env);
  for (uint32_t metric = 0; metric < kMetricCount; metric += 1) metrics[metric] = kMetricNames[metric];
  result["metrics"] = metrics;
  result["stride"] = kSlotStride;
  result["startedAt"] = kStartedAt;
  result["concurrent"] = kConcurrent;
  result["peakIsLowerBound"] = kPeakIsLowerBound;
  return result;
}

// 128 random bits as hexadecimal digits; nothing where the system has none.
Napi::Value randomId(const Napi::CallbackInfo& info) {
  static constexpr char kDigits[] = "0123456789abcdef";
  unsigned char bytes[16];
  if (::getentropy(bytes, sizeof bytes) != 0) return Napi::String::New(info.Env(), "");
  char digits[2 * sizeof bytes];
  for (size_t index = 0; index < sizeof bytes; index += 1) {
    digits[2 * index] = kDigits[bytes[index] >> 4];
    digits[2 * index + 1] = kDigits[bytes[index] & 15];
  }
  return Napi::String::New(info.Env(), digits, sizeof digits);
}

Napi::Value journalOpen(const Napi::CallbackInfo& info) {
  Journal* journal = new (std::nothrow) Journal();
  if (journal == nullptr) return code(info, -ENOMEM);
  const int error = journal->open(text(info, 0).c_str());
  if (error != 0) {
    delete journal;
    return code(info, -error);
  }
  const int32_t handle = environmentOf(info).journals.add(journal);
  return code(info, handle < 0 ? -ENOMEM : handle);
}

// Puts the UTF-8 bytes of a string where the journal wants its next line. Returns 0 or errno.
int fetchLine(napi_env env, napi_value value, Journal* journal, size_t* length) {
  // A character may need four bytes, and what does not fit is left out whole.
  constexpr size_t kLongestCharacter = 4;
  char* line = journal->reserve(1);
  if (line == nullptr) return ENOMEM;
  if (napi_get_value_string_utf8(env, value, line, journal->room(), length) != napi_ok) return EINVAL;
  if (*length + kLongestCharacter < journal->room()) return 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, length) != napi_ok) return EINVAL;
  line = journal->reserve(*length + 1);
  if (line == nullptr) return ENOMEM;
  return napi_get_value_string_utf8(env, value, line, *length + 1, length) == napi_ok ? 0 : EINVAL;
}

Napi::Value journalAppend(const Napi::CallbackInfo& info) {
  Journal* journal = environmentOf(info).journals.at(integer(info));
  if (journal == nullptr) return code(info, EBADF);
  size_t length;
  const int error = fetchLine(info.Env(), info[1], journal, &length);
  return code(info, error != 0 ? error : journal->append(length));
}

// The line with a slot's first numbers behind it. In JavaScript the text of the numbers is garbage of 2 KB a test,
// which makes the young generation of the tests' process grow.
Napi::Value journalAppendSlot(const Napi::CallbackInfo& info) {
  Environment& environment = environmentOf(info);
  Journal* journal = environment.journals.at(integer(info));
  if (journal == nullptr) return code(info, EBADF);
  const uint32_t slot = info[2].ToNumber().Uint32Value();
  const uint32_t count = info[3].ToNumber().Uint32Value();
  if (slot >= environment.slots() || count > kSlotStride) return code(info, EINVAL);
  size_t length;
  const int error = fetchLine(info.Env(), info[1], journal, &length);
  if (error != 0) return code(info, error);
  char* line = journal->reserve(length + count * kLongestNumber);
  if (line == nullptr) return code(info, ENOMEM);
  return code(info, journal->append(length + writeNumbers(line + length, environment.numbers(slot), count)));
}

Napi::Value journalMove(const Napi::CallbackInfo& info) {
  Journal* journal = environmentOf(info).journals.at(integer(info));
  return code(info, journal == nullptr ? EBADF : journal->move(text(info, 1).c_str()));
}

Napi::Value journalIsOpen(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), isOpenElsewhere(text(info, 0).c_str()));
}

Napi::Value journalClose(const Napi::CallbackInfo& info) {
  environmentOf(info).journals.remove(integer(info));
  return info.Env().Undefined();
}

Napi::Value lock(const Napi::CallbackInfo& info) {
  const int descriptor = takeLock(text(info, 0).c_str());
  if (descriptor < 0) return code(info, descriptor);
  Lock* taken = new (std::nothrow) Lock(descriptor);
  if (taken == nullptr) {
    releaseLock(descriptor);
    return code(info, -ENOMEM);
  }
  const int32_t handle = environmentOf(info).locks.add(taken);
  return code(info, handle < 0 ? -ENOMEM : handle);
}

Napi::Value unlock(const Napi::CallbackInfo& info) {
  environmentOf(info).locks.remove(integer(info));
  return info.Env().Undefined();
}

Napi::Object fail(Napi::Env env, Napi::Object exports) {
  if (!env.IsExceptionPending()) {
    Napi::Error::New(env, "spanmeter: out of memory while loading").ThrowAsJavaScriptException();
  }
  return exports;
}

Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  peak::load();
  Environment* environment = new (std::nothrow) Environment(exports);
  if (environment == nullptr) return fail(env, exports);
  env.SetInstanceData(environment);
  if (!environment->resize(kFirstSlots)) return fail(env, exports);

  napi_value function;
  if (napi_create_function(env, "start", NAPI_AUTO_LENGTH, start, environment, &function) != napi_ok) {
    return fail(env, exports);
  }
  exports.Set("start", Napi::Value(env, function));
  if (napi_create_function(env, "stop", NAPI_AUTO_LENGTH, stop, environment, &function) != napi_ok) {
    return fail(env, exports);
  }
  exports.Set("stop", Napi::Value(env, function));
  if (napi_create_function(env, "callBetween", NAPI_AUTO_LENGTH, callBetween, nullptr, &function) != napi_ok) {
    return fail(env, exports);
  }
  exports.Set("callBetween", Napi::Value(env, function));

  struct Entry {
    const char* name;
    Napi::Value (*call)(const Napi::CallbackInfo&);
  };
  constexpr Entry kEntries[] = {
      {"grow", grow},
      {"drop", drop},
      {"setPeak", setPeak},
      {"lifetimePeak", lifetimePeak},
      {"childrenPeak", childrenPeak},
      {"rss", rss},
      {"now", now},
      {"capabilities", capabilities},
      {"randomId", randomId},
      {"journalOpen", journalOpen},
      {"journalAppend", journalAppend},
      {"journalAppendSlot", journalAppendSlot},
      {"journalMove", journalMove},
      {"journalIsOpen", journalIsOpen},
      {"journalClose", journalClose},
      {"lock", lock},
      {"unlock", unlock},
  };
  for (const Entry& entry : kEntries) {
    exports.Set(entry.name, Napi::Function::New(env, entry.call, entry.name, environment));
  }
  exports.Set("layout", layout(env));
  return exports;
}

}  // namespace
}  // namespace spanmeter

static Napi::Object Initialize(Napi::Env env, Napi::Object exports) { return spanmeter::initialize(env, exports); }

NODE_API_MODULE(spanmeter, Initialize)
