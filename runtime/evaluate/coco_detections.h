// SPDX-License-Identifier: Apache-2.0
// COCO's results: a JSON list of detections.
#pragma once

#include "evaluate/annotations.h"
#include "evaluate/json_records.h"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace tradewind {

// read_detections of a file's contents; `origin` is its name.
std::vector<ImageDetections> parse_coco_detections(std::span<const std::byte> bytes, const std::string &origin,
                                                   const Annotations &annotations, const JsonProgress &progress = {});

} // namespace tradewind
