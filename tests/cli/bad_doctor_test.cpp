#include <gtest/gtest.h>

#include "cli/bad_input.hpp"

namespace plumbline {
namespace {

class BadDoctor : public BadInputTest {
 protected:
  void expect_bad(const BadInput& input) {
    const std::string path = folder_.write(input.file, input.bytes);
    Arguments arguments{"doctor", path};
    arguments.insert(arguments.end(), input.flags.begin(), input.flags.end());
    expect_failure(arguments, input.code, {input.code == 2 ? "" : input.file, input.part});
    std::filesystem::remove(path);
  }
};

TEST_F(BadDoctor, Tables) {
  const Arguments target{"--target", "y"};
  for (const BadInput& input : std::vector<BadInput>{
           {"empty.csv", "", "empty", target},
           {"header.csv", "x,y\n", "", target},
           {"ragged.csv", "x,y\n1,2\n3\n", "line 3", target},
           {"absent.csv", "x,z\n1,2\n3,4\n", "y", target},
           {"one.csv", "x,y\n1,a\n2,a\n3,a\n", "nothing to tell apart", target},
           {"constant.csv", "x,y\n1,2.5\n2,2.5\n3,2.5\n", "nothing to explain", target},
           {"alone.csv", "y\n1\n2\n3\n", "no column is left", target},
           {"infinite.csv", "x,y\n1,2\ninf,3\n", "line 3", target},
           {"without.csv", "x,y\n1,\n2,\n", "missing in every row", target},
           {"weights.csv", "x,w,y\n1,-1,2\n2,1,3\n", "negative", {"--target", "y", "--weights", "w"}},
           {"gaps.csv", "x,y\n1,2\n,3\n4,5\n", "missing", {"--target", "y", "--missing", "error"}},
           {"task.csv", "x,y\n1,a\n2,b\n3,c\n", "two classes", {"--target", "y", "--task", "binary"}},
           {"bad.svm", "1 2:1 1:1\n", "line 1"},
           {"text.xyz", "x,y\n1,2\n", "ending", target, 2},
       }) {
    expect_bad(input);
  }
}

TEST_F(BadDoctor, Arguments) {
  expect_failure({"doctor", folder_.path("absent.csv"), "--target", "y"}, 4, {"absent.csv"});
  expect_failure({"doctor", folder_.path(""), "--target", "y"}, 4, {});
  expect_failure({"doctor"}, 2, {"DATA is required"});
  expect_failure({"doctor", "t.csv"}, 2, {"--target COL must name"});
  expect_failure({"doctor", "t.svm", "--target", "y"}, 2, {"--target says nothing"});
  expect_failure({"doctor", "t.csv", "--target", "y", "--drop", "y"}, 2, {"also in --drop"});
  expect_failure({"doctor", "t.csv", "--target", "y", "--drop", "w", "--weights", "w"}, 2, {"two roles"});
  expect_failure({"doctor", "t.csv", "--target", "y", "--l2", "1"}, 2, {"--l2"});
  expect_failure({"doctor", "t.csv", "--target", "y", "--separation", "maybe"}, 2, {"--separation must be on or off"});
  expect_failure({"doctor", "t.csv", "--target", "y", "--widest", "-1"}, 2, {"--widest must be a whole number"});
}

}  // namespace
}  // namespace plumbline
