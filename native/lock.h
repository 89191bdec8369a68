// A file lock that dies with its process.
#pragma once

namespace spanmeter {

// Returns a descriptor >= 0, or -errno; -EWOULDBLOCK when somebody holds it.
//
// The lock itself is flock(2). The file also names its holder, `<pid> <start> <how>\n`, for processes without the
// add-on: they can't flock, and tell by pid and start time whether the holder lives. A holder of that sort is respected
// here too.
int takeLock(const char* path);
void releaseLock(int descriptor);

}  // namespace spanmeter
