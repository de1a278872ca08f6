#include <fmt/format.h>

#include <algorithm>

#include "plumbline/models/names.hpp"
#include "plumbline/report/doctor_results.hpp"
#include "plumbline/report/text_table.hpp"

namespace plumbline {
namespace {

/// Findings of one kind that are printed; --json has them all.
constexpr std::size_t kMostOfAKind = 20;

std::string target_text(const DoctorResult& result) {
  std::string text = result.targets.empty() ? "the target in the file" : "target " + listed(result.targets);
  text += fmt::format(" ({}", name_of(result.task));
  std::vector<std::string> classes;
  for (std::size_t k = 0; k < result.classes.size(); ++k) {
    classes.push_back(fmt::format("{} {:.10g}", shown(result.classes[k]), result.report.class_weight[k]));
  }
  return text + (classes.empty() ? "" : ": " + listed(classes)) + ")";
}

std::string data_text(const DoctorResult& result, const std::string& path) {
  const std::size_t features = result.report.features;
  std::string text = fmt::format("{}: {} rows", path == "-" ? "standard input" : shown(path, 80), result.records);
  if (result.dropped_rows > 0) text += fmt::format(" ({} dropped)", result.dropped_rows);
  return text + fmt::format(", {} feature{}, {}", features, features == 1 ? "" : "s", target_text(result));
}

/// The kind as a heading: "near duplicate".
std::string heading(FindingKind kind) {
  std::string text = name_of(kind);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

std::string records_text(const DoctorResult& result, const std::vector<std::size_t>& records) {
  std::vector<std::string> names;
  for (const std::size_t record : records) {
    const auto id = result.ids.find(record);
    names.push_back(id == result.ids.end() ? fmt::format("{}", record + 1) : id->second);
  }
  return listed(names, names.size());
}

std::string rows_text(const DoctorResult& result, const Finding& finding) {
  if (finding.rows.empty()) return "";
  const char* const noun = finding.rows.size() == 1 ? "record" : "records";
  if (finding.originals.empty()) return fmt::format(" ({} {})", noun, records_text(result, finding.rows));
  return fmt::format(" ({} {} as {})", noun, records_text(result, finding.rows),
                     records_text(result, finding.originals));
}

/// The measured figure, where the detail is silent about it.
std::string figure_text(const Finding& finding) {
  if (finding.kind == FindingKind::near_collinear_set) return fmt::format(" (condition index {:.3g})", finding.value);
  if (finding.kind == FindingKind::inflated_variance) return fmt::format(" (VIF {:.3g})", finding.value);
  return "";
}

std::string finding_line(const DoctorResult& result, const Finding& finding) {
  std::string line = finding.columns.empty() ? "" : listed(finding.columns) + ": ";
  line += finding.detail + figure_text(finding) + rows_text(result, finding);
  return "  " + shown(line, line.size()) + "\n";
}

/// All findings of one kind from `begin` on, which it moves to the next kind.
std::string paragraph(const DoctorResult& result, std::size_t& begin) {
  const std::vector<Finding>& findings = result.report.findings;
  const FindingKind kind = findings[begin].kind;
  std::string text = "\n" + heading(kind) + "\n";
  std::size_t count = 0;
  for (; begin < findings.size() && findings[begin].kind == kind; ++begin, ++count) {
    if (count < kMostOfAKind) text += finding_line(result, findings[begin]);
  }
  if (count > kMostOfAKind) text += fmt::format("  and {} more (--json has all)\n", count - kMostOfAKind);
  return text + fmt::format("  what it does: {}\n  what to do: {}\n", effect_of(kind), advice_of(kind));
}

}  // namespace

std::string doctor_text(const DoctorResult& result, const std::string& data_path) {
  const std::size_t findings = result.report.findings.size();
  std::string text = data_text(result, data_path);
  if (findings == 0) return text + ": no findings\n";
  text += fmt::format(": {} finding{}\n", findings, findings == 1 ? "" : "s");
  for (std::size_t begin = 0; begin < findings;) text += paragraph(result, begin);
  return text;
}

}  // namespace plumbline
