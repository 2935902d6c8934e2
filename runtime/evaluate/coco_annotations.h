// SPDX-License-Identifier: Apache-2.0
// COCO's annotations of objects: a JSON file with "images", "categories" and "annotations".
#pragma once

#include "evaluate/annotations.h"
#include "evaluate/json_records.h"

#include <cstddef>
#include <span>
#include <string>

namespace tradewind {

// Passes over what is not in Annotations: segmentations, keypoints, licences. An "area" that is missing is that of the
// box, an "iscrowd" that is missing 0. Throws as read_annotations does.
Annotations read_coco_annotations(const std::string &path);

// The same of a file's contents; `origin` is its name.
Annotations parse_coco_annotations(std::span<const std::byte> bytes, const std::string &origin,
                                   const JsonProgress &progress = {});

} // namespace tradewind
