// SPDX-License-Identifier: Apache-2.0
// The pictures of model quantise: those that calibrate, and those that are held out to measure what is lost.
#pragma once

#include "cli/flags.h"
#include "evaluate/annotations.h"

#include <optional>
#include <string>
#include <vector>

namespace tradewind::cli {

struct NumberedPicture {
    std::int64_t id = 0; // that of its annotations, if there are any
    std::string path;
};

struct QuantisePictures {
    std::vector<NumberedPicture> calibrating, held_out;
    std::optional<Annotations> annotations;
};

// From --images and --annotations: every fourth picture is held out, and of either part at most `most` are taken,
// spread evenly. Throws Error(usage) where there are fewer than four.
QuantisePictures quantise_pictures(const Flags &flags, std::size_t most);

} // namespace tradewind::cli
