#include <fcntl.h>
#include <unistd.h>

#include "../check.h"
#include "../measured.h"

using namespace spanmeter;
using namespace spanmeter::test;

namespace {

// What another program in this process would do.
void resetFromOutside() {
  const int file = ::open("/proc/self/clear_refs", O_WRONLY);
  CHECK(file >= 0);
  CHECK_EQUAL(::write(file, "5", 1), 1);
  close(file);
}

}  // namespace

TEST(span_says_when_somebody_else_reset_the_peak) {
  peak::load();
  Measured measured;
  {
    const Touched memory(64 * kMiB);
    measured.start();
  }
  resetFromOutside();
  measured.stop();
  CHECK_EQUAL(measured[kPeakIsLowerBound], 1.0);
  measured.start();
  measured.stop();
  CHECK_EQUAL(measured[kPeakIsLowerBound], 0.0);
}

TEST(span_keeps_what_it_saw_before_somebody_else_reset_the_peak) {
  peak::load();
  Measured outer;
  Measured inner;
  outer.start();
  touchAndFree(64 * kMiB);
  inner.start();
  inner.stop();
  resetFromOutside();
  outer.stop();
  CHECK_NEAR(outer[kPeakGrowth], 64.0 * kMiB, tolerance());
}
