// SPDX-License-Identifier: Apache-2.0
// tradewind detect
#include "cli/class_filter.h"
#include "cli/commands.h"
#include "cli/detect_run.h"
#include "cli/ensemble_choice.h"
#include "cli/folders.h"
#include "cli/inputs.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "detector/labels.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

std::vector<Flag> flags_of_detect()
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
                                              {"output", "DIR", "o"},
                                              {"save", "LIST"},
                                              {"overwrite"},
                                              {"print-config"},
                                              {"color", "WHEN"},
                                              {"quiet", "", "q"},
                                              {"verbose", "", "v"}})
        flags.push_back(flag);
    return flags;
}

DetectorOptions detector_options(const Settings &run)
{
    DetectorOptions options;
    options.target = run.text("run.target");
    options.threads = static_cast<int>(run.integer("run.threads"));
    options.log = warn;
    options.checkpoint = stop_if_asked;
    return options;
}

std::string config_text(Model &model)
{
    if (const auto labels = to_list(model.labels);
        model.settings.text("model.labels").empty() && parse_label_list(labels, "") == model.labels)
        model.settings.set("model.labels", labels, "the model");
    return to_ini(model.settings, model.options, false, true);
}

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

int detect(const Arguments &arguments)
{
    const Flags flags = parse(flags_of_detect(), arguments, 1'000'000);
    check_model_flags(flags);
    const Settings run_values = run_settings(flags);
    model_overrides(flags, run_values); // for what it refuses
    EnsembleOptions options = ensemble_options(flags, run_values);
    const Saving saving = parse_saving(flags);
    const bool only_config = flags.has("print-config");
    if (!only_config && flags.inputs().empty()) Inputs({});
    Registry registry(plugin_path(flags.all("plugin-dir")));
    std::vector<Model> models = choose_models(registry, flags, run_values, options);
    if (only_config) {
        std::string text = to_ini(run_values, run_options(), false, true);
        for (auto &model : models) text += "\n" + config_text(model);
        print(text);
        return 0;
    }
    for (const auto &model : models) require_meta_architecture(model);
    options.classes = wanted_classes(flags, models);
    std::vector<std::unique_ptr<Detector>> members;
    for (auto &model : models) {
        load_weights(model, flags); // last: what is wrong with a command line is said at once
        require_weights(model);
        members.push_back(make_detector(std::move(model), flags, detector_options(run_values), options.classes));
    }
    Ensemble ensemble(std::move(members), std::move(options));
    return detect_all(flags, run_values, saving, ensemble);
}

} // namespace tradewind::cli
