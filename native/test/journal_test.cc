#include "../journal.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include <cstring>
#include <thread>
#include <vector>

#include "check.h"
#include "files.h"

using namespace spanmeter;
using namespace spanmeter::test;

namespace {

int append(Journal* journal, const std::string& line) {
  char* room = journal->reserve(line.size());
  CHECK(room != nullptr);
  memcpy(room, line.data(), line.size());
  return journal->append(line.size());
}

std::string framed(const std::string& line) {
  char sum[16];
  snprintf(sum, sizeof sum, "\t%08x\n", checksum(line.data(), line.size()));
  return line + sum;
}

void limitFileSize(rlim_t size) {
  signal(SIGXFSZ, SIG_IGN);
  rlimit limit;
  CHECK_EQUAL(getrlimit(RLIMIT_FSIZE, &limit), 0);
  limit.rlim_cur = size;
  CHECK_EQUAL(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

}  // namespace

// Worked out by hand: 7; 7 * 31 + 97; (7 * 31 + 97) * 31 + 98.
TEST(checksum_is_the_documented_sum) {
  CHECK_EQUAL(checksum("", 0), 7u);
  CHECK_EQUAL(checksum("a", 1), 314u);
  CHECK_EQUAL(checksum("ab", 2), 9832u);
}

// 7 * 31 + 255: a byte counts as 0 to 255, whatever the sign of char.
TEST(checksum_takes_bytes_as_unsigned_and_wraps_at_32_bits) {
  CHECK_EQUAL(checksum("\xff", 1), 472u);
  uint64_t expected = 7;
  const std::string zeros(100, '\0');
  for (size_t index = 0; index < zeros.size(); index += 1) expected = expected * 31 % (UINT64_C(1) << 32);
  CHECK_EQUAL(checksum(zeros.data(), zeros.size()), static_cast<uint32_t>(expected));
}

TEST(checksum_sees_swapped_and_lost_bytes) {
  CHECK(checksum("ab", 2) != checksum("ba", 2));
  CHECK(checksum("ab", 2) != checksum("a", 1));
}

TEST(journal_appends_lines_with_their_checksums) {
  const Folder folder;
  Journal journal;
  CHECK_EQUAL(journal.open((folder / "a").c_str()), 0);
  CHECK_EQUAL(append(&journal, "one"), 0);
  CHECK_EQUAL(append(&journal, ""), 0);
  CHECK_EQUAL(append(&journal, "two"), 0);
  CHECK_EQUAL(contentOf(folder / "a"), framed("one") + framed("") + framed("two"));
}

TEST(journal_takes_lines_of_any_length) {
  const Folder folder;
  Journal journal;
  CHECK_EQUAL(journal.open((folder / "a").c_str()), 0);
  std::string expected;
  for (const size_t length : {1u, 4085u, 4086u, 70'000u, 3u, 5'000'000u}) {
    const std::string line(length, 'x');
    CHECK_EQUAL(append(&journal, line), 0);
    expected += framed(line);
  }
  CHECK_EQUAL(contentOf(folder / "a") == expected, true);
}

TEST(journal_goes_on_after_a_torn_line) {
  const Folder folder;
  test::write(folder / "a", framed("whole") + "cut off in the mid");
  Journal journal;
  CHECK_EQUAL(journal.open((folder / "a").c_str()), 0);
  CHECK_EQUAL(append(&journal, "next"), 0);
  CHECK_EQUAL(append(&journal, "last"), 0);
  CHECK_EQUAL(contentOf(folder / "a"), framed("whole") + "cut off in the mid\n" + framed("next") + framed("last"));
}

TEST(journal_keeps_the_rest_of_a_short_write_off_the_next_line) {
  const Folder folder;
  Journal journal;
  CHECK_EQUAL(journal.open((folder / "a").c_str()), 0);
  CHECK_EQUAL(append(&journal, "whole"), 0);
  const std::string before = contentOf(folder / "a");
  limitFileSize(before.size() + 4);
  CHECK_EQUAL(append(&journal, "this does not fit"), EFBIG);
  CHECK_EQUAL(append(&journal, "nor does this"), EFBIG);
  CHECK_EQUAL(contentOf(folder / "a"), before + "this");
  limitFileSize(RLIM_INFINITY);
  CHECK_EQUAL(append(&journal, "next"), 0);
  CHECK_EQUAL(append(&journal, "last"), 0);
  CHECK_EQUAL(contentOf(folder / "a"), before + "this\n" + framed("next") + framed("last"));
}

TEST(journal_stays_torn_when_it_moves) {
  const Folder folder;
  Journal journal;
  CHECK_EQUAL(journal.open((folder / "a").c_str()), 0);
  limitFileSize(4);
  CHECK_EQUAL(append(&journal, "this does not fit"), EFBIG);
  limitFileSize(RLIM_INFINITY);
  CHECK_EQUAL(journal.move((folder / "b").c_str()), 0);
  CHECK_EQUAL(append(&journal, "next"), 0);
  CHECK_EQUAL(contentOf(folder / "b"), "this\n" + framed("next"));
}

TEST(journal_tells_of_a_full_disk) {
  if (!std::filesystem::exists("/dev/full")) skip("there is no /dev/full");
  Journal journal;
  CHECK_EQUAL(journal.open("/dev/full"), 0);
  CHECK_EQUAL(append(&journal, "line"), ENOSPC);
  CHECK_EQUAL(append(&journal, "line"), ENOSPC);
}

TEST(journal_tells_of_its_deletion_and_moves_with_all_that_was_written) {
  const Folder folder;
  Journal journal;
  CHECK_EQUAL(journal.open((folder / "a").c_str()), 0);
  const std::string long_line(100'000, 'x');
  CHECK_EQUAL(append(&journal, long_line), 0);
  std::filesystem::remove(folder / "a");
  CHECK_EQUAL(append(&journal, "after"), Journal::kDeleted);
  CHECK_EQUAL(journal.move((folder / "b").c_str()), 0);
  CHECK_EQUAL(append(&journal, "moved"), 0);
  CHECK_EQUAL(contentOf(folder / "b") == framed(long_line) + framed("after") + framed("moved"), true);
}

TEST(journal_stays_where_it_is_when_it_cannot_move) {
  const Folder folder;
  Journal journal;
  CHECK_EQUAL(journal.open((folder / "a").c_str()), 0);
  CHECK_EQUAL(append(&journal, "one"), 0);
  CHECK_EQUAL(journal.move((folder / "missing/b").c_str()), ENOENT);
  CHECK_EQUAL(journal.move(folder.path().c_str()), EISDIR);
  if (std::filesystem::exists("/dev/full")) CHECK_EQUAL(journal.move("/dev/full"), ENOSPC);
  CHECK_EQUAL(append(&journal, "two"), 0);
  CHECK_EQUAL(contentOf(folder / "a"), framed("one") + framed("two"));
}

TEST(journal_that_is_not_open_says_so) {
  const Folder folder;
  Journal journal;
  CHECK_EQUAL(append(&journal, "line"), EBADF);
  CHECK_EQUAL(journal.move((folder / "b").c_str()), EBADF);
  CHECK_EQUAL(journal.open((folder / "missing/a").c_str()), ENOENT);
  CHECK(!journal.isOpen());
  CHECK_EQUAL(journal.open((folder / "a").c_str()), 0);
  journal.close();
  CHECK_EQUAL(append(&journal, "line"), EBADF);
}

TEST(journals_of_many_threads_keep_lines_whole_in_one_file) {
  const Folder folder;
  const std::string path = folder / "a";
  constexpr int kThreads = 4;
  constexpr int kLines = 500;
  // Opened before anybody writes: half of a line, still on its way, would look torn.
  Journal journals[kThreads];
  for (Journal& journal : journals) CHECK_EQUAL(journal.open(path.c_str()), 0);
  std::vector<std::thread> threads;
  for (int number = 0; number < kThreads; number += 1) {
    threads.emplace_back([number, &journal = journals[number]] {
      for (int line = 0; line < kLines; line += 1) {
        CHECK_EQUAL(append(&journal, std::string(static_cast<size_t>(line), static_cast<char>('a' + number))), 0);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream content(contentOf(path));
  int next[kThreads] = {};
  for (std::string line; std::getline(content, line);) {
    const std::string text = line.substr(0, line.find('\t'));
    CHECK_EQUAL(line + "\n", framed(text));
    if (!text.empty()) CHECK_EQUAL(static_cast<int>(text.size()), ++next[text[0] - 'a']);
  }
  for (const int lines : next) CHECK_EQUAL(lines, kLines - 1);
}
