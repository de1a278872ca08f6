// The tables of docs/losses.md, docs/solvers.md and docs/diagnostics.md are made from the code, so that they cannot
// drift from it. PLUMBLINE_WRITE_DOCS=1 in the environment writes them anew.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "plumbline/diagnostics/doctor_options.hpp"
#include "plumbline/diagnostics/finding.hpp"
#include "plumbline/models/loss_facts.hpp"
#include "plumbline/models/names.hpp"
#include "plumbline/solvers/solver_choice.hpp"
#include "plumbline/solvers/solver_facts.hpp"

namespace plumbline {
namespace {

constexpr std::size_t kLabels = 3;

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// As the flags that choose it.
std::string flags_of(const LossFacts& facts) {
  std::string text = fmt::format("`--loss {}`", name_of(facts.settings.kind));
  if (facts.settings.link == Link::probit || facts.settings.link == Link::cloglog)
    text += fmt::format(" `--link {}`", name_of(facts.settings.link));
  if (facts.settings.variance == VarianceModel::linear) text += " `--variance linear`";
  return text + fmt::format(", {}", name_of(facts.task));
}

/// A bar would end a cell of the table.
std::string cell(std::string text) {
  for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.replace(at, 1, "\\|");
  return text;
}

std::string solvers_of(const LossFacts& facts) {
  const Loss loss = make_loss(facts.settings, facts.task, kLabels);
  std::string list;
  for (const SolverChoice solver : kSolvers) {
    if (solver == SolverChoice::automatic || !serves(solver, loss)) continue;
    list += (list.empty() ? "" : ", ") + std::string(name_of(solver));
  }
  return list;
}

std::string loss_table() {
  std::string table =
      "| loss, task | l(y, η) | ∂l/∂η | domain | −log likelihood of | shape | source "
      "|\n|---|---|---|---|---|---|---|\n";
  for (const LossFacts& facts : all_loss_facts()) {
    table += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", flags_of(facts), cell(facts.formula),
                         cell(facts.derivative), cell(facts.domain), cell(facts.likelihood), facts.shape, facts.source);
  }
  return table;
}

std::string method_table() {
  std::string table =
      "| solver | method | cost in flops | stops by itself | settings and defaults | source "
      "|\n|---|---|---|---|---|---|\n";
  for (const SolverFacts& facts : all_solver_facts()) {
    table += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", name_of(facts.solver), cell(facts.method), facts.cost,
                         cell(facts.stops), facts.settings, facts.source);
  }
  return table;
}

std::string solver_table() {
  std::string table = method_table() + "\n| loss, task | solvers that serve it | `auto` takes |\n|---|---|---|\n";
  for (const LossFacts& facts : all_loss_facts()) {
    const Loss loss = make_loss(facts.settings, facts.task, kLabels);
    table += fmt::format("| {} | {} | {} |\n", flags_of(facts), solvers_of(facts),
                         name_of(choose_solver({loss, 10}, SolverChoice::automatic)));
  }
  return table;
}

/// The kinds in the order in which they are told, then the thresholds.
std::string doctor_table() {
  std::string table = "| finding | what it does | what to do |\n|---|---|---|\n";
  for (const FindingKind kind : kFindingKinds) {
    table += fmt::format("| {} | {} | {} |\n", name_of(kind), cell(effect_of(kind)), cell(advice_of(kind)));
  }
  table += "\n| flag | default | what is held against it | findings |\n|---|---|---|---|\n";
  for (const DoctorThreshold& threshold : doctor_thresholds()) {
    table += fmt::format("| `--{}` | {} | {} | {} |\n", threshold.name, DoctorOptions().*threshold.value,
                         cell(threshold.meaning), threshold.findings);
  }
  return table;
}

void expect_current(const std::string& file, const std::string& table) {
  const std::string path = std::string(PLUMBLINE_SOURCE_DIR) + "/docs/" + file;
  const std::string text = read_whole(path);
  const std::string begin = "<!-- made by tests/report/docs_test.cpp -->\n", end = "<!-- end -->\n";
  const std::size_t from = text.find(begin), to = text.find(end);
  ASSERT_NE(from, std::string::npos) << path;
  ASSERT_NE(to, std::string::npos) << path;
  const std::string current = text.substr(0, from) + begin + table + text.substr(to);
  if (std::getenv("PLUMBLINE_WRITE_DOCS") != nullptr) {
    std::ofstream(path, std::ios::binary) << current;
  } else {
    EXPECT_EQ(text, current) << "run this test with PLUMBLINE_WRITE_DOCS=1";
  }
}

TEST(Docs, LossesAreThoseOfTheCode) { expect_current("losses.md", loss_table()); }
// As many as there are, each once, in the order of the command line.
TEST(Docs, EverySolverIsDescribed) {
  std::vector<SolverChoice> described{SolverChoice::automatic};
  for (const SolverFacts& facts : all_solver_facts()) described.push_back(facts.solver);
  EXPECT_EQ(described, std::vector<SolverChoice>(kSolvers.begin(), kSolvers.end()));
}
TEST(Docs, FindingsAndThresholdsAreThoseOfTheCode) { expect_current("diagnostics.md", doctor_table()); }
TEST(Docs, SolversAreThoseOfTheCode) { expect_current("solvers.md", solver_table()); }

}  // namespace
}  // namespace plumbline
