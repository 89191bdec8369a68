// A file that lines are appended to, each by one write and with its checksum.
#pragma once

#include <cstddef>
#include <cstdint>

namespace spanmeter {

class Journal {
 public:
  static constexpr int kDeleted = -1;

  Journal() = default;
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  bool isOpen() const { return descriptor_ >= 0; }
  // Returns 0 or errno.
  int open(const char* path);
  // Room for `length` bytes of the next line, or nullptr. Valid until the next call.
  char* reserve(size_t length);
  size_t room() const { return capacity_ > kFrame ? capacity_ - kFrame : 0; }
  // Appends the line that was put into the room. Returns 0, errno, or kDeleted when the file has no name any more.
  int append(size_t length);
  // Goes on in another file, with a copy of all that was written. Returns 0 or errno; on error nothing has changed.
  int move(const char* path);
  void close();

 private:
  // A newline before the line; a tab, eight digits and a newline after it.
  static constexpr size_t kFrame = 11;

  int descriptor_ = -1;
  // The last write was cut short: its rest must not become the head of the next line.
  bool torn_ = false;
  char* buffer_ = nullptr;
  size_t capacity_ = 0;
};

// The longest that writeNumbers writes for one number.
constexpr size_t kLongestNumber = 32;
// Writes a tab and the number for each; NaN is absent, and absent ones at the end are left out. Returns how many bytes.
size_t writeNumbers(char* into, const double* numbers, size_t count);

// 32 bits over the bytes of a line: h = h * 31 + byte, from 7.
uint32_t checksum(const char* bytes, size_t length);

// Whether a process has the journal open for writing. False where that can't be told.
bool isOpenElsewhere(const char* path);

}  // namespace spanmeter
