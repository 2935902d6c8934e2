// SPDX-License-Identifier: Apache-2.0
// Sets to score.
#include "evaluate_sets.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <map>

namespace evaluate_sets {
namespace {

using nlohmann::json;
using tradewind::Annotation;
using tradewind::Rectangle;

// Sebastiano Vigna's splitmix64.
class Numbers {
public:
    explicit Numbers(std::uint64_t seed) : state_(seed) {}

    std::uint64_t bits()
    {
        std::uint64_t z = state_ += 0x9e3779b97f4a7c15U;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
        return z ^ (z >> 31);
    }

    int below(int end) { return static_cast<int>(bits() % static_cast<std::uint64_t>(end)); }
    double unit() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

private:
    std::uint64_t state_;
};

Rectangle any_box(Numbers &numbers)
{
    return {double(numbers.below(300)), double(numbers.below(300)), double(8 + numbers.below(150)),
            double(8 + numbers.below(150))};
}

// Moved by up to a fraction of its sides.
Rectangle near(const Rectangle &box, double fraction, Numbers &numbers)
{
    const auto move = [&](double side) { return side * fraction * (2 * numbers.unit() - 1); };
    return {box.x + move(box.width), box.y + move(box.height), box.width + move(box.width),
            box.height + move(box.height)};
}

json read_json(const std::string &path) { return json::parse(std::ifstream(path)); }

Rectangle rectangle(const json &box) { return {box[0], box[1], box[2], box[3]}; }

} // namespace

Set empty_set(int images, int categories)
{
    Set set;
    for (int i = 1; i <= images; ++i) {
        set.annotations.images.push_back({i, std::to_string(i) + ".jpg", 500, 500});
        set.detections.push_back({i, {}});
    }
    for (int i = 1; i <= categories; ++i) set.annotations.categories.push_back({i, "category " + std::to_string(i)});
    return set;
}

Annotation object(std::int64_t image, std::int64_t category, Rectangle box)
{
    return {image, category, box, box.width * box.height};
}

Set made_set(std::uint64_t seed, int images, int categories, bool ties, bool crowds)
{
    Numbers numbers(seed);
    Set set = empty_set(images, categories);
    const auto score = [&] { return ties ? (1 + numbers.below(9)) / 10.0 : numbers.unit(); };
    const auto category = [&] { return std::int64_t{1 + numbers.below(categories)}; };
    for (auto &found : set.detections) {
        for (int left = numbers.below(8); left-- > 0;) {
            Annotation made = object(found.image_id, category(), any_box(numbers));
            made.crowd = crowds && numbers.below(5) == 0;
            set.annotations.boxes.push_back(made);
            for (int tries = numbers.below(4); tries-- > 0;)
                found.boxes.push_back({numbers.below(4) ? made.category_id : category(),
                                       near(made.box, numbers.unit() * 0.6, numbers), score()});
        }
        for (int left = numbers.below(3); left-- > 0;) found.boxes.push_back({category(), any_box(numbers), score()});
    }
    return set;
}

Set read_coco(const std::string &folder, const std::string &annotations)
{
    Set set;
    std::map<std::int64_t, std::size_t> places;
    const json truth = read_json(annotations.empty() ? folder + "/ground_truth.json" : annotations);
    for (const json &image : truth.at("images")) {
        places[image.at("id")] = set.detections.size();
        set.annotations.images.push_back({image.at("id"), "", image.at("width"), image.at("height")});
        set.detections.push_back({image.at("id"), {}});
    }
    for (const json &category : truth.at("categories"))
        set.annotations.categories.push_back({category.at("id"), category.at("name")});
    for (const json &box : truth.at("annotations")) {
        Annotation made = object(box.at("image_id"), box.at("category_id"), rectangle(box.at("bbox")));
        made.crowd = box.value("iscrowd", 0) != 0;
        set.annotations.boxes.push_back(made);
    }
    for (const json &found : read_json(folder + "/detections.json"))
        if (const auto place = places.find(found.at("image_id")); place != places.end())
            set.detections[place->second].boxes.push_back(
                {found.at("category_id"), rectangle(found.at("bbox")), found.at("score")});
    return set;
}

} // namespace evaluate_sets
