#include "plumbline/decision/read_costs.hpp"

#include <gtest/gtest.h>

#include "data/read_support.hpp"
#include "plumbline/core/errors.hpp"

namespace plumbline {
namespace {

using testing::TemporaryFolder;

class ReadCosts : public ::testing::Test {
 protected:
  CostMatrix read(const std::string& text, const std::vector<std::string>& labels) const {
    return read_costs(folder_.write("costs.csv", text), labels);
  }
  std::string refused(const std::string& text, const std::vector<std::string>& labels) const {
    try {
      (void)read(text, labels);
    } catch (const DataError& error) {
      return error.what();
    }
    return "";
  }
  TemporaryFolder folder_;
};

TEST_F(ReadCosts, InAnyOrderOfLabels) {
  const std::vector<double> expected{0, 9, 1, -0.5};
  EXPECT_EQ(read("decided,healthy,ill\nhealthy,0,9\nill,1,-0.5\n", {"healthy", "ill"}).cost, expected);
  EXPECT_EQ(read(",ill,healthy\nill,-0.5,1\nhealthy,9,0\n", {"healthy", "ill"}).cost, expected);
  EXPECT_EQ(read("x;ill;healthy\nhealthy;9;0\nill;-0.5;1\n", {"healthy", "ill"}).cost, expected);
  const CostMatrix three = read("c,1,10,2\n10,1,2,3\n2,4,5,6\n1,7,8,9\n", {"1", "2", "10"});
  EXPECT_EQ(three.cost, (std::vector<double>{7, 9, 8, 4, 6, 5, 1, 3, 2}));
  EXPECT_EQ(three.classes, 3U);
}

TEST_F(ReadCosts, NumbersAreComparedByValue) {
  EXPECT_EQ(read(",0.0,1.0\n1,5,6\n0,7,8\n", {"0", "1"}).cost, (std::vector<double>{7, 8, 5, 6}));
  // Text is compared as it is.
  EXPECT_NE(refused(",a,1.0\na,0,1\n1.0,1,0\n", {"1", "a"}), "");
}

TEST_F(ReadCosts, RefusesWhatIsNoTableOfCosts) {
  const std::vector<std::string> labels{"a", "b"};
  const auto says = [&](const std::string& text, const std::string& part) {
    const std::string message = refused(text, labels);
    EXPECT_NE(message.find(part), std::string::npos) << text << " gave: " << message;
    EXPECT_NE(message.find("costs.csv"), std::string::npos);
  };
  says(",a\na,0\nb,1\n", "lacks the class 'b'");
  says(",a,b\na,0,1\n", "lacks the class 'b'");
  says(",a,c\na,0,1\nb,1,0\n", "'c', which is no class");
  says(",a,b\na,0,1\nc,1,0\n", "'c', which is no class");
  says(",a,b\na,0,1\na,1,0\n", "names the class 'a' twice");
  says(",a,b\na,0,1\nb,1,0\nb,1,0\n", "names the class 'b' twice");
  says(",a,b\na,0,\nb,1,0\n", "'' is not a number");
  says(",a,b\n,0,1\nb,1,0\n", "names '', which is no class");
  says(",a,b\na,0,inf\nb,1,0\n", "");
  says(",a,b\na,0,nan\nb,1,0\n", "");
  says(",a,b\na,0,x\nb,1,0\n", "");
  says(",a,b\na,0,1,2\nb,1,0\n", "");
  says(",a,b\na,0\nb,1,0\n", "");
  says(",a,a\na,0,1\nb,1,0\n", "");
  says("a,b\n0,1\n1,0\n", "");
  says("", "");
}

TEST_F(ReadCosts, AFileThatIsNotThereIsAFileError) {
  EXPECT_THROW((void)read_costs(folder_.path("none.csv"), {"a", "b"}), FileError);
}

}  // namespace
}  // namespace plumbline
