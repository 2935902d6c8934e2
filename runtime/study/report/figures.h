// SPDX-License-Identifier: Apache-2.0
// The figures of the paper, and some of our own, from whatever the results have. A figure without data is a sentence.
#pragma once

#include "study/report/entries.h"
#include "study/report/row_chart.h"

namespace tradewind::reporting {

struct Figure {
    std::string id, title;
    std::string body; // markup
    bool drawn = false;
};

struct Material {
    const Entries &entries;
    const Catalogue &catalogue;
    bool published = false; // draws the points of the catalogue too
};

// By their numbers in the paper.
Figure accuracy_against_time(const Material &material);       // 2
Figure accuracy_against_classifier(const Material &material); // 3
Figure accuracy_by_object_size(const Material &material);     // 4
Figure effect_of_picture_size(const Material &material);      // 5
Figure effect_of_proposals(const Material &material);         // 6
Figure time_of_each(const Material &material);                // 7
Figure time_against_multiply_adds(const Material &material);  // 8
Figure memory_against_time(const Material &material);         // 9
Figure box_quality(const Material &material);                 // 10

Figure time_by_stage(const Material &material);
Figure throughput(const Material &material);
Figure ratios_by_stride(const Material &material);
Figure ratios_by_picture_size(const Material &material);

} // namespace tradewind::reporting
