#include "plumbline/data/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <utility>
#include <vector>

#include "plumbline/core/errors.hpp"
#include "plumbline/data/spellings.hpp"

namespace plumbline {

namespace {

constexpr std::size_t kIdxChunkBytes = std::size_t{4} << 20;
constexpr unsigned kUnsignedByte = 8;

template <std::size_t Size>
std::array<unsigned char, Size> read_bytes(ByteInput& input) {
  std::array<char, Size> bytes{};
  const std::size_t got = input.read(bytes.data(), Size);
  if (got < Size) refuse(input, input.position() == 0 ? "the file is empty" : "the file ends within its IDX header");
  std::array<unsigned char, Size> result{};
  std::transform(bytes.begin(), bytes.end(), result.begin(), [](char c) { return static_cast<unsigned char>(c); });
  return result;
}

std::vector<std::uint64_t> read_dimensions(ByteInput& input) {
  const auto magic = read_bytes<4>(input);
  if (magic[0] != 0 || magic[1] != 0) {
    refuse(input, fmt::format("not an IDX file: it begins with bytes {:02x} {:02x}, not 00 00", magic[0], magic[1]));
  }
  if (magic[2] != kUnsignedByte) {
    refuse(input, fmt::format("the IDX type is 0x{:02x}; only unsigned bytes (0x08) are read", magic[2]));
  }
  if (magic[3] == 0) refuse(input, "the IDX header states no dimensions");
  std::vector<std::uint64_t> dimensions;
  for (unsigned i = 0; i < magic[3]; ++i) {
    const auto bytes = read_bytes<4>(input);
    std::uint64_t size = 0;
    for (const unsigned char byte : bytes) size = size << 8 | byte;
    dimensions.push_back(size);
  }
  return dimensions;
}

/// Before any memory is taken: the header and the length of the file must agree.
void check_length(const ByteInput& input, std::uint64_t rows, std::uint64_t width, std::size_t dimensions) {
  const std::uint64_t stated = 4 + 4 * dimensions + rows * width;
  if (rows == 0) refuse(input, "there are no rows");
  if (input.size() != 0 && input.size() != stated) {
    refuse(input, fmt::format("the header states {} rows of {} bytes, {} in all, but the file has {}", rows, width,
                              stated, input.size()));
  }
}

void check_end(ByteInput& input, std::uint64_t rows) {
  char byte = 0;
  if (input.read(&byte, 1) != 0)
    refuse(input, fmt::format("there are more bytes than the {} rows that the header states", rows));
}

void read_row_bytes(ByteInput& input, char* into, std::size_t bytes, std::uint64_t first_row, std::size_t width) {
  const std::size_t got = input.read(into, bytes);
  if (got < bytes) refuse(input, "the file ends before the rows that its header states", first_row + got / width + 1);
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.rfind(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

}  // namespace

Table read_idx_images(ByteInput& input, const ReadOptions& options) {
  const std::vector<std::uint64_t> dimensions = read_dimensions(input);
  if (dimensions.size() == 1) refuse(input, "an IDX file with one dimension holds labels, not images");
  std::uint64_t width = 1;
  // Stays below 2^52: the product is checked before each factor of 32 bits.
  for (std::size_t i = 1; i < dimensions.size() && width <= Table::kMostColumns; ++i) width *= dimensions[i];
  const bool any_zero = std::find(dimensions.begin() + 1, dimensions.end(), 0U) != dimensions.end();
  if (any_zero) refuse(input, "the IDX header states rows without cells");
  if (width > Table::kMostColumns) refuse(input, fmt::format("more than {} columns", Table::kMostColumns));
  check_length(input, dimensions[0], width, dimensions.size());

  Table table;
  table.path = input.path();
  table.width = static_cast<std::size_t>(width);
  table.scalar = Scalar::byte;
  table.byte_scale = 1.0 / 255;
  table.images = true;
  table.can_be_missing = false;
  const std::size_t most_rows = std::max<std::size_t>(1, kIdxChunkBytes / table.width);
  while (table.rows < dimensions[0]) {
    TableChunk chunk;
    chunk.first_row = table.rows;
    chunk.rows = static_cast<std::size_t>(std::min<std::uint64_t>(most_rows, dimensions[0] - table.rows));
    chunk.cells = Buffer<std::byte>(chunk.rows * table.width);
    read_row_bytes(input, reinterpret_cast<char*>(chunk.cells.data()), chunk.cells.size(), table.rows, table.width);
    report_reading(options.progress, input.position(), input.total());
    table.rows += chunk.rows;
    table.chunks.push_back(std::move(chunk));
  }
  check_end(input, table.rows);
  table.columns.resize(table.width);
  for (std::size_t j = 0; j < table.width; ++j) table.columns[j].name = fmt::format("px{}", j);
  return table;
}

Table::Labels read_idx_labels(ByteInput& input) {
  const std::vector<std::uint64_t> dimensions = read_dimensions(input);
  if (dimensions.size() != 1) {
    refuse(input, fmt::format("labels have one dimension in IDX, not {}", dimensions.size()));
  }
  check_length(input, dimensions[0], 1, 1);
  // The count may lie where the length is not known, so memory grows with what is really there.
  std::vector<char> bytes;
  while (bytes.size() < dimensions[0]) {
    const std::size_t before = bytes.size();
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(before + kIdxChunkBytes, dimensions[0])));
    read_row_bytes(input, bytes.data() + before, bytes.size() - before, before, 1);
  }
  check_end(input, dimensions[0]);
  Table::Labels labels;
  labels.column.name = "label";
  labels.values = Buffer<double>(bytes.size());
  Spellings spellings;
  std::array<bool, 256> seen{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto value = static_cast<unsigned char>(bytes[i]);
    labels.values[i] = value;
    if (!std::exchange(seen[value], true)) spellings.note(value, fmt::format("{}", value));
  }
  labels.column.spellings = spellings.take();
  return labels;
}

std::optional<std::string> find_idx_labels(const std::string& images_path) {
  const std::filesystem::path path(images_path);
  const std::string name = path.filename().string();
  if (name.find("images") == std::string::npos) return std::nullopt;
  std::string plain = replaced(replaced(name, "images", "labels"), "idx3", "idx1");
  const bool compressed = plain.size() > 3 && plain.substr(plain.size() - 3) == ".gz";
  if (compressed) plain.resize(plain.size() - 3);
  // The same kind of file first.
  for (const bool try_compressed : {compressed, !compressed}) {
    const std::filesystem::path candidate = path.parent_path() / (plain + (try_compressed ? ".gz" : ""));
    std::error_code ignored;
    if (std::filesystem::exists(candidate, ignored)) return candidate.string();
  }
  return std::nullopt;
}

}  // namespace plumbline
