#pragma once

// The functions of the field for a library user, all at once: links between logits and probabilities, and the losses of
// classes from logits, probabilities and log-probabilities (subject C.4.4). What models are fitted with, with gradients
// and curvature, stands in loss.hpp.

#include "plumbline/losses/binary_cross_entropy.hpp"
#include "plumbline/losses/cross_entropy.hpp"
#include "plumbline/losses/kl_divergence.hpp"
#include "plumbline/losses/link_functions.hpp"
#include "plumbline/losses/margin.hpp"
