#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "plumbline/data/row_source.hpp"
#include "plumbline/network/architecture.hpp"

namespace plumbline {

/// What the parameters of a network are kept and computed in (`--dtype`).
enum class NetworkScalar : std::uint8_t { f32, f64 };

inline constexpr std::array kNetworkScalars{NetworkScalar::f32, NetworkScalar::f64};

/// As `--dtype` spells it.
const char* name_of(NetworkScalar scalar);

/// The parameters in the order of Architecture::layers(), in what they were trained in.
using NetworkParameters = std::variant<std::vector<float>, std::vector<double>>;

/// A fitted network in the user's units: eta_k = target_center_k + target_scale_k·net_k((x − center)∘scale).
struct NetworkPredictor {
  Architecture architecture;
  NetworkParameters parameters;
  std::vector<double> center, scale;                ///< (p); scale 0: the column carried nothing in training
  std::vector<double> target_center, target_scale;  ///< (K): 0 and 1 but for numbers, which are standardised
  std::size_t dead_units = 0;                       ///< relu: hidden units that were 0 on every training row

  NetworkScalar scalar() const { return static_cast<NetworkScalar>(parameters.index()); }
};

/// eta (rows, K) of one block of encoded rows, computed in the network's own precision; a row that this cannot hold (an
/// input beyond the range of floats) in double. The same row gives the same bits in any block and for any threads.
/// Throws std::invalid_argument if the block's width is not architecture.inputs.
void network_predictors(const NetworkPredictor& predictor, const RowBlock& block, double* eta);

}  // namespace plumbline
