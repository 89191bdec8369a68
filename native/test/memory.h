// Memory that is surely there, and surely gone.
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>

#include "check.h"

namespace spanmeter::test {

constexpr int64_t kMiB = 1024 * 1024;

// Mapped and touched, page by page; unmapped at the end.
class Touched {
 public:
  // Not instrumented: AddressSanitizer would read its shadow of these bytes, an eighth of them, and there are kernels
  // on which memory that is only read counts as resident (those without a shared page of zeros).
  __attribute__((no_sanitize("address"))) explicit Touched(int64_t size) : size_(static_cast<size_t>(size)) {
    void* mapped = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0);
    CHECK(mapped != MAP_FAILED);
    bytes_ = static_cast<volatile char*>(mapped);
    for (size_t offset = 0; offset < size_; offset += 4096) bytes_[offset] = 1;
  }
  ~Touched() { munmap(const_cast<char*>(bytes_), size_); }
  Touched(const Touched&) = delete;
  Touched& operator=(const Touched&) = delete;

 private:
  const size_t size_;
  volatile char* bytes_;
};

inline void touchAndFree(int64_t size) { const Touched memory(size); }

}  // namespace spanmeter::test
