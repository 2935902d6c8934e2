// SPDX-License-Identifier: Apache-2.0
// One XML file of PASCAL VOC.
#pragma once

#include "evaluate/annotations.h"

#include <cstddef>
#include <string>
#include <vector>

namespace tradewind {

struct VocObject {
    std::string name;
    double xmin = 0, ymin = 0, xmax = 0, ymax = 0; // as written
    bool difficult = false, group_of = false;
    std::size_t line = 0; // where it begins
};

struct VocFile {
    AnnotatedImage image; // without its number
    std::vector<VocObject> objects;
};

// Throws Error(usage), naming file and line; see evaluate/voc_annotations.h.
VocFile read_voc_file(const std::string &path);

} // namespace tradewind
