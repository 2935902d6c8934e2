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

std::unique_ptr<Detector> make_detector(const Model &model, std::unique_ptr<Target> target, DetectorOptions options,
                                        const std::set<int> &classes)
{
    const auto known = static_cast<int>(model.settings.integer("model.classes"));
    for (const int id : classes)
        if (id <= known) options.classes.insert(id);
    return std::make_unique<Detector>(model, std::move(target), std::move(options));
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
                                              {"quiet", "", "q"},
                                              {"verbose", "", "v"}})
        flags.push_back(flag);
    for (const Flag &flag : computing_flags()) flags.push_back(flag);
    return flags;
}

std::vector<Ensemble> open_streams(std::vector<Model> models, const Flags &flags, Computing &computing,
                                   EnsembleOptions options)
{
    for (const auto &model : models) require_meta_architecture(model);
    options.classes = wanted_classes(flags, models);
    for (auto &model : models) {
        load_weights(model, flags);
        require_weights(model);
    }
    std::vector<Ensemble> streams;
    for (std::size_t i = 0; i < computing.streams(); ++i) {
        std::vector<std::unique_ptr<Detector>> members;
        for (const auto &model : models) {
            auto target = computing.open(i);
            members.push_back(
                make_detector(model, std::move(target), computing.options(i, models.size()), options.classes));
            if (i == 0 && flags.has("verbose")) say_placements(*members.back());
        }
        streams.emplace_back(std::move(members), options);
    }
    return streams;
}

} // namespace tradewind::cli
