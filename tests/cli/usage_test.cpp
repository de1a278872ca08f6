#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "cli/run_program.hpp"
#include "support/golden.hpp"

namespace plumbline {
namespace {

using Arguments = std::vector<std::string>;

/// `fit t.csv --target y` and more.
Arguments fit_with(const Arguments& more) {
  Arguments all{"fit", "t.csv", "--target", "y"};
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

std::string joined(const Arguments& arguments) {
  std::string text;
  for (const std::string& argument : arguments) text += " '" + argument + "'";
  return text;
}

/// Refused before anything is read: none of the named files exists.
void expect_usage_error(const Arguments& arguments, const std::string& part) {
  const Outcome outcome = run_program(arguments);
  EXPECT_EQ(outcome.code, 2) << joined(arguments) << ": " << outcome.err;
  EXPECT_EQ(outcome.out, "") << joined(arguments);
  EXPECT_EQ(outcome.err.rfind("plumbline: ", 0), 0U) << outcome.err;
  EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
  EXPECT_NE(outcome.err.find(part), std::string::npos) << joined(arguments) << ": " << outcome.err;
}

struct UsageCase {
  Arguments arguments;
  const char* part;  ///< of the message
};

TEST(Usage, CommandsAndArguments) {
  const std::vector<UsageCase> cases{
      {{}, "a command is missing"},
      {{""}, "a command is missing"},
      {{"train", "t.csv"}, "unknown command 'train'"},
      {{"calibrate", "m.json", "t.csv"}, "-o is missing"},
      {{"FIT", "t.csv"}, "unknown command 'FIT'"},
      {{"--unknown"}, ""},
      {{"fit"}, "DATA is required"},
      {{"fit", "t.csv"}, "--target COL must name"},
      {{"fit", "a.csv", "b.csv", "--target", "y"}, "b.csv"},
      {{"predict", "m.json"}, "DATA is required"},
      {{"predict", "m.json", "t.csv", "--json"}, "--json needs -o"},
      {{"predict", "m.json", "t.csv", "--l2", "1"}, "--l2"},
      {{"predict", "m.json", "t.csv", "-o", "m.json"}, "overwrite an input"},
      {{"evaluate", "m.json", "t.csv", "-o", "x"}, "-o"},
      {{"inspect"}, "MODEL is required"},
      {{"inspect", "m.json", "--target", "y"}, "--target"},
  };
  for (const UsageCase& each : cases) expect_usage_error(each.arguments, each.part);
}

TEST(Usage, Values) {
  const std::vector<UsageCase> cases{
      {{"--tar", "z"}, "--tar"},
      {{"--l2"}, "--l2"},
      {{"--l2", "-1"}, "--l2 must be a number of at least 0, got '-1'"},
      {{"--l2", "nan"}, "got 'nan'"},
      {{"--l2", "inf"}, "got 'inf'"},
      {{"--l2", "1e999"}, "got '1e999'"},
      {{"--l2", "Auto"}, "got 'Auto'"},
      {{"--l2", ""}, "got ''"},
      {{"--l2", "1,5"}, "got '1,5'"},
      {{"--l2", "1", "--l2", "2"}, "--l2"},
      {{"--test", "1.5"}, "--test must be a number of at least 0 and below 1, got '1.5'"},
      {{"--test", "1"}, "got '1'"},
      {{"--calibration", "-0.1"}, "--calibration must be"},
      {{"--max-iterations", "0", "--solver", "newton"}, "--max-iterations must be a whole number from 1"},
      {{"--max-iterations", "1.5"}, "got '1.5'"},
      {{"--tolerance", "0"}, "--tolerance must be a number above 0"},
      {{"--step-size", "-1", "--solver", "gd"}, "--step-size must be a number above 0"},
      {{"--seed", "-1"}, "--seed must be a whole number"},
      {{"--threads", "many"}, "--threads must be a whole number"},
      {{"--threads", "100000"}, "from 0 to 1024"},
      {{"--max-levels", "0"}, "--max-levels"},
      {{"--task", "Regression"}, "--task must be regression|binary|multiclass|multilabel, got 'Regression'"},
      {{"--solver", "adagrad"}, "--solver must be auto|normal-inverse|cholesky|qr|svd|dual|newton|newton-cg|lbfgs"},
      {{"--missing", "ignore"}, "--missing must be impute|drop|error"},
      {{"--format", "xls"}, "--format must be csv|tsv|libsvm|npy|idx"},
      {{"--standardize", "yes"}, "--standardize must be on or off"},
      {{"--delimiter", "ab"}, "--delimiter must be one character"},
      {{"--delimiter", "\""}, "--delimiter must be one character"},
      {{"--drop", "a,,b"}, "--drop names an empty column"},
      {{"--drop", "a,a"}, "--drop names the column 'a' twice"},
      {{"--keep", "\"a"}, "a quote that does not end"},
      {{"--id", ""}, "--id must not be empty"},
      {{"--robust", "hc4"}, "--robust must be hc0|hc1|hc2|hc3, got 'hc4'"},
      {{"--robust", "classical"}, "--robust must be"},
      {{"--confidence", "1"}, "--confidence must be a number above 0 and below 1"},
      {{"--confidence", "95"}, "--confidence must be"},
      {{"--intervals", "score"}, "--intervals must be wald|profile"},
      {{"--cluster", ""}, "--cluster must not be empty"},
      {{"-o", ""}, "must not be empty"},
  };
  for (const UsageCase& each : cases) expect_usage_error(fit_with(each.arguments), each.part);
}

TEST(Usage, FlagsThatDoNotGoTogether) {
  const std::vector<UsageCase> cases{
      {{"--test", "0.3", "--test-data", "u.csv"}, "exclude each other"},
      {{"--test", "0.5", "--calibration", "0.5"}, "leave no row to train"},
      {{"--step-size", "0.1"}, "--step-size means nothing to --solver auto: it goes with gd, momentum, nesterov, sgd"},
      {{"--step-size", "0.1", "--solver", "newton"}, "--step-size means nothing to --solver newton"},
      {{"--max-iterations", "5", "--solver", "qr"}, "--max-iterations means nothing to --solver qr"},
      {{"--tolerance", "1e-3", "--solver", "cholesky"}, "--tolerance means nothing to --solver cholesky"},
      {{"--momentum", "0.5", "--solver", "gd"}, "--momentum means nothing to --solver gd: it goes with momentum"},
      {{"--epochs", "5", "--solver", "gd"}, "--epochs means nothing to --solver gd: it goes with sgd"},
      {{"--batch-size", "5"}, "--batch-size means nothing to --solver auto"},
      {{"--schedule", "cosine"}, "--schedule means nothing to --solver auto"},
      {{"--momentum", "1", "--solver", "sgd"}, "--momentum must be"},
      {{"--loss", "hinge", "--task", "regression"}, "--loss hinge does not serve the task regression"},
      {{"--loss", "absolute", "--task", "binary"}, "--loss absolute does not serve the task binary"},
      {{"--quantile", "0.3", "--task", "regression"}, "--quantile is for --loss quantile"},
      {{"--huber-delta", "3", "--loss", "squared", "--task", "regression"}, "--huber-delta is for --loss huber"},
      {{"--focal-gamma", "1", "--task", "binary"}, "--focal-gamma is for --loss focal"},
      {{"--variance", "linear", "--task", "regression"}, "--variance linear is for --loss gaussian"},
      {{"--link", "probit", "--task", "multiclass"}, "--link probit is for --loss logistic with two classes"},
      {{"--link", "probit", "--task", "binary", "--loss", "hinge"}, "--link probit is for --loss logistic"},
      {{"--label-smoothing", "0.1", "--task", "regression"}, "--label-smoothing is for"},
      {{"--firth", "--task", "multiclass"}, "--firth is for --loss logistic"},
      {{"--firth", "--l2", "0.1"}, "--firth is a penalty of its own and implies --l2 0"},
      {{"--firth", "--l2", "auto"}, "--firth is a penalty of its own and implies --l2 0"},
      {{"--solver", "newton", "--loss", "absolute", "--task", "regression"}, "use interior-point"},
      {{"--solver", "interior-point", "--task", "regression"}, "use cholesky"},
      {{"--poly", "x"}, "--poly must be COLUMN=DEGREE, got 'x'"},
      {{"--poly", "=3"}, "--poly must be COLUMN=DEGREE"},
      {{"--poly", "x=0"}, "--poly must be"},
      {{"--poly", "x=51"}, "--poly must be"},
      {{"--poly", "x=3,x=4"}, "--poly names column 'x' twice"},
      {{"--poly", "y=3"}, "the target 'y' is also in --poly"},
      {{"--poly", "a=3", "--drop", "a"}, "is in --poly and in --drop"},
      {{"--solver", "qr", "--task", "binary"}, "for --loss logistic use newton"},
      {{"--drop", "y"}, "also in --drop"},
      {{"--id", "y"}, "also --id"},
      {{"--weights", "y"}, "also --weights"},
      {{"--cluster", "y"}, "also --cluster"},
      {{"--cluster", "g", "--weights", "g"}, "two roles"},
      {{"--cluster", "g", "--drop", "g"}, "two roles"},
      {{"--cluster", "g", "--robust", "hc1"}, "--robust and --cluster exclude each other"},
      {{"--intervals", "profile", "--cluster", "g"}, "does not go with --robust or --cluster"},
      {{"--intervals", "profile", "--task", "regression"}, "--intervals profile is for two classes"},
      {{"--intervals", "profile", "--task", "binary"}, "--intervals profile needs --l2 0"},
      {{"--intervals", "profile", "--task", "binary", "--firth"}, "without --firth"},
      {{"--drop", "a", "--keep", "a"}, "in --keep and in --drop"},
      {{"--format", "libsvm"}, "--target says nothing"},
      {{"--format", "tsv", "--delimiter", ";"}, "delimiter of tsv is a tab"},
      {{"--labels", "l"}, "--labels says nothing"},
      {{"-o", "-"}, "standard output holds the results"},
      {{"-o", "t.csv"}, "overwrite an input"},
      {{"-o", "x", "--trace", "x"}, "two outputs"},
  };
  for (const UsageCase& each : cases) expect_usage_error(fit_with(each.arguments), each.part);
  expect_usage_error({"fit", "t.csv", "--target", "a,b", "--solver", "cholesky"}, "for --loss logistic use newton");
  expect_usage_error({"fit", "t.csv", "--target", "a,b", "--task", "binary"}, "has one target, not 2");
  expect_usage_error({"fit", "t.csv", "--target", "a,a"}, "twice");
  expect_usage_error({"fit", "-", "--target", "y", "--test-data", "-"}, "cannot both be standard input");
  expect_usage_error({"fit", "t.svm", "--no-header"}, "--no-header says nothing");
  expect_usage_error({"fit", "t.svm", "--delimiter", ","}, "--delimiter says nothing");
}

TEST(Help, IsOnStandardOutput) {
  for (const char* command : {"fit", "predict", "evaluate", "doctor", "explain", "inspect"}) {
    const Outcome outcome = run_program({command, "--help"});
    EXPECT_EQ(outcome.code, 0);
    EXPECT_EQ(outcome.err, "");
    expect_golden(std::string("help_") + command + ".txt", outcome.out);
    EXPECT_EQ(run_program({command, "t.csv", "-h"}).out, outcome.out);
    EXPECT_EQ(run_program({command, "--version"}).out, "plumbline 0.1.0\n");
  }
  expect_golden("help.txt", run_program({"--help"}).out);
  EXPECT_EQ(run_program({"--version"}).out, "plumbline 0.1.0\n");
  EXPECT_EQ(run_program({"--version"}).code, 0);
}

TEST(Files, WhatCannotBeReadOrWrittenIsFour) {
  for (const Arguments& arguments : std::vector<Arguments>{{"inspect", "/nonexistent/m.json"},
                                                           {"inspect", "/"},
                                                           {"predict", "/nonexistent/m.json", "t.csv"},
                                                           {"evaluate", "/nonexistent/m.json", "t.csv"},
                                                           fit_with({"-o", "/nonexistent/m.json"})}) {
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.code, 4) << joined(arguments) << outcome.err;
    EXPECT_EQ(outcome.out, "");
    EXPECT_EQ(outcome.err.find('\n'), outcome.err.size() - 1) << outcome.err;
  }
}

}  // namespace
}  // namespace plumbline
