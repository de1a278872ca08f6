#include "plumbline/cli/arguments.hpp"

#include <gtest/gtest.h>

#include <new>

#include "plumbline/cli/exit_code.hpp"

namespace plumbline {
namespace {

using Texts = std::vector<std::string>;

TEST(ParseList, TakesQuotedItems) {
  EXPECT_EQ(parse_list("--x", "a,b"), (Texts{"a", "b"}));
  EXPECT_EQ(parse_list("--x", ""), (Texts{""}));
  EXPECT_EQ(parse_list("--x", "a,"), (Texts{"a", ""}));
  EXPECT_EQ(parse_list("--x", "\"a,b\",c"), (Texts{"a,b", "c"}));
  EXPECT_EQ(parse_list("--x", "\"a\"\"b\""), (Texts{"a\"b"}));
  EXPECT_EQ(parse_list("--x", "\"\",b"), (Texts{"", "b"}));
  EXPECT_THROW(parse_list("--x", "\"a\"b"), UsageError);
  EXPECT_THROW(parse_list("--x", "\"a"), UsageError);
}

TEST(ParseDelimiter, TakesOneCharacterOrItsName) {
  EXPECT_EQ(parse_delimiter("-d", "tab"), '\t');
  EXPECT_EQ(parse_delimiter("-d", "\\t"), '\t');
  EXPECT_EQ(parse_delimiter("-d", ";"), ';');
  EXPECT_THROW(parse_delimiter("-d", ""), UsageError);
  EXPECT_THROW(parse_delimiter("-d", "\n"), UsageError);
}

TEST(ParseNumber, KeepsItsRange) {
  const NumberRange open{0, false, 1, false};
  EXPECT_EQ(parse_number("-n", "+0.5", open), 0.5);
  EXPECT_EQ(parse_number("-n", "1e-3", open), 1e-3);
  for (const char* text : {"0", "1", "-0.5", "x", "", "0.5x", "nan", " 0.5"}) {
    EXPECT_THROW(parse_number("-n", text, open), UsageError) << text;
  }
}

TEST(ParseCount, IsWholeAndInRange) {
  EXPECT_EQ(parse_count("-n", "18446744073709551615", 0, ~std::uint64_t{0}), ~std::uint64_t{0});
  for (const char* text : {"", "-1", "1.0", "1e3", "0x10", "18446744073709551616"}) {
    EXPECT_THROW(parse_count("-n", text, 0, ~std::uint64_t{0}), UsageError) << text;
  }
}

TEST(ExitCode, EveryExceptionHasItsOwn) {
  EXPECT_EQ(failure_of(DataError({"t.csv", 1, 2, "a"}, "bad")).code, ExitCode::bad_data);
  EXPECT_EQ(failure_of(FileError("t.csv", "bad")).code, ExitCode::bad_file);
  EXPECT_EQ(failure_of(UsageError("bad")).code, ExitCode::usage);
  EXPECT_EQ(failure_of(Cancelled()).code, ExitCode::interrupted);
  EXPECT_EQ(failure_of(std::invalid_argument("bad")).code, ExitCode::internal_error);
  const Failure memory = failure_of(std::bad_alloc());
  EXPECT_EQ(memory.code, ExitCode::internal_error);
  EXPECT_EQ(memory.message.rfind("out of memory", 0), 0U);
  EXPECT_EQ(failure_of(DataError({"t.csv", 1, 2, "a\nb"}, "bad")).message.find('\n'), std::string::npos);
}

TEST(ExitCode, OnlyADoubtfulFitIsFive) {
  for (const Verdict verdict : kVerdicts) {
    const bool trusted =
        verdict == Verdict::optimal || verdict == Verdict::completed || verdict == Verdict::rank_deficient;
    const ExitCode expected = trusted                         ? ExitCode::done
                              : verdict == Verdict::cancelled ? ExitCode::interrupted
                                                              : ExitCode::doubtful_fit;
    EXPECT_EQ(exit_code_of(verdict), expected) << name_of(verdict);
  }
}

}  // namespace
}  // namespace plumbline
