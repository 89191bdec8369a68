// Calls a function between two others without a JavaScript frame of ours: the stack of an error that a test throws
// stays what it is without a monitor.
#pragma once

#include <node_api.h>

namespace spanmeter {

// callBetween(before, original, after, ...arguments), with the `this` of the call for all three.
// before(...arguments) gives a token. original(...arguments) gives or throws the result. after(token, threw, result)
// looks at it. What before and after throw is dropped. When before gives undefined, after is not called.
napi_value callBetween(napi_env env, napi_callback_info info);

}  // namespace spanmeter
