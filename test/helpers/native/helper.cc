// What tests need to have done natively: known amounts of memory and CPU, and things that processes do to themselves.
#include <node_api.h>
#include <pthread.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace {

constexpr size_t kMostArguments = 2;

struct Arguments {
  napi_value values[kMostArguments] = {};

  Arguments(napi_env env, napi_callback_info info) {
    size_t count = kMostArguments;
    napi_get_cb_info(env, info, &count, values, nullptr, nullptr);
  }

  double number(napi_env env, int index) const {
    double value = 0;
    napi_get_value_double(env, values[index], &value);
    return value;
  }
};

napi_value number(napi_env env, double value) {
  napi_value result;
  napi_create_double(env, value, &result);
  return result;
}

void sleepFor(double milliseconds) {
  const long nanoseconds = static_cast<long>(milliseconds * 1e6);
  timespec rest = {nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  while (nanosleep(&rest, &rest) != 0) {
  }
}

void* mapTouched(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
  if (memory == MAP_FAILED) return nullptr;
#ifdef __linux__
  // Huge pages would be touched 2 MiB at a time.
  madvise(memory, bytes, MADV_NOHUGEPAGE);
#endif
  const size_t page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  for (size_t offset = 0; offset < bytes; offset += page) static_cast<volatile char*>(memory)[offset] = 1;
  return memory;
}

// hold(bytes, milliseconds): maps memory, touches each page, holds it and gives it back. Returns whether it could.
napi_value hold(napi_env env, napi_callback_info info) {
  const Arguments arguments(env, info);
  const size_t bytes = static_cast<size_t>(arguments.number(env, 0));
  void* memory = mapTouched(bytes);
  if (memory == nullptr) return number(env, 0);
  sleepFor(arguments.number(env, 1));
  munmap(memory, bytes);
  return number(env, 1);
}

double threadCpu() {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

void spinFor(double milliseconds) {
  const double end = threadCpu() + milliseconds;
  while (threadCpu() < end) {
  }
}

// spin(milliseconds): uses that much CPU of this thread, however long that takes.
napi_value spin(napi_env env, napi_callback_info info) {
  spinFor(Arguments(env, info).number(env, 0));
  return nullptr;
}

void* spinBody(void* milliseconds) {
  spinFor(*static_cast<double*>(milliseconds));
  return nullptr;
}

// spinElsewhere(milliseconds): the same in a thread of its own, which has ended when this returns.
napi_value spinElsewhere(napi_env env, napi_callback_info info) {
  double milliseconds = Arguments(env, info).number(env, 0);
  pthread_t thread;
  if (pthread_create(&thread, nullptr, spinBody, &milliseconds) == 0) pthread_join(thread, nullptr);
  return nullptr;
}

#ifdef __linux__
// undumpable(): what Node is after it was started with file capabilities: /proc/self then belongs to root.
napi_value undumpable(napi_env env, napi_callback_info) { return number(env, prctl(PR_SET_DUMPABLE, 0)); }
#endif

void* kept = nullptr;
size_t kept_bytes = 0;

// keep(bytes): maps and touches memory that stays; giveBack() unmaps it.
napi_value keep(napi_env env, napi_callback_info info) {
  kept_bytes = static_cast<size_t>(Arguments(env, info).number(env, 0));
  kept = mapTouched(kept_bytes);
  return number(env, kept != nullptr);
}

napi_value giveBack(napi_env, napi_callback_info) {
  if (kept != nullptr) munmap(kept, kept_bytes);
  kept = nullptr;
  return nullptr;
}

napi_value initialize(napi_env env, napi_value exports) {
  const struct {
    const char* name;
    napi_callback call;
  } entries[] = {
      {"hold", hold},
      {"spin", spin},
      {"spinElsewhere", spinElsewhere},
      {"keep", keep},
      {"giveBack", giveBack},
#ifdef __linux__
      {"undumpable", undumpable},
#endif
  };
  for (const auto& entry : entries) {
    napi_value function;
    napi_create_function(env, entry.name, NAPI_AUTO_LENGTH, entry.call, nullptr, &function);
    napi_set_named_property(env, exports, entry.name, function);
  }
  return exports;
}

}  // namespace

NAPI_MODULE(helper, initialize)
