// SPDX-License-Identifier: Apache-2.0
// Reading golden cases.
#include "golden_cases.h"

#include "image/decode.h"
#include "scene.h"
#include "shared_data.h"
#include "weights/bundle.h"

#include <cmath>
#include <cstdio>
#include <stdexcept>

using namespace tradewind;
using nlohmann::json;

namespace golden_cases {
namespace {

const std::map<std::string, Tensor> &tensors_of(const std::string &file)
{
    static std::map<std::string, std::map<std::string, Tensor>> files;
    const auto known = files.find(file);
    return known != files.end() ? known->second
                                : files[file] = read_bundle(shared_path("goldens/ops/" + file)).weights.tensors;
}

double value(const Tensor &tensor, std::int64_t i)
{
    if (tensor.type() == ElementType::i32) return reinterpret_cast<const std::int32_t *>(tensor.data())[i];
    if (tensor.type() == ElementType::u8) return reinterpret_cast<const std::uint8_t *>(tensor.data())[i];
    return tensor.floats()[i];
}

// "formula: picture(37,53) as float"
Tensor formula(const std::string &text)
{
    int height = 0, width = 0;
    if (std::sscanf(text.c_str(), "formula: picture(%d,%d) as float", &height, &width) != 2)
        throw std::runtime_error("no such input: " + text);
    const Picture picture = formula_picture(height, width);
    Tensor tensor({1, height, width, 3});
    std::copy(picture.rgb.begin(), picture.rgb.end(), tensor.floats());
    return tensor;
}

// Batch axes of length 1 are where the op has them and not where the golden has them.
Shape without_ones(Shape shape)
{
    std::erase(shape, 1);
    return shape;
}

std::set<std::string> asked_for;

const json &all_cases()
{
    static const json all = json::parse(scene::read_text(shared_path("goldens/ops/cases.json"))).at("cases");
    return all;
}

} // namespace

const std::set<std::string> &ops_asked_for() { return asked_for; }

std::map<std::string, int> counts()
{
    std::map<std::string, int> counts;
    for (const json &entry : all_cases()) ++counts[entry.at("op").get<std::string>()];
    return counts;
}

std::vector<Case> of_op(const std::string &op)
{
    asked_for.insert(op);
    std::vector<Case> cases;
    for (const json &entry : all_cases()) {
        if (entry.at("op") != op) continue;
        Case golden{entry.at("case"), entry.at("attributes"), entry.at("tolerance"), {}, {}};
        const auto &tensors = tensors_of(entry.at("file"));
        for (const auto &[name, key] : entry.at("inputs").items())
            golden.inputs[name] = tensors.count(key) ? tensors.at(key) : formula(key);
        for (const auto &[name, key] : entry.at("outputs").items()) golden.outputs[name] = tensors.at(key);
        cases.push_back(std::move(golden));
    }
    return cases;
}

std::string difference(const Case &golden, const std::string &output, const Tensor &got)
{
    const Tensor &expected = golden.outputs.at(output);
    if (without_ones(expected.shape()) != without_ones(got.shape()))
        return "shape " + to_string(got.shape()) + ", not " + to_string(expected.shape());
    const double atol = golden.tolerance.value("atol", 0.0), rtol = golden.tolerance.value("rtol", 0.0);
    for (std::int64_t i = 0; i < expected.count(); ++i) {
        const double e = value(expected, i), g = value(got, i);
        const bool same = e == g || (std::isnan(e) && std::isnan(g)) || std::abs(e - g) <= atol + rtol * std::abs(e);
        if (!same) return "element " + std::to_string(i) + " is " + std::to_string(g) + ", not " + std::to_string(e);
    }
    return "";
}

} // namespace golden_cases
