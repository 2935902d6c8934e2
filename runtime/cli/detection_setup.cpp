// SPDX-License-Identifier: Apache-2.0
// From flags to models that detect.
#include "cli/detection_setup.h"

#include "cli/class_filter.h"
#include "cli/model_choice.h"
#include "cli/terminal.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

// All of the models; a class that only some know is suppressed by those alone.
std::set<int> wanted_classes(const Flags &flags, const std::vector<Model> &models)
{
    std::vector<const Model *> all;
    std::int64_t classes = 0;
    for (const auto &model : models) {
        all.push_back(&model);
        classes = std::max(classes, model.settings.integer("model.classes"));
    }
    return parse_classes(flags.value("classes").value_or(""), joint_labels(all), static_cast<int>(classes));
}

std::set<int> known_to(const Model &model, const std::set<int> &classes)
{
    const auto known = static_cast<int>(model.settings.integer("model.classes"));
    std::set<int> own;
    for (const int id : classes)
        if (id <= known) own.insert(id);
    return own;
}

void say_placements(Detector &detector)
{
    for (const auto &placement : detector.placements({480, 640}))
        warn(placement.node + ": " + placement.op + ", " + placement.implementation);
}

} // namespace

std::vector<Flag> detection_flags()
{
    std::vector<Flag> flags = model_flags();
    for (auto &flag : flags) flag.repeated |= std::string(flag.name) == "model";
    for (const Flag &flag : std::vector<Flag>{{"score", "T", "", {"conf"}},
                                              {"iou", "T"},
                                              {"max-detections", "N", "", {"max-det"}},
                                              {"classes", "LIST"},
                                              {"fuse", "METHOD"},
                                              {"fuse-iou", "T"},
                                              {"fuse-weights", "LIST"},
                                              {"fuse-sigma", "S"},
                                              {"box-voting"},
                                              {"crops", "GRID"},
                                              {"crop-overlap", "PART"},
                                              {"reduced-jpeg"},
                                              {"quiet", "", "q"},
                                              {"verbose", "", "v"}})
        flags.push_back(flag);
    for (const Flag &flag : computing_flags()) flags.push_back(flag);
    return flags;
}

std::vector<Stream> open_streams(std::vector<Model> models, const Flags &flags, Computing &computing,
                                 EnsembleOptions options)
{
    for (const auto &model : models) require_meta_architecture(model);
    options.classes = wanted_classes(flags, models);
    for (auto &model : models) {
        load_weights(model, flags);
        require_weights(model);
    }
    computing.suit(models);
    computing.fit(models);
    std::vector<std::vector<std::unique_ptr<Detector>>> members(computing.streams());
    for (const auto &model : models) {
        auto detectors = computing.detectors(model, known_to(model, options.classes), models.size());
        if (flags.has("verbose")) say_placements(*detectors.front());
        for (std::size_t i = 0; i < detectors.size(); ++i) members[i].push_back(std::move(detectors[i]));
    }
    std::vector<Stream> streams;
    for (std::size_t i = 0; i < members.size(); ++i)
        streams.push_back(
            {Ensemble(std::move(members[i]), options), computing.processors(i), computing.picture_bytes()});
    return streams;
}

} // namespace tradewind::cli
