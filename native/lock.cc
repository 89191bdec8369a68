#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace spanmeter {
namespace {

int openFile(const char* path, int flags) {
  int descriptor;
  do {
    descriptor = ::open(path, flags | O_CLOEXEC, 0644);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

// When a process started, in ticks since boot: field 22 of its stat. 0 where that can't be known.
long long startOf(long pid) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%ld/stat", pid);
  const int descriptor = openFile(path, O_RDONLY);
  if (descriptor < 0) return 0;
  char text[1024];
  const ssize_t length = ::read(descriptor, text, sizeof text - 1);
  ::close(descriptor);
  if (length <= 0) return 0;
  text[length] = '\0';
  // The name of the program, in parentheses, may hold anything.
  const char* rest = strrchr(text, ')');
  for (int field = 2; rest != nullptr && field < 22; field += 1) rest = strchr(rest + 1, ' ');
  long long start = 0;
  if (rest != nullptr) sscanf(rest, "%lld", &start);
  return start;
}

bool heldWithoutFlock(int descriptor) {
  char text[128];
  const ssize_t length = ::pread(descriptor, text, sizeof text - 1, 0);
  if (length <= 0) return false;
  text[length] = '\0';
  long pid = 0;
  long long start = 0;
  char how[16] = "";
  if (sscanf(text, "%ld %lld %15s", &pid, &start, how) != 3 || strcmp(how, "javascript") != 0) return false;
  // Others stand for groups of processes.
  if (pid <= 0 || pid > INT32_MAX) return false;
  if (::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH) return false;
  return start == startOf(pid);
}

int lockOpened(int descriptor, const char* path) {
  int result;
  do {
    result = ::flock(descriptor, LOCK_EX | LOCK_NB);
  } while (result != 0 && errno == EINTR);
  if (result != 0) return errno;
  if (heldWithoutFlock(descriptor)) return EWOULDBLOCK;
  // Deleted, or replaced, between open and flock: this lock would guard nothing.
  struct stat mine;
  struct stat current;
  if (::fstat(descriptor, &mine) != 0 || ::stat(path, &current) != 0) return errno;
  return mine.st_ino == current.st_ino && mine.st_dev == current.st_dev ? 0 : ESTALE;
}

}  // namespace

int takeLock(const char* path) {
  for (int attempt = 1;; attempt += 1) {
    const int descriptor = openFile(path, O_RDWR | O_CREAT);
    if (descriptor < 0) return -errno;
    const int error = lockOpened(descriptor, path);
    if (error == 0) {
      char text[64];
      const long pid = static_cast<long>(::getpid());
      const int length = snprintf(text, sizeof text, "%ld %lld native\n", pid, startOf(pid));
      // A full disk leaves the lock valid: only processes without the add-on read the text.
      if (::ftruncate(descriptor, 0) == 0 && ::pwrite(descriptor, text, static_cast<size_t>(length), 0) < 0) errno = 0;
      return descriptor;
    }
    ::close(descriptor);
    if ((error != ESTALE && error != ENOENT) || attempt == 3) return -error;
  }
}

void releaseLock(int descriptor) {
  if (::ftruncate(descriptor, 0) != 0) errno = 0;
  ::close(descriptor);
}

}  // namespace spanmeter
