#include <gtest/gtest.h>

#include "cli/bad_input.hpp"

namespace plumbline {
namespace {

class BadFormat : public BadInputTest {};

TEST_F(BadFormat, Libsvm) {
  const std::string good = "1 1:2 3:4\n0 2:1\n";
  expect_bad_fits({
      {"empty.svm", "", "empty"},
      {"zero.svm", good + "1 0:1\n", "line 3"},
      {"unsorted.svm", good + "1 3:1 2:1\n", "line 3"},
      {"repeated.svm", good + "1 2:1 2:1\n", "line 3"},
      {"huge.svm", good + "1 4294967296:1\n", "line 3"},
      {"huger.svm", good + "1 99999999999999999999999:1\n", "line 3"},
      {"negative.svm", good + "1 -1:1\n", "line 3"},
      {"garbage.svm", good + "1 a:b\n", "line 3"},
      {"label.svm", good + "x 1:1\n", "line 3"},
      {"colon.svm", good + "1 1 1\n", "line 3"},
      {"value.svm", good + "1 1:\n", "line 3"},
      {"nan.svm", good + "1 1:nan\n", "line 3"},
      {"inf.svm", good + "1 1:1e999\n", "line 3"},
      {"bare.svm", "1\n0\n1\n", "no row has a feature"},
      {"drop.svm", good, "--drop", {"--drop", "x"}, 2},
      {"target.svm", good, "--target", {"--target", "y"}, 2},
      {"weights.svm", good, "--weights", {"--weights", "w"}, 2},
  });
}

TEST_F(BadFormat, Idx) {
  const std::string cells(24, '\5');
  const std::string huge = idx_bytes({0xFFFFFFFFU, 0xFFFFFFFFU, 0xFFFFFFFFU}, cells);
  folder_.write("labels-idx1-ubyte", idx_bytes({6}, std::string("\0\1\0\1\0\1", 6)));
  folder_.write("short-idx1-ubyte", idx_bytes({5}, std::string("\0\1\0\1\0", 5)));
  folder_.write("wrong-idx1-ubyte", "these are no labels");
  const auto labels = [&](const char* name) { return Arguments{"--labels", folder_.path(name)}; };
  const std::string good = idx_bytes({6, 2, 2}, cells);
  expect_bad_fits({
      {"empty-ubyte", "", "empty", labels("labels-idx1-ubyte")},
      {"magic-ubyte", "\x01\x02" + good.substr(2), "IDX", labels("labels-idx1-ubyte")},
      {"type-ubyte", std::string("\0\0\x0d", 3) + good.substr(3), "0x0d", labels("labels-idx1-ubyte")},
      {"header-ubyte", good.substr(0, 9), "header", labels("labels-idx1-ubyte")},
      {"cut-ubyte", good.substr(0, 30), "6 rows", labels("labels-idx1-ubyte")},
      {"more-ubyte", good + "x", "6 rows", labels("labels-idx1-ubyte")},
      {"huge-ubyte", huge, "", labels("labels-idx1-ubyte")},
      {"none-ubyte", idx_bytes({0, 2, 2}, ""), "no rows", labels("labels-idx1-ubyte")},
      {"cut-ubyte.gz", gzipped(good.substr(0, 30)), "", labels("labels-idx1-ubyte")},
      {"alone-images-idx3-ubyte", good, "--labels", {}, 2},
  });
  const std::string images = folder_.write("good-ubyte", good), model = folder_.path("m.json");
  expect_failure({"fit", images, "--labels", folder_.path("short-idx1-ubyte"), "-o", model}, 3,
                 {"short-idx1-ubyte", "5 labels for 6 rows"});
  expect_failure({"fit", images, "--labels", folder_.path("wrong-idx1-ubyte"), "-o", model}, 3, {"wrong-idx1-ubyte"});
  expect_failure({"fit", images, "--labels", folder_.path("absent-ubyte"), "-o", model}, 4, {"absent-ubyte"});
  expect_failure({"fit", images, "--labels", images, "-o", model}, 3, {"good-ubyte"});
}

TEST_F(BadFormat, Npy) {
  const std::string dictionary = "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }";
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = dictionary;
    return npy_bytes(changed.replace(changed.find(from), from.size(), to), std::string(32, '\0'));
  };
  std::vector<double> infinite{1, 2, 3, HUGE_VAL};
  const Arguments target{"--target", "c1"};
  expect_bad_fits({
      {"empty.npy", "", "empty", target},
      {"garbage.npy", "this is not an array", "npy", target},
      {"header.npy", npy_bytes(dictionary, "").substr(0, 30), "", target},
      {"lying.npy", npy_bytes(dictionary, std::string(24, '\0')), "", target},
      {"longer.npy", npy_bytes(dictionary, std::string(40, '\0')), "", target},
      {"overflow.npy", with("(2, 2)", "(4294967296, 4294967296)"), "", target},
      {"overflow2.npy", with("(2, 2)", "(99999999999999999999, 2)"), "", target},
      {"negative.npy", with("(2, 2)", "(-2, 2)"), "", target},
      {"cube.npy", with("(2, 2)", "(2, 1, 2)"), "", target},
      {"fortran.npy", with("False", "True"), "fortran", target},
      {"object.npy", with("<f8", "|O"), "|O", target},
      {"complex.npy", with("<f8", "<c16"), "<c16", target},
      {"inf.npy", npy_f8(2, 2, infinite), "record 2", target},
      {"absent.npy", npy_f8(2, 2, {1, 2, 3, 4}), "column 'y'", {"--target", "y"}},
      {"none.npy", npy_f8(2, 2, {1, 2, 3, 4}), "--target", {}, 2},
  });
}

}  // namespace
}  // namespace plumbline
