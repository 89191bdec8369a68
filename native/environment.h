// What one JavaScript environment (the main thread, or a worker) owns: its slots, journals and locks.
// Nothing of it is static: a static would be shared by all threads of the process.
#pragma once

#include <napi.h>

#include <cstdlib>

#include "journal.h"
#include "peak.h"

namespace spanmeter {

// Numbered things of one environment. Handles are places in a table, so that a wrong one harms nobody.
template <typename Item>
class Table {
 public:
  ~Table() {
    for (int32_t handle = 0; handle < count_; handle += 1) delete items_[handle];
    free(items_);
  }

  Item* at(int32_t handle) const { return handle >= 0 && handle < count_ ? items_[handle] : nullptr; }

  // Returns -1 without memory; deletes the item then.
  int32_t add(Item* item) {
    for (int32_t handle = 0; handle < count_; handle += 1) {
      if (items_[handle] == nullptr) {
        items_[handle] = item;
        return handle;
      }
    }
    Item** grown = static_cast<Item**>(realloc(items_, sizeof(Item*) * (static_cast<size_t>(count_) + 1)));
    if (grown == nullptr) {
      delete item;
      return -1;
    }
    items_ = grown;
    items_[count_] = item;
    return count_++;
  }

  void remove(int32_t handle) {
    if (at(handle) == nullptr) return;
    delete items_[handle];
    items_[handle] = nullptr;
  }

 private:
  Item** items_ = nullptr;
  int32_t count_ = 0;
};

struct Lock {
  explicit Lock(int opened) : descriptor(opened) {}
  ~Lock();
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

  const int descriptor;
};

class Environment {
 public:
  explicit Environment(Napi::Object exports) : exports_(Napi::Persistent(exports)) {}
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

  uint32_t slots() const { return slots_; }
  Span* span(uint32_t slot) const { return spans_[slot]; }
  double* numbers(uint32_t slot) const;

  // Makes room for that many slots in a new array; open spans stay open. False without memory.
  bool resize(uint32_t slots);
  Napi::Value array() const { return array_.Value(); }

  Table<Journal> journals;
  Table<Lock> locks;

 private:
  Napi::ObjectReference exports_;
  Napi::ObjectReference array_;
  double* numbers_ = nullptr;
  // Spans never move: the list of open ones points at them from other threads.
  Span** spans_ = nullptr;
  uint32_t slots_ = 0;
};

}  // namespace spanmeter
