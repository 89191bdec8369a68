// A test is a function that CHECKs. Each runs in a process of its own, because what is tested keeps one state a
// process.
#pragma once

#include <cinttypes>
#include <cstdint>
#include <string>
#include <type_traits>

namespace spanmeter::test {

using Body = void (*)();

struct Case {
  Case(const char* name, Body body);
  const char* const name;
  const Body body;
  const Case* const next;
};

[[noreturn]] void fail(const char* file, int line, const std::string& what);
// Ends the test as one that this machine cannot run.
[[noreturn]] void skip(const char* why);

template <typename Left, typename Right>
void checkEqual(const Left& left, const Right& right, const char* text, const char* file, int line) {
  if (left == right) return;
  if constexpr (std::is_arithmetic_v<Left> && std::is_arithmetic_v<Right>) {
    fail(file, line, std::string(text) + ": " + std::to_string(left) + " and " + std::to_string(right));
  } else {
    fail(file, line, std::string(text) + ": \"" + std::string(left) + "\" and \"" + std::string(right) + "\"");
  }
}

template <typename Number>
void checkNear(Number value, Number expected, Number tolerance, const char* text, const char* file, int line) {
  if (value >= expected - tolerance && value <= expected + tolerance) return;
  fail(file, line,
       std::string(text) + ": " + std::to_string(value) + " is not " + std::to_string(expected) + " +- " +
           std::to_string(tolerance));
}

}  // namespace spanmeter::test

#define TEST(name)                                               \
  static void name();                                            \
  static const ::spanmeter::test::Case name##_case(#name, name); \
  static void name()
#define CHECK(condition) \
  if (!(condition)) ::spanmeter::test::fail(__FILE__, __LINE__, #condition)
#define CHECK_EQUAL(left, right) ::spanmeter::test::checkEqual(left, right, #left " == " #right, __FILE__, __LINE__)
#define CHECK_NEAR(value, expected, tolerance) \
  ::spanmeter::test::checkNear<double>(value, expected, tolerance, #value, __FILE__, __LINE__)
