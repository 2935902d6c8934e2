// SPDX-License-Identifier: Apache-2.0
// Some of the annotated pictures.
#pragma once

#include "evaluate/annotations.h"

#include <string>
#include <unordered_set>

namespace tradewind::cli {

// As a file lists them, one a line: an image id, or a name with or without folder and ending (a VOC image set, whose
// second column, if any, is passed over). Without a file: all.
class Subset {
public:
    // Throws Error(usage) for a file that cannot be read, names nothing, or names a picture that is not annotated.
    Subset(const std::string &file, const Annotations &annotations);

    bool has(std::int64_t image_id) const { return all_ || ids_.count(image_id) > 0; }
    std::size_t size() const { return size_; }

private:
    bool all_;
    std::size_t size_;
    std::unordered_set<std::int64_t> ids_;
};

} // namespace tradewind::cli
