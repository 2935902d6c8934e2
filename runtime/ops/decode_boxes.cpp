// SPDX-License-Identifier: Apache-2.0
// decode_boxes: codes relative to anchors become boxes. An anchor has one code (1 x N x 4) or one for each class (1 x N
// x K x 4). The coder "square" has three numbers a code; a third input may give "mean_stddev" its deviations.
#include "ops/box_coder.h"
#include "ops/detection_attributes.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind {
namespace {

Inference infer(const Attributes &attributes, std::span<const ValueType> inputs)
{
    Shape codes = inputs[0].shape;
    const auto size = attributes.text("coder") == "square" ? std::size_t{3} : std::size_t{4};
    if ((codes.size() != 3 && codes.size() != 4) || codes[0] != 1 || codes.back() != static_cast<std::int64_t>(size))
        throw Error(ErrorCode::usage, "the encodings must be 1 x N x " + std::to_string(size) + " or 1 x N x K x " +
                                          std::to_string(size) + ", not " + to_string(codes));
    ops::check_anchors(inputs[1], codes);
    ops::check_scales(attributes, size);
    if (!(attributes.real("stddev") > 0)) throw Error(ErrorCode::usage, "stddev must be positive");
    if (inputs.size() == 3 && (attributes.text("coder") != "mean_stddev" || inputs[2].shape != inputs[1].shape))
        throw Error(ErrorCode::usage, "a third input belongs to the coder mean_stddev and has the anchors' shape");
    codes.back() = 4;
    return {{{codes}}};
}

std::vector<AttributeSpec> attributes()
{
    auto specs = ops::decode_attributes();
    specs.push_back(
        {"coder", AttributeType::text, std::string("faster_rcnn"), {"faster_rcnn", "square", "mean_stddev"}});
    specs.push_back({"stddev", AttributeType::real, 0.01}); // of mean_stddev without a third input
    return specs;
}

} // namespace

BoxCoder::BoxCoder(const Attributes &attributes)
{
    const std::string &coder = attributes.text("coder");
    kind_ = coder == "square" ? Kind::square : coder == "mean_stddev" ? Kind::mean_stddev : Kind::faster_rcnn;
    std::fill_n(numbers_, 4, static_cast<float>(attributes.real("stddev")));
    if (kind_ != Kind::mean_stddev)
        std::copy_n(attributes.reals("scales").begin(), std::min<std::size_t>(attributes.reals("scales").size(), 4),
                    numbers_);
}

namespace ops {

const OpSchema decode_boxes{"decode_boxes", 2, 3, attributes(), infer, nullptr, true};

} // namespace ops
} // namespace tradewind
