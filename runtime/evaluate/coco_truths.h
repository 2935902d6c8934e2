// SPDX-License-Identifier: Apache-2.0
// Annotations by picture and category, both counted by ascending id.
#pragma once

#include "evaluate/annotations.h"
#include "evaluate/coco_matching.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tradewind {

// Ids in ascending order; their places are what is counted by.
class IdTable {
public:
    template <class T> explicit IdTable(const std::vector<T> &items)
    {
        for (const T &item : items) ids_.push_back(item.id);
        std::sort(ids_.begin(), ids_.end());
        ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    }

    std::size_t size() const { return ids_.size(); }
    std::int64_t operator[](std::size_t place) const { return ids_[place]; }

    // size() for an id that is not there.
    std::size_t place(std::int64_t id) const
    {
        const auto found = std::lower_bound(ids_.begin(), ids_.end(), id);
        return found == ids_.end() || *found != id ? ids_.size() : static_cast<std::size_t>(found - ids_.begin());
    }

private:
    std::vector<std::int64_t> ids_;
};

class CocoTruths {
public:
    // Leaves out boxes of pictures and categories that are not there.
    explicit CocoTruths(const Annotations &annotations);

    const IdTable &images() const { return images_; }
    const IdTable &categories() const { return categories_; }
    const std::string &category_name(std::size_t category) const { return names_[category]; }
    std::span<const CocoTruth> of(std::size_t picture) const;                         // by category
    std::span<const CocoTruth> of(std::size_t picture, std::uint32_t category) const; // in the order of the file

private:
    IdTable images_, categories_;
    std::vector<std::string> names_;
    std::vector<CocoTruth> truths_;
    std::vector<std::size_t> first_; // of each picture, and the end
};

} // namespace tradewind
