// What a pair of start and stop costs at least: its system calls in a plain C++ loop, without a lock, a fold, an
// argument or a result. For benchmarks only; it never ships.
#include <fcntl.h>
#include <node_api.h>
#include <stdint.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

namespace {

int clear_refs = -1;
int statm = -1;
// Keeps the compiler from leaving out what nobody looks at.
volatile int64_t sink;

void clockTime(clockid_t clock) {
  timespec time;
  clock_gettime(clock, &time);
  sink = time.tv_nsec;
}

void usage(int who) {
  rusage usage;
  getrusage(who, &usage);
  sink = usage.ru_utime.tv_usec;
}

void readStatm() {
  char text[128];
  sink = pread(statm, text, sizeof text, 0);
}

void startCore() {
  clockTime(CLOCK_REALTIME);
  sink = write(clear_refs, "5", 1);
  usage(RUSAGE_SELF);
}

void startClocks() {
  clockTime(CLOCK_THREAD_CPUTIME_ID);
  clockTime(CLOCK_MONOTONIC);
}

void stopCore() {
  clockTime(CLOCK_MONOTONIC);
  clockTime(CLOCK_THREAD_CPUTIME_ID);
  usage(RUSAGE_SELF);
}

void corePair() {
  startCore();
  startClocks();
  stopCore();
}

void fullPair() {
  startCore();
  readStatm();
  usage(RUSAGE_CHILDREN);
  startClocks();
  stopCore();
  readStatm();
  usage(RUSAGE_CHILDREN);
}

template <void (*Pair)()>
napi_value repeat(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value argument;
  uint32_t pairs = 0;
  if (napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr) != napi_ok ||
      napi_get_value_uint32(env, argument, &pairs) != napi_ok) {
    return nullptr;
  }
  for (uint32_t pair = 0; pair < pairs; pair += 1) Pair();
  return nullptr;
}

bool add(napi_env env, napi_value exports, const char* name, napi_callback call) {
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, call, nullptr, &function) == napi_ok &&
         napi_set_named_property(env, exports, name, function) == napi_ok;
}

}  // namespace

NAPI_MODULE_INIT() {
  clear_refs = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);
  statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  if (clear_refs < 0 || statm < 0 || write(clear_refs, "5", 1) != 1) {
    napi_throw_error(env, nullptr,
                     "floor: /proc/self/clear_refs or statm can't be used here: there is nothing to compare");
    return nullptr;
  }
  if (!add(env, exports, "floorCore", repeat<corePair>) || !add(env, exports, "floorFull", repeat<fullPair>)) {
    napi_throw_error(env, nullptr, "floor: out of memory while loading");
  }
  return exports;
}
