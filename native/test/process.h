// Child processes of tests.
#pragma once

#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cstdint>

#include "check.h"

namespace spanmeter::test {

// Forks and runs the body in the child, which ends as well as the body does. A child that hangs is ended by its alarm.
template <typename Body>
pid_t begin(Body body) {
  const pid_t child = fork();
  CHECK(child >= 0);
  if (child != 0) return child;
  alarm(30);
  body();
  _exit(0);
}

// Waits for a child and passes on how it ended: an exit code, or 128 and the signal.
inline int end(pid_t child) {
  int status;
  CHECK_EQUAL(waitpid(child, &status, 0), child);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

template <typename Body>
int inChild(Body body) {
  return end(begin(body));
}

// Uses the processor for that many nanoseconds of this thread's own time.
inline void spin(int64_t nanoseconds) {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  const int64_t begin = time.tv_sec * INT64_C(1'000'000'000) + time.tv_nsec;
  do {
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  } while (time.tv_sec * INT64_C(1'000'000'000) + time.tv_nsec - begin < nanoseconds);
}

}  // namespace spanmeter::test
