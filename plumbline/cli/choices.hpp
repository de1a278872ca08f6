#pragma once

#include <array>

#include "plumbline/data/read_table.hpp"
#include "plumbline/solvers/options.hpp"

namespace plumbline {

inline constexpr std::array kFormats{Format::csv, Format::tsv, Format::libsvm, Format::npy, Format::idx};

const char* name_of(Format format);

}  // namespace plumbline
