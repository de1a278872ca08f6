#include "plumbline/cli/choices.hpp"

namespace plumbline {

const char* name_of(Format format) {
  switch (format) {
    case Format::csv:
      return "csv";
    case Format::tsv:
      return "tsv";
    case Format::libsvm:
      return "libsvm";
    case Format::npy:
      return "npy";
    case Format::idx:
      return "idx";
  }
  return "";
}

}  // namespace plumbline
