// SPDX-License-Identifier: Apache-2.0
// COCO's annotations of objects: a JSON file with "images", "categories" and "annotations".
#pragma once

#include "evaluate/annotations.h"

namespace tradewind {

// Passes over what is not in Annotations: segmentations, keypoints, licences. An "area" that is missing is that of the
// box, an "iscrowd" that is missing 0. Throws as read_annotations does.
Annotations read_coco_annotations(const std::string &path);

} // namespace tradewind
