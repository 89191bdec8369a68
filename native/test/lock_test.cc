#include "../lock.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <new>
#include <vector>

#include "check.h"
#include "files.h"
#include "process.h"

using namespace spanmeter;
using namespace spanmeter::test;

namespace {

// When this process started, as the kernel's stat names it: the 22nd field.
std::string ownStart() {
  const std::string stat = contentOf("/proc/self/stat");
  if (stat.empty()) skip("there is no /proc/self/stat");
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string field;
  for (int number = 3; number <= 22; number += 1) fields >> field;
  return field;
}

int takeOnce(const std::string& path) {
  const int lock = takeLock(path.c_str());
  if (lock >= 0) releaseLock(lock);
  return lock < 0 ? lock : 0;
}

}  // namespace

TEST(lock_has_one_holder) {
  const Folder folder;
  const std::string path = folder / "lock";
  const int lock = takeLock(path.c_str());
  CHECK(lock >= 0);
  CHECK_EQUAL(takeOnce(path), -EWOULDBLOCK);
  CHECK_EQUAL(inChild([&] { CHECK_EQUAL(takeOnce(path), -EWOULDBLOCK); }), 0);
  releaseLock(lock);
  CHECK_EQUAL(inChild([&] { CHECK_EQUAL(takeOnce(path), 0); }), 0);
  CHECK_EQUAL(takeOnce(path), 0);
}

TEST(lock_names_its_holder_while_it_is_held) {
  const Folder folder;
  const std::string path = folder / "lock";
  const int lock = takeLock(path.c_str());
  CHECK_EQUAL(contentOf(path), std::to_string(getpid()) + " " + ownStart() + " native\n");
  releaseLock(lock);
  CHECK_EQUAL(contentOf(path), "");
}

TEST(lock_is_free_once_its_holder_is_killed) {
  const Folder folder;
  const std::string path = folder / "lock";
  for (int round = 0; round < 20; round += 1) {
    int ready[2];
    CHECK_EQUAL(pipe(ready), 0);
    const pid_t holder = begin([&] {
      CHECK(takeLock(path.c_str()) >= 0);
      CHECK_EQUAL(::write(ready[1], "1", 1), 1);
      for (;;) pause();
    });
    char byte;
    CHECK_EQUAL(read(ready[0], &byte, 1), 1);
    CHECK_EQUAL(takeOnce(path), -EWOULDBLOCK);
    CHECK_EQUAL(kill(holder, SIGKILL), 0);
    CHECK_EQUAL(end(holder), 128 + SIGKILL);
    CHECK_EQUAL(takeOnce(path), 0);
    close(ready[0]);
    close(ready[1]);
  }
}

TEST(lock_is_not_kept_by_programs_that_its_holder_started) {
  const Folder folder;
  const std::string path = folder / "lock";
  const int lock = takeLock(path.c_str());
  CHECK(lock >= 0);
  int started[2];
  CHECK_EQUAL(pipe(started), 0);
  const pid_t child = begin([&] {
    dup2(started[1], STDOUT_FILENO);
    execl("/bin/sh", "sh", "-c", "echo; exec sleep 30", nullptr);
  });
  char byte;
  CHECK_EQUAL(read(started[0], &byte, 1), 1);
  releaseLock(lock);
  CHECK_EQUAL(takeOnce(path), 0);
  kill(child, SIGKILL);
  CHECK_EQUAL(end(child), 128 + SIGKILL);
}

TEST(lock_is_exclusive_among_many_that_want_it) {
  const Folder folder;
  const std::string path = folder / "lock";
  struct Shared {
    std::atomic<int> inside;
    std::atomic<int> turns;
  };
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANON, -1, 0);
  CHECK(memory != MAP_FAILED);
  Shared* shared = new (memory) Shared{};
  std::vector<pid_t> children;
  constexpr int kChildren = 6;
  constexpr int kTurns = 50;
  for (int number = 0; number < kChildren; number += 1) {
    children.push_back(begin([&] {
      for (int turn = 0; turn < kTurns;) {
        const int lock = takeLock(path.c_str());
        if (lock == -EWOULDBLOCK) {
          usleep(100);
          continue;
        }
        CHECK(lock >= 0);
        CHECK_EQUAL(shared->inside.fetch_add(1), 0);
        usleep(50);
        CHECK_EQUAL(shared->inside.fetch_sub(1), 1);
        shared->turns += 1;
        turn += 1;
        releaseLock(lock);
      }
    }));
  }
  for (const pid_t child : children) CHECK_EQUAL(end(child), 0);
  CHECK_EQUAL(shared->turns.load(), kChildren * kTurns);
}

TEST(lock_respects_a_living_holder_without_the_add_on) {
  const Folder folder;
  const std::string path = folder / "lock";
  const std::string own = std::to_string(getpid()) + " " + ownStart();
  test::write(path, own + " javascript\n");
  CHECK_EQUAL(takeOnce(path), -EWOULDBLOCK);
  CHECK_EQUAL(contentOf(path), own + " javascript\n");
  // One who holds it through flock would hold it: this text is what a killed one left.
  test::write(path, own + " native\n");
  CHECK_EQUAL(takeOnce(path), 0);
}

TEST(lock_passes_over_the_dead_and_over_nonsense) {
  const Folder folder;
  const std::string path = folder / "lock";
  const pid_t dead = begin([] {});
  CHECK_EQUAL(end(dead), 0);
  const std::string own = std::to_string(getpid());
  const std::string texts[] = {
      std::to_string(dead) + " 1 javascript\n",
      // Another process has the number of one that is gone.
      own + " " + std::to_string(std::stoll(ownStart()) - 1) + " javascript\n",
      "",
      "\n",
      "javascript",
      "-1 0 javascript\n",
      "0 0 javascript\n",
      // As a pid this is -1, which stands for all processes.
      "4294967295 0 javascript\n",
      "99999999999999999999 99999999999999999999 javascript\n",
      std::string(5000, '9'),
      std::string(100, '\0'),
  };
  for (const std::string& text : texts) {
    test::write(path, text);
    CHECK_EQUAL(takeOnce(path), 0);
  }
}

TEST(lock_says_why_it_cannot_be_taken) {
  const Folder folder;
  CHECK_EQUAL(takeOnce(folder / "missing/lock"), -ENOENT);
  CHECK_EQUAL(takeOnce(folder.path()), -EISDIR);
}

TEST(lock_on_a_full_disk_is_valid) {
  const Folder folder;
  const std::string path = folder / "lock";
  CHECK_EQUAL(inChild([&] {
                signal(SIGXFSZ, SIG_IGN);
                const rlimit none = {0, 0};
                CHECK_EQUAL(setrlimit(RLIMIT_FSIZE, &none), 0);
                const int lock = takeLock(path.c_str());
                CHECK(lock >= 0);
                CHECK_EQUAL(takeOnce(path), -EWOULDBLOCK);
              }),
              0);
}
