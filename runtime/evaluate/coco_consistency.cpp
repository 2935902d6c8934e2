// SPDX-License-Identifier: Apache-2.0
// Sorted ids, looked up.
#include "evaluate/coco_consistency.h"

#include "tensor/error.h"

#include <algorithm>
#include <map>
#include <unordered_map>

namespace tradewind {
namespace {

// Annotations of COCO are rounded to hundredths, and those of others counted from 1.
constexpr double slack = 1;

template <class T> std::vector<std::int64_t> sorted_ids(const std::vector<T> &items)
{
    std::vector<std::int64_t> ids;
    ids.reserve(items.size());
    for (const T &item : items) ids.push_back(item.id);
    std::sort(ids.begin(), ids.end());
    return ids;
}

template <class T>
std::vector<std::int64_t> distinct_ids(const std::vector<T> &items, const char *what, const std::string &origin)
{
    std::vector<std::int64_t> ids = sorted_ids(items);
    if (const auto twice = std::adjacent_find(ids.begin(), ids.end()); twice != ids.end())
        throw Error(ErrorCode::usage,
                    std::string("two ") + what + " have the id " + std::to_string(*twice) + "; give each its own",
                    origin);
    return ids;
}

void check_known(const std::vector<std::int64_t> &ids, std::int64_t id, const char *what, const Annotation &one,
                 const std::string &origin)
{
    if (!std::binary_search(ids.begin(), ids.end(), id))
        throw Error(ErrorCode::usage,
                    "annotation " + std::to_string(one.id) + " is of " + what + " " + std::to_string(id) +
                        ", which the file does not have; add it or leave the annotation out",
                    origin);
}

bool outside(const Rectangle &box, const AnnotatedImage &image)
{
    return box.x < -slack || box.y < -slack || box.x + box.width > static_cast<double>(image.width) + slack ||
           box.y + box.height > static_cast<double>(image.height) + slack;
}

std::string boxes(std::size_t count, const char *one, const char *several)
{
    return count == 1 ? std::string("1 box ") + one : std::to_string(count) + " boxes " + several;
}

void note_boxes(Annotations &annotations)
{
    std::unordered_map<std::int64_t, const AnnotatedImage *> images;
    for (const AnnotatedImage &image : annotations.images)
        if (image.width && image.height) images[image.id] = &image;
    std::size_t out = 0, flat = 0;
    for (const Annotation &one : annotations.boxes) {
        const auto image = images.find(one.image_id);
        out += image != images.end() && outside(one.box, *image->second);
        flat += one.box.width == 0 || one.box.height == 0;
    }
    if (out)
        annotations.notes.push_back(boxes(out, "reaches", "reach") +
                                    " more than a pixel out of the picture; taken as annotated");
    if (flat) annotations.notes.push_back(boxes(flat, "has", "have") + " no area; nothing can overlap there");
}

void note_names(Annotations &annotations)
{
    std::map<std::string, int> counts;
    for (const Category &category : annotations.categories) ++counts[category.name];
    for (const auto &[name, count] : counts)
        if (count > 1)
            annotations.notes.push_back("the name \"" + name + "\" stands for " + std::to_string(count) +
                                        " categories; they are told apart by their ids");
}

} // namespace

void check_consistency(const Annotations &annotations)
{
    const std::string &origin = annotations.origin;
    const auto images = distinct_ids(annotations.images, "images", origin);
    const auto categories = distinct_ids(annotations.categories, "categories", origin);
    distinct_ids(annotations.boxes, "annotations", origin);
    for (const Annotation &one : annotations.boxes) {
        check_known(images, one.image_id, "image", one, origin);
        check_known(categories, one.category_id, "category", one, origin);
    }
}

void note_oddities(Annotations &annotations)
{
    note_boxes(annotations);
    note_names(annotations);
}

} // namespace tradewind
