#include "plumbline/models/training_state_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "plumbline/core/atomic_file.hpp"
#include "plumbline/core/errors.hpp"
#include "plumbline/core/random.hpp"

namespace plumbline {

namespace {

using Json = nlohmann::ordered_json;

static_assert(std::endian::native == std::endian::little, "the arrays are written as they lie in memory");

/// How such a file begins, up to its version.
constexpr std::string_view kBeginning = R"({"plumbline_training_state":)";
constexpr std::uint64_t kStateVersion = 1;

std::uint64_t checksum(std::string_view header, std::string_view arrays) {
  std::uint64_t hash = 0;
  for (const std::string_view part : {header, arrays}) {
    hash = mix(hash ^ part.size());
    for (std::size_t at = 0; at < part.size(); at += sizeof(std::uint64_t)) {
      std::uint64_t word = 0;
      std::memcpy(&word, part.data() + at, std::min(sizeof word, part.size() - at));
      hash = mix(hash ^ word);
    }
  }
  return hash;
}

std::string hexadecimal(std::uint64_t bits) { return fmt::format("{:016x}", bits); }

void append_bytes(const NetworkParameters& array, std::string& to) {
  std::visit(
      [&](const auto& numbers) {
        const std::size_t size = numbers.size() * sizeof(numbers[0]);
        const std::size_t begin = to.size();
        to.resize(begin + size);
        if (size > 0) std::memcpy(to.data() + begin, numbers.data(), size);
      },
      array);
}

std::size_t size_of(const NetworkParameters& array) {
  return std::visit([](const auto& numbers) { return numbers.size(); }, array);
}

Json settings_json(const TrainingSettings& settings) {
  Json object = Json::object();
  for (const auto& [name, value] : settings) object[name] = value;
  return object;
}

/// Reads the parts of a state, refusing what is not as it was written.
class StateReader final {
 public:
  StateReader(const std::string& bytes, const std::string& path, Checksum checksum)
      : bytes_(bytes), path_(path), checksum_(checksum) {}

  SavedTraining read() {
    if (bytes_.compare(0, kBeginning.size(), kBeginning) != 0) refuse("it is no training state (--save-every)");
    const std::size_t line_end = bytes_.find('\n');
    if (line_end == std::string::npos) refuse("it ends too early");
    Json header = Json::parse(bytes_.begin(), bytes_.begin() + static_cast<std::ptrdiff_t>(line_end), nullptr, false);
    if (header.is_discarded()) refuse("its first line is damaged");
    try {
      return read_parts(header, std::string_view(bytes_).substr(line_end + 1));
    } catch (const Json::exception&) {
      refuse("its first line is damaged");
    }
  }

 private:
  SavedTraining read_parts(Json& header, std::string_view arrays) {
    if (header.at("plumbline_training_state").get<std::uint64_t>() != kStateVersion)
      refuse("it was written by another version");
    const std::uint64_t expected = bits_at(header, "checksum");
    header.erase("checksum");
    if (checksum_ == Checksum::required && checksum(header.dump(), arrays) != expected)
      refuse("it is damaged or cut off (its checksum differs)");
    SavedTraining saved;
    for (const auto& [name, value] : header.at("settings").items())
      saved.settings.emplace_back(name, value.get<std::string>());
    saved.fingerprint = bits_at(header, "fingerprint");
    saved.epoch = header.at("epoch").get<std::size_t>();
    saved.best_epoch = header.at("best_epoch").get<std::size_t>();
    saved.best_loss = std::bit_cast<double>(bits_at(header, "best_loss"));
    const bool floats = header.at("dtype").get<std::string>() == name_of(NetworkScalar::f32);
    const auto sizes = header.at("sizes").get<std::vector<std::size_t>>();
    NetworkParameters* const parts[] = {&saved.parameters, &saved.first, &saved.second, &saved.best};
    if (sizes.size() != std::size(parts)) refuse("its first line is damaged");
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      *parts[i] = floats ? NetworkParameters(take<float>(sizes[i], arrays)) : take<double>(sizes[i], arrays);
    }
    if (!arrays.empty()) refuse("more follows its end");
    return saved;
  }

  std::uint64_t bits_at(const Json& header, const char* key) const {
    const auto digits = header.at(key).get<std::string>();
    std::uint64_t bits = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), bits, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) refuse("its first line is damaged");
    return bits;
  }

  template <class T>
  std::vector<T> take(std::size_t count, std::string_view& arrays) const {
    if (count > arrays.size() / sizeof(T)) refuse("it ends too early");
    std::vector<T> numbers(count);
    if (count > 0) std::memcpy(numbers.data(), arrays.data(), count * sizeof(T));
    arrays.remove_prefix(count * sizeof(T));
    return numbers;
  }

  [[noreturn]] void refuse(const std::string& problem) const {
    throw FileError(path_, "cannot be resumed from: " + problem);
  }

  const std::string& bytes_;
  const std::string& path_;
  Checksum checksum_;
};

}  // namespace

void save_training(const SavedTraining& saved, const std::string& path) {
  std::string arrays;
  for (const NetworkParameters* part : {&saved.parameters, &saved.first, &saved.second, &saved.best})
    append_bytes(*part, arrays);
  Json header{{"plumbline_training_state", kStateVersion},
              {"dtype", name_of(static_cast<NetworkScalar>(saved.parameters.index()))},
              {"epoch", saved.epoch},
              {"best_epoch", saved.best_epoch},
              {"best_loss", hexadecimal(std::bit_cast<std::uint64_t>(saved.best_loss))},
              {"fingerprint", hexadecimal(saved.fingerprint)},
              {"sizes", {size_of(saved.parameters), size_of(saved.first), size_of(saved.second), size_of(saved.best)}},
              {"settings", settings_json(saved.settings)}};
  header["checksum"] = hexadecimal(checksum(header.dump(), arrays));
  AtomicFile file(path);
  file.write(header.dump() + "\n");
  file.write(arrays);
  file.commit();
}

SavedTraining training_from_bytes(const std::string& bytes, const std::string& path, Checksum checksum) {
  return StateReader(bytes, path, checksum).read();
}

SavedTraining load_training(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw FileError(path, std::string("cannot be read: ") + std::strerror(errno));
  std::string bytes(kBeginning.size(), '\0');
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  // A device without end, or a table given by mistake, shows itself by its first bytes.
  if (bytes == kBeginning) bytes.append(std::istreambuf_iterator<char>(file), {});
  if (file.bad()) throw FileError(path, "cannot be read");
  return training_from_bytes(bytes, path);
}

std::string first_difference(const TrainingSettings& was, const TrainingSettings& is) {
  for (const auto& setting : is) {
    const auto before =
        std::find_if(was.begin(), was.end(), [&](const auto& each) { return each.first == setting.first; });
    if (before == was.end()) return setting.first + " was not there";
    if (before->second != setting.second)
      return fmt::format("{} is {}, and was {}", setting.first, setting.second, before->second);
  }
  return was.size() == is.size() ? "" : "it was made with other settings";
}

}  // namespace plumbline
