// SPDX-License-Identifier: Apache-2.0
// What is known of a model, for people and for programs.
#pragma once

#include "detector/model.h"

namespace tradewind::cli {

std::string report_text(const Model &model, const ModelReport &report, ImageSize picture);
std::string report_json(const Model &model, const ModelReport &report);

} // namespace tradewind::cli
