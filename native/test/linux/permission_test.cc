// What is left when the files of /proc are not to be had.
#include <sys/prctl.h>
#include <unistd.h>

#include <cstring>

#include "../../metrics.h"
#include "../../probe.h"
#include "../check.h"
#include "../files.h"
#include "../memory.h"
#include "../process.h"

using namespace spanmeter;
using namespace spanmeter::test;

namespace {

bool mentions(const char* call) {
  const char* reasons[probe::kMaxReasons];
  const int count = probe::reasons(reasons);
  for (int index = 0; index < count; index += 1) {
    if (strstr(reasons[index], call) != nullptr) return true;
  }
  return false;
}

}  // namespace

TEST(probe_says_when_it_may_not_reset_the_peak) {
  CHECK_EQUAL(inChild([] {
                // Root may do it all the same, so be nobody.
                if (getuid() == 0) CHECK_EQUAL(setuid(65534), 0);
                CHECK_EQUAL(prctl(PR_SET_DUMPABLE, 0), 0);
                probe::load();
                Usage base;
                int64_t rss = 0;
                CHECK(!probe::resetPeak(&base, &rss));
                CHECK(mentions("clear_refs: EACCES"));
                CHECK(base.peak > kMiB);
                CHECK(base.user >= 0);
                CHECK(rss > kMiB);
              }),
              0);
}

TEST(probe_keeps_a_permission_that_it_had_when_it_was_loaded) {
  probe::load();
  CHECK_EQUAL(prctl(PR_SET_DUMPABLE, 0), 0);
  Usage base;
  int64_t rss = 0;
  CHECK(probe::resetPeak(&base, &rss));
  CHECK(!mentions("clear_refs"));
  CHECK_EQUAL(prctl(PR_SET_DUMPABLE, 1), 0);
}

TEST(probe_without_proc_gives_what_is_left) {
  if (getuid() != 0) skip("chroot needs root");
  const Folder folder;
  CHECK_EQUAL(inChild([&] {
                CHECK_EQUAL(chroot(folder.path().c_str()), 0);
                probe::load();
                CHECK(mentions("clear_refs: ENOENT"));
                CHECK(mentions("statm: ENOENT"));
                CHECK(mentions("status: ENOENT"));
                CHECK_EQUAL(probe::rss(), kUnknown);
                CHECK(probe::missing(kRssBefore) != nullptr);
                CHECK(probe::missing(kWallTime) == nullptr);
                Usage usage;
                int64_t rss = 0;
                CHECK(!probe::resetPeak(&usage, &rss));
                CHECK_EQUAL(rss, kUnknown);
                CHECK(usage.peak > kMiB);
                CHECK(probe::exactPeak() > kMiB);
              }),
              0);
}
