#include "check.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace spanmeter::test {
namespace {

// CMakeLists.txt tells ctest the same number.
constexpr int kSkipped = 77;

const Case* cases = nullptr;

}  // namespace

Case::Case(const char* case_name, Body case_body) : name(case_name), body(case_body), next(cases) { cases = this; }

void fail(const char* file, int line, const std::string& what) {
  fprintf(stderr, "%s:%d: %s\n", file, line, what.c_str());
  fflush(stderr);
  // Not exit: a child of a fork, or one of many threads, may be what fails.
  _Exit(1);
}

void skip(const char* why) {
  printf("skipped: %s\n", why);
  fflush(stdout);
  _Exit(kSkipped);
}

}  // namespace spanmeter::test

int main(int count, char** words) {
  for (const spanmeter::test::Case* test = spanmeter::test::cases; count == 2 && test != nullptr; test = test->next) {
    if (strcmp(test->name, words[1]) != 0) continue;
    test->body();
    return 0;
  }
  fprintf(stderr, "one argument is needed: the name of a test\n");
  return 2;
}
