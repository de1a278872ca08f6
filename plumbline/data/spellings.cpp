#include "plumbline/data/spellings.hpp"

#include "plumbline/data/table.hpp"

namespace plumbline {

void Spellings::note(double value, std::string_view text) {
  if (given_up_) return;
  first_.try_emplace(value, text);
  if (first_.size() > TableColumn::kMostSpellings) give_up();
}

void Spellings::merge(Spellings& later) {
  if (!later.given_up_ && !given_up_) first_.merge(later.first_);
  if (later.given_up_ || first_.size() > TableColumn::kMostSpellings) give_up();
}

void Spellings::give_up() {
  first_.clear();
  given_up_ = true;
}

std::vector<std::pair<double, std::string>> Spellings::take() {
  std::vector<std::pair<double, std::string>> pairs(first_.begin(), first_.end());
  clear();
  return pairs;
}

void Spellings::clear() {
  first_.clear();
  given_up_ = false;
}

}  // namespace plumbline
