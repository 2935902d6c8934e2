// SPDX-License-Identifier: Apache-2.0
// Any of the eighteen detectors at a small size, and how far what one target computes of it is from another.
#pragma once

#include "scene.h"

namespace scene {

inline const char *const meta_architectures[] = {"ssd", "faster_rcnn", "rfcn"};
inline const char *const extractors[] = {"mobilenet_v1", "inception_v2", "inception_v3",
                                         "vgg16",        "resnet101",    "inception_resnet_v2"};

// With seeded weights and five classes.
tradewind::Model small_model(const std::string &meta, const std::string &extractor);

// The root of the mean square of the difference, as a part of that of what is expected.
double relative_difference(const tradewind::Tensor &expected, const tradewind::Tensor &found);

// Checks everything up to where rounding decides which rows are chosen; second stages on the proposals of `expected`.
// Returns the largest difference.
double compare(tradewind::Detector &expected, tradewind::Detector &found, double tolerance);

} // namespace scene
