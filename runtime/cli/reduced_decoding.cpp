// SPDX-License-Identifier: Apache-2.0
// How many pixels do.
#include "cli/reduced_decoding.h"

#include "tensor/error.h"

#include <algorithm>

namespace tradewind::cli {

std::function<ImageSize(ImageSize)> reduced_decoding(const Settings &run, const Saving &saving,
                                                     const Ensemble &ensemble)
{
    if (!run.boolean("run.reduced_jpeg")) return {};
    const auto refuse = [&](const std::string &why) {
        throw Error(ErrorCode::usage, "run.reduced_jpeg " + why, run.find("run.reduced_jpeg")->origin);
    };
    if (saving.has("image")) refuse("leaves too few pixels to draw on: give --save without image");
    if (!ensemble.options().crops.empty()) refuse("leaves too few pixels for crops: give one of the two");
    return [&ensemble](ImageSize picture) {
        ImageSize enough{1, 1};
        const auto sides = ensemble.resized_sides(picture); // heights and widths in turn
        for (std::size_t i = 0; i + 1 < sides.size(); i += 2)
            enough = {std::max(enough.height, sides[i]), std::max(enough.width, sides[i + 1])};
        return enough;
    };
}

} // namespace tradewind::cli
