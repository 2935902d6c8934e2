// SPDX-License-Identifier: Apache-2.0
// From flags to models that detect.
#include "cli/detection_setup.h"

#include "cli/class_filter.h"
#include "cli/folders.h"
#include "cli/model_choice.h"
#include "cli/signals.h"
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

std::unique_ptr<Detector> make_detector(Model model, const Flags &flags, DetectorOptions options,
                                        const std::set<int> &classes)
{
    const auto known = static_cast<int>(model.settings.integer("model.classes"));
    for (const int id : classes)
        if (id <= known) options.classes.insert(id);
    auto target = open_target(options.target, module_folders(), options.log);
    auto detector = std::make_unique<Detector>(std::move(model), std::move(target), options);
    if (flags.has("verbose"))
        for (const auto &placement : detector->placements({480, 640}))
            warn(placement.node + ": " + placement.op + ", " + placement.implementation);
    return detector;
}

} // namespace

DetectorOptions detector_options(const Settings &run)
{
    DetectorOptions options;
    options.target = run.text("run.target");
    options.threads = static_cast<int>(run.integer("run.threads"));
    options.log = warn;
    options.checkpoint = stop_if_asked;
    return options;
}

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
                                              {"target", "NAME", "", {"device"}},
                                              {"threads", "N", "j"},
                                              {"quiet", "", "q"},
                                              {"verbose", "", "v"}})
        flags.push_back(flag);
    return flags;
}

Ensemble open_ensemble(std::vector<Model> models, const Flags &flags, const Settings &run, EnsembleOptions options)
{
    for (const auto &model : models) require_meta_architecture(model);
    options.classes = wanted_classes(flags, models);
    std::vector<std::unique_ptr<Detector>> members;
    for (auto &model : models) {
        load_weights(model, flags);
        require_weights(model);
        members.push_back(make_detector(std::move(model), flags, detector_options(run), options.classes));
    }
    return {std::move(members), std::move(options)};
}

} // namespace tradewind::cli
