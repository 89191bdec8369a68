#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace spanmeter {
namespace {

int openForAppending(const char* path) {
  int descriptor;
  do {
    descriptor = ::open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  } while (descriptor < 0 && errno == EINTR);
  return descriptor;
}

// The lock dies with the process. Where the file system has none, a journal passes for one that nobody writes.
void markOpen(int descriptor) { ::flock(descriptor, LOCK_SH | LOCK_NB); }

// Returns 0 or errno; `*written` says how much arrived.
int writeAll(int descriptor, const char* bytes, size_t length, size_t* written) {
  *written = 0;
  while (*written < length) {
    const ssize_t count = ::write(descriptor, bytes + *written, length - *written);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return EIO;
    *written += static_cast<size_t>(count);
  }
  return 0;
}

int copyAll(int from, int to) {
  char bytes[16384];
  off_t offset = 0;
  for (;;) {
    const ssize_t count = ::pread(from, bytes, sizeof bytes, offset);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno;
    if (count == 0) return 0;
    size_t written;
    const int error = writeAll(to, bytes, static_cast<size_t>(count), &written);
    if (error != 0) return error;
    offset += count;
  }
}

}  // namespace

uint32_t checksum(const char* bytes, size_t length) {
  uint32_t hash = 7;
  for (size_t index = 0; index < length; index += 1) hash = hash * 31 + static_cast<unsigned char>(bytes[index]);
  return hash;
}

size_t writeNumbers(char* into, const double* numbers, size_t count) {
  // Up to here a double holds every integer.
  constexpr double kExact = 9007199254740992;
  char* end = into;
  size_t absent = 0;
  for (size_t index = 0; index < count; index += 1) {
    const double value = numbers[index];
    // NaN is not: it stands for an absent number.
    if (!(value >= 0)) {
      absent += 1;
      continue;
    }
    for (; absent > 0; absent -= 1) *end++ = '\t';
    *end++ = '\t';
    uint64_t whole = value <= kExact ? static_cast<uint64_t>(value) : 0;
    if (static_cast<double>(whole) != value) {
      end += snprintf(end, kLongestNumber - 1, "%.17g", value);
      continue;
    }
    char digits[20];
    size_t length = 0;
    do digits[length++] = static_cast<char>('0' + whole % 10);
    while ((whole /= 10) > 0);
    while (length > 0) *end++ = digits[--length];
  }
  return static_cast<size_t>(end - into);
}

bool isOpenElsewhere(const char* path) {
  const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool held = ::flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
  ::close(descriptor);
  return held;
}

Journal::~Journal() {
  close();
  free(buffer_);
}

int Journal::open(const char* path) {
  close();
  descriptor_ = openForAppending(path);
  if (descriptor_ < 0) return errno;
  markOpen(descriptor_);
  // Whoever wrote here before may have been cut off in the middle of a line.
  const off_t size = ::lseek(descriptor_, 0, SEEK_END);
  char last = '\n';
  torn_ = size > 0 && ::pread(descriptor_, &last, 1, size - 1) == 1 && last != '\n';
  return 0;
}

char* Journal::reserve(size_t length) {
  if (length + kFrame > capacity_) {
    const size_t capacity = length + kFrame + 4096;
    char* grown = static_cast<char*>(realloc(buffer_, capacity));
    if (grown == nullptr) return nullptr;
    buffer_ = grown;
    capacity_ = capacity;
  }
  return buffer_ + 1;
}

int Journal::append(size_t length) {
  if (!isOpen()) return EBADF;
  static constexpr char kDigits[] = "0123456789abcdef";
  buffer_[0] = '\n';
  char* end = buffer_ + 1 + length;
  uint32_t sum = checksum(buffer_ + 1, length);
  end[0] = '\t';
  for (int digit = 8; digit >= 1; digit -= 1, sum >>= 4) end[digit] = kDigits[sum & 15];
  end[9] = '\n';

  const char* begin = torn_ ? buffer_ : buffer_ + 1;
  size_t written;
  const int error = writeAll(descriptor_, begin, static_cast<size_t>(end + 10 - begin), &written);
  if (error != 0) {
    torn_ = torn_ || written > 0;
    return error;
  }
  torn_ = false;
  struct stat facts;
  return ::fstat(descriptor_, &facts) == 0 && facts.st_nlink == 0 ? kDeleted : 0;
}

int Journal::move(const char* path) {
  if (!isOpen()) return EBADF;
  const int target = openForAppending(path);
  if (target < 0) return errno;
  const int error = copyAll(descriptor_, target);
  if (error != 0) {
    ::close(target);
    return error;
  }
  markOpen(target);
  ::close(descriptor_);
  descriptor_ = target;
  return 0;
}

void Journal::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  torn_ = false;
}

}  // namespace spanmeter
