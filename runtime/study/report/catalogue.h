// SPDX-License-Identifier: Apache-2.0
// What the paper and others published: names for people, classification accuracy, measured points. All of it is data
// (configs/published/measurements.ini); the report knows no detector by name.
#pragma once

#include "config/settings.h"
#include "study/result.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tradewind::reporting {

// A meta-architecture or an extractor. Its place in the list chooses its shape or colour.
struct NamedPart {
    std::string id;         // of the section
    std::string name;       // of the component
    std::string key, value; // a setting that the model must have; empty key: none
    std::string label;
    std::optional<double> top1; // ImageNet, percent
    double order = 0;
};

struct PublishedPoint {
    std::string id, label;
    std::string meta, extractor;            // ids of NamedPart; empty: of several
    std::optional<double> time;             // milliseconds of a picture
    std::map<std::string, double> accuracy; // "AP", "AP50", "APs", ...; percent
    std::optional<double> size, proposals, output_stride;
    std::string source, machine; // where it was published; what it was measured on, or on which pictures

    std::optional<double> number(const std::string &name) const; // of the accuracy
};

// What was said of a figure in words.
struct Remark {
    std::string figure, text, source;
};

struct Catalogue {
    std::vector<NamedPart> metas, extractors; // in their order
    std::vector<PublishedPoint> points;       // by id
    std::vector<Remark> remarks;              // by id
};

// Sections "meta ID", "extractor ID", "point ID", "remark ID", "source ID". Throws Error(usage) for what it does not
// know.
Catalogue catalogue_of(const Settings &settings);

} // namespace tradewind::reporting
