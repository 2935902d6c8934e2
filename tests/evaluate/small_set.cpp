// SPDX-License-Identifier: Apache-2.0
// Building sets.
#include "small_set.h"

#include <random>

using namespace tradewind;

namespace small_set {

Annotations of(const std::vector<std::int64_t> &images, const std::vector<std::int64_t> &categories)
{
    Annotations annotations;
    for (const std::int64_t id : images) annotations.images.push_back({id, std::to_string(id) + ".jpg", 640, 480});
    for (const std::int64_t id : categories) annotations.categories.push_back({id, "class " + std::to_string(id)});
    return annotations;
}

void annotate(Annotations &annotations, std::int64_t image, std::int64_t category, const Rectangle &box, bool crowd)
{
    Annotation one;
    one.image_id = image;
    one.category_id = category;
    one.box = box;
    one.area = box.width * box.height;
    one.crowd = crowd;
    one.id = static_cast<std::int64_t>(annotations.boxes.size()) + 1;
    annotations.boxes.push_back(one);
}

CocoResult evaluate(const Annotations &annotations, const std::vector<ImageDetections> &found,
                    const CocoOptions &options)
{
    CocoEvaluation evaluation(annotations, options);
    for (const ImageDetections &one : found) evaluation.add(one.image_id, one.boxes);
    return evaluation.result();
}

MadeUp made_up(std::uint32_t seed, int pictures, int categories, int detections)
{
    std::mt19937 random(seed);
    const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<std::uint32_t>(limit)); };
    const auto box = [&] {
        return Rectangle{10.0 * below(30), 10.0 * below(20), 10.0 + 10 * below(12), 10.0 + 10 * below(12)};
    };
    std::vector<std::int64_t> images, kinds;
    for (int i = 0; i < pictures; ++i) images.push_back((i * 7919) % 10007);
    for (int i = 0; i < categories; ++i) kinds.push_back(i + 1);
    MadeUp set{of(images, kinds), {}};
    for (const std::int64_t image : images) {
        for (int i = below(8); i > 0; --i)
            annotate(set.annotations, image, 1 + below(categories), box(), below(9) == 0);
        set.found.push_back({image, {}});
        for (int i = 0; i < detections; ++i)
            set.found.back().boxes.push_back({1 + below(categories), box(), below(10) / 10.0});
    }
    return set;
}

} // namespace small_set
