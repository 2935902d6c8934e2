// SPDX-License-Identifier: Apache-2.0
// Annotations and detections to score: small ones written out, made ones, and those of the goldens.
#pragma once

#include "evaluate/annotations.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace evaluate_sets {

struct Set {
    tradewind::Annotations annotations;
    std::vector<tradewind::ImageDetections> detections; // one for each picture
};

// Pictures 1 to `images` and categories 1 to `categories`, without boxes.
Set empty_set(int images, int categories);

tradewind::Annotation object(std::int64_t image, std::int64_t category, tradewind::Rectangle box);

// From a fixed formula: good boxes, and every kind of bad one. Scores have 53 bits, so that no two are the same; with
// `ties` they are whole tenths. Some objects are crowds with `crowds`.
Set made_set(std::uint64_t seed, int images, int categories, bool ties, bool crowds);

// COCO's two files, as the goldens have them; detections of unknown pictures are left out. The annotations may be
// elsewhere.
Set read_coco(const std::string &folder, const std::string &annotations = {});

// All pictures of a set, in their order or backwards.
template <class Evaluation> void add_all(Evaluation &evaluation, const Set &set, bool backwards = false)
{
    std::vector<tradewind::ImageDetections> order = set.detections;
    if (backwards) std::reverse(order.begin(), order.end());
    for (const auto &found : order) evaluation.add(found.image_id, found.boxes);
}

} // namespace evaluate_sets
