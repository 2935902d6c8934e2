// SPDX-License-Identifier: Apache-2.0
// trunk/striding.hpp -- Strides until the wanted output stride is reached, dilation afterwards (slim's rule: Chen et
// al. 2017, section 3.1).
#ifndef TRADEWIND_TRUNK_STRIDING_HPP
#define TRADEWIND_TRUNK_STRIDING_HPP

#include <tradewind/plugin.hpp>

namespace tradewind::trunk {

// The option that Striding reads; an extractor lists it among its options.
inline constexpr tw_option output_stride =
    integer("output_stride", "32", "8..32", "8, 16 or 32: later strides become dilations");

class Striding {
public:
    // `reached` is the stride of the layers before the first one asked for. Throws std::invalid_argument when the
    // option is none of its three numbers.
    Striding(const Graph &g, std::int64_t reached) : output_stride_(g.integer("output_stride")), reached_(reached)
    {
        if (output_stride_ != 8 && output_stride_ != 16 && output_stride_ != 32)
            throw std::invalid_argument("output_stride is 8, 16 or 32, not " + std::to_string(output_stride_));
    }

    struct Step {
        std::int64_t stride, dilation;
    };

    // What a layer of this nominal stride does.
    Step next(std::int64_t stride)
    {
        if (reached_ == output_stride_) {
            const auto dilation = dilation_;
            dilation_ *= stride;
            return {1, dilation};
        }
        reached_ *= stride;
        return {stride, 1};
    }

private:
    std::int64_t output_stride_, reached_, dilation_ = 1;
};

} // namespace tradewind::trunk

#endif // TRADEWIND_TRUNK_STRIDING_HPP
