#include "between.h"

#include <vector>

namespace spanmeter {
namespace {

constexpr size_t kFunctions = 3;
constexpr size_t kUsualArguments = 8;

void dropException(napi_env env) {
  bool pending = false;
  napi_value ignored;
  if (napi_is_exception_pending(env, &pending) == napi_ok && pending) napi_get_and_clear_last_exception(env, &ignored);
}

bool isUndefined(napi_env env, napi_value value) {
  napi_valuetype type;
  return napi_typeof(env, value, &type) != napi_ok || type == napi_undefined;
}

napi_value callAll(napi_env env, napi_value self, size_t count, const napi_value* arguments) {
  const napi_value* rest = arguments + kFunctions;
  const size_t restCount = count - kFunctions;
  napi_value token;
  const bool watched = napi_call_function(env, self, arguments[0], restCount, rest, &token) == napi_ok;
  if (!watched) dropException(env);

  napi_value result = nullptr;
  const bool returned = napi_call_function(env, self, arguments[1], restCount, rest, &result) == napi_ok;
  bool threw = false;
  if (!returned) {
    // Not an exception: the thread is being terminated, and runs no more JavaScript.
    if (napi_is_exception_pending(env, &threw) != napi_ok || !threw) return nullptr;
    if (napi_get_and_clear_last_exception(env, &result) != napi_ok) return nullptr;
  }

  napi_value flag;
  if (watched && !isUndefined(env, token) && napi_get_boolean(env, threw, &flag) == napi_ok) {
    const napi_value seen[] = {token, flag, result};
    napi_value ignored;
    if (napi_call_function(env, self, arguments[2], kFunctions, seen, &ignored) != napi_ok) dropException(env);
  }
  if (threw) napi_throw(env, result);
  return threw ? nullptr : result;
}

}  // namespace

napi_value callBetween(napi_env env, napi_callback_info info) {
  napi_value usual[kUsualArguments];
  size_t count = kUsualArguments;
  napi_value self;
  if (napi_get_cb_info(env, info, &count, usual, &self, nullptr) != napi_ok) return nullptr;
  if (count < kFunctions) {
    napi_throw_type_error(env, nullptr, "spanmeter: callBetween takes three functions");
    return nullptr;
  }
  if (count <= kUsualArguments) return callAll(env, self, count, usual);
  std::vector<napi_value> many(count);
  if (napi_get_cb_info(env, info, &count, many.data(), &self, nullptr) != napi_ok) return nullptr;
  return callAll(env, self, count, many.data());
}

}  // namespace spanmeter
