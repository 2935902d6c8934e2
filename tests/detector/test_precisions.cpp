// SPDX-License-Identifier: Apache-2.0
// All eighteen detectors on the processor in bfloat16, at a small size: every value against float32.
#include "small_detectors.h"

#include "detector/open_target.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <iostream>

using namespace tradewind;

namespace {

Detector in(const Model &model, Precision precision)
{
    DetectorOptions options;
    options.precision = precision;
    return Detector(model, open_target("cpu", scene::module_folders(), {}), options);
}

// Why not, where it is not computed here.
std::string refusal(Precision precision)
{
    const auto targets = scene::targets();
    if (std::find(targets.begin(), targets.end(), "cpu") == targets.end()) return "the target cpu was not built";
    return open_target("cpu", scene::module_folders(), {})->refuses(precision, 1);
}

} // namespace

TEST_CASE("every detector in bfloat16 is as far away as its rounding")
{
    if (const std::string why = refusal(Precision::bf16); !why.empty()) {
        std::cout << "skipped: " << why << "\n";
        return;
    }
    for (const char *meta : scene::meta_architectures)
        for (const char *extractor : scene::extractors) {
            CAPTURE(meta);
            CAPTURE(extractor);
            const Model model = scene::small_model(meta, extractor);
            auto precise = in(model, Precision::f32), rounded = in(model, Precision::bf16);
            CHECK(scene::compare(precise, rounded, 8e-2) > 1e-4); // 16 bits it is
        }
}
