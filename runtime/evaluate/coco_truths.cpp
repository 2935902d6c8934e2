// SPDX-License-Identifier: Apache-2.0
// One sorted list.
#include "evaluate/coco_truths.h"

#include <numeric>
#include <tuple>

namespace tradewind {

CocoTruths::CocoTruths(const Annotations &annotations)
    : images_(annotations.images), categories_(annotations.categories), names_(categories_.size()),
      first_(images_.size() + 1)
{
    for (const Category &category : annotations.categories) names_[categories_.place(category.id)] = category.name;
    std::vector<std::tuple<std::size_t, std::size_t, std::size_t>> order; // picture, category, annotation
    for (std::size_t i = 0; i < annotations.boxes.size(); ++i) {
        const Annotation &one = annotations.boxes[i];
        const std::size_t picture = images_.place(one.image_id), category = categories_.place(one.category_id);
        if (picture < images_.size() && category < categories_.size()) order.emplace_back(picture, category, i);
    }
    std::sort(order.begin(), order.end());
    truths_.reserve(order.size());
    for (const auto &[picture, category, i] : order) {
        const Annotation &one = annotations.boxes[i];
        truths_.push_back({one.box, one.area, static_cast<std::uint32_t>(category), one.is_crowd(), one.id != 0});
        ++first_[picture + 1];
    }
    std::partial_sum(first_.begin(), first_.end(), first_.begin());
}

std::span<const CocoTruth> CocoTruths::of(std::size_t picture) const
{
    return std::span(truths_).subspan(first_[picture], first_[picture + 1] - first_[picture]);
}

std::span<const CocoTruth> CocoTruths::of(std::size_t picture, std::uint32_t category) const
{
    const std::span<const CocoTruth> all = of(picture);
    const auto [first, last] = std::ranges::equal_range(all, category, {}, &CocoTruth::category);
    return {first, last};
}

} // namespace tradewind
