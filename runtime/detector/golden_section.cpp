// SPDX-License-Identifier: Apache-2.0
// Golden activations as a bundle carries them: names and shapes as JSON, numbers and pixels as tensors.
#include "detector/golden.h"

#include "image/decode.h"
#include "tensor/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>

namespace tradewind {
namespace {

using nlohmann::json;

constexpr const char *activations = "activations", *detections = "detections", *pixels = "picture";
constexpr std::size_t numbers_of_value = 4, numbers_of_detection = 6;

Tensor flat(const std::vector<float> &numbers)
{
    Tensor tensor(Shape{static_cast<std::int64_t>(numbers.size())});
    std::copy(numbers.begin(), numbers.end(), tensor.floats());
    return tensor;
}

[[noreturn]] void refuse(const std::string &why, const std::string &file)
{
    throw Error(ErrorCode::refused, "the golden activations are damaged: " + why, file);
}

bool by_formula(const std::string &name) { return name.starts_with("picture:"); }

std::vector<float> numbers_in(const GoldenSection &section, const char *name, const std::string &file)
{
    const auto found = section.tensors.find(name);
    if (found == section.tensors.end() || found->second.type() != ElementType::f32)
        refuse(std::string("the tensor '") + name + "' is absent", file);
    return {found->second.floats(), found->second.floats() + found->second.count()};
}

Picture read_picture(const GoldenSection &section, const json &description, const std::string &file)
{
    const auto height = description.at("height").get<std::int64_t>(),
               width = description.at("width").get<std::int64_t>();
    if (std::min(height, width) < 1 || std::max(height, width) > 16'384) refuse("the picture has no size", file);
    if (by_formula(description.at("picture"))) return formula_picture(height, width);
    const auto found = section.tensors.find(pixels);
    if (found == section.tensors.end() || found->second.type() != ElementType::u8 ||
        found->second.shape() != Shape{height, width, 3} || found->second.count() == 0)
        refuse("the picture is absent", file);
    Picture picture;
    picture.height = height;
    picture.width = width;
    const auto *first = reinterpret_cast<const std::uint8_t *>(found->second.data());
    picture.rgb.assign(first, first + found->second.count());
    return picture;
}

std::vector<GoldenValue> read_values(const GoldenSection &section, const json &description, const std::string &file)
{
    const auto numbers = numbers_in(section, activations, file);
    std::vector<GoldenValue> values;
    std::size_t at = 0;
    for (const auto &entry : description.at("values")) {
        GoldenValue value{entry.at("name"), entry.at("shape").get<Shape>(), 0, 0, 0, 0, {}};
        const auto samples = entry.at("samples").get<std::size_t>(), left = numbers.size() - at;
        if (left < numbers_of_value || samples > left - numbers_of_value) refuse("there are too few numbers", file);
        const float *first = numbers.data() + at;
        value.mean = first[0], value.deviation = first[1], value.least = first[2], value.most = first[3];
        value.samples.assign(first + numbers_of_value, first + numbers_of_value + samples);
        at += numbers_of_value + samples;
        values.push_back(std::move(value));
    }
    if (at != numbers.size()) refuse("there are too many numbers", file);
    return values;
}

std::vector<Detection> read_detections(const GoldenSection &section, const std::string &file)
{
    const auto numbers = numbers_in(section, detections, file);
    if (numbers.size() % numbers_of_detection) refuse("a detection is incomplete", file);
    std::vector<Detection> found;
    for (std::size_t i = 0; i < numbers.size(); i += numbers_of_detection) {
        const float *n = numbers.data() + i;
        const int id = n[5] >= 1 && n[5] <= 1e6f ? static_cast<int>(n[5]) : 0;
        found.push_back({{n[0], n[1], n[2], n[3]}, id, "class " + std::to_string(id), n[4]});
    }
    return found;
}

} // namespace

GoldenSection to_section(const Golden &golden)
{
    json description = {{"version", 1},
                        {"picture", golden.picture_name},
                        {"height", golden.picture.height},
                        {"width", golden.picture.width},
                        {"target", golden.target},
                        {"values", json::array()}};
    std::vector<float> numbers, found;
    for (const auto &value : golden.values) {
        description["values"].push_back(
            {{"name", value.name}, {"shape", value.shape}, {"samples", value.samples.size()}});
        numbers.insert(numbers.end(), {value.mean, value.deviation, value.least, value.most});
        numbers.insert(numbers.end(), value.samples.begin(), value.samples.end());
    }
    for (const auto &d : golden.detections)
        found.insert(found.end(),
                     {d.box.ymin, d.box.xmin, d.box.ymax, d.box.xmax, d.score, static_cast<float>(d.class_id)});
    GoldenSection section{description.dump(-1, ' ', false, json::error_handler_t::replace), {}};
    section.tensors[activations] = flat(numbers);
    section.tensors[detections] = flat(found);
    if (by_formula(golden.picture_name)) return section;
    Tensor picture(Shape{golden.picture.height, golden.picture.width, 3}, ElementType::u8);
    std::memcpy(picture.data(), golden.picture.rgb.data(), golden.picture.rgb.size());
    section.tensors[pixels] = std::move(picture);
    return section;
}

Golden from_section(const GoldenSection &section, const std::string &file)
try {
    const json description = json::parse(section.description);
    if (description.at("version") != 1)
        throw Error(ErrorCode::refused, "its golden activations are of a later version: install a newer Tradewind",
                    file);
    Golden golden{
        description.at("picture"), read_picture(section, description, file), description.at("target"), {}, {}};
    golden.values = read_values(section, description, file);
    golden.detections = read_detections(section, file);
    return golden;
} catch (const json::exception &error) {
    refuse(error.what(), file);
}

} // namespace tradewind
