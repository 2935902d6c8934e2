// SPDX-License-Identifier: Apache-2.0
// Options of ensembles and of crops.
#include "cli/ensemble_choice.h"

#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "config/list.h"
#include "tensor/error.h"

#include <algorithm>

namespace tradewind::cli {
namespace {

constexpr const char *score_key = "meta.score_threshold", *total_key = "meta.max_total";

FusionMethod method_of(const std::string &name)
{
    if (name == "soft-nms") return FusionMethod::soft_nms;
    return name == "wbf" ? FusionMethod::wbf : FusionMethod::nms;
}

// What stands in a file holds wherever it makes sense; what stands on the command line must make sense.
void refuse_flags(const Flags &flags, std::initializer_list<const char *> names, const std::string &why)
{
    for (const char *name : names)
        if (flags.has(name)) throw Error(ErrorCode::usage, "--" + std::string(name) + " " + why);
}

void check_combination(const Flags &flags, const EnsembleOptions &options)
{
    if (!fuses(flags, options))
        refuse_flags(flags, {"fuse", "fuse-iou", "fuse-weights", "fuse-sigma", "box-voting", "crop-overlap"},
                     "is for what several models or crops find: give --model more than once, or --crops 2x2+full");
    if (options.crops.empty()) refuse_flags(flags, {"crop-overlap"}, "needs crops: give --crops 2x2 too");
    const FusionMethod method = options.fusion.method;
    if (method == FusionMethod::soft_nms)
        refuse_flags(flags, {"fuse-iou"}, "is for nms and wbf: how far soft-nms reaches is --fuse-sigma");
    else
        refuse_flags(flags, {"fuse-sigma"}, "is for --fuse soft-nms");
    if (method == FusionMethod::wbf)
        refuse_flags(flags, {"box-voting"}, "is for nms and soft-nms: wbf averages boxes by itself");
    const std::size_t models = flags.all("model").size();
    if (flags.has("fuse-weights") && options.fusion.weights.size() != std::max<std::size_t>(models, 1))
        throw Error(ErrorCode::usage, "--fuse-weights has " + std::to_string(options.fusion.weights.size()) +
                                          " numbers for " + std::to_string(std::max<std::size_t>(models, 1)) +
                                          " models: give one for each --model, in their order");
}

// A model that is asked for less than what counts in the end would leave nothing to fuse.
void widen(Model &model, const Settings &run)
{
    const Setting &score = *run.find("run.score"), &total = *run.find("run.max_detections");
    if (model.settings.find(score_key) && !score.value.empty() && to_real(score.value) < model.settings.real(score_key))
        model.settings.set(score_key, score.value, score.origin);
    if (model.settings.find(total_key) && !total.value.empty() &&
        to_integer(total.value) > model.settings.integer(total_key))
        model.settings.set(total_key, total.value, total.origin);
}

// As the user says; else what the most generous model has.
void set_limits(const std::vector<Model> &models, const Settings &run, FusionOptions &fusion)
{
    const auto score = to_real(run.text("run.score"));
    const auto total = to_integer(run.text("run.max_detections"));
    double lowest = 1;
    std::int64_t most = 0;
    for (const auto &model : models) {
        lowest = std::min(lowest, model.settings.find(score_key) ? model.settings.real(score_key) : 0.0);
        most = std::max(most, model.settings.find(total_key) ? model.settings.integer(total_key) : 100);
    }
    fusion.score = static_cast<float>(score.value_or(lowest));
    fusion.most = static_cast<std::size_t>(total.value_or(most));
}

} // namespace

bool fuses(const Flags &flags, const EnsembleOptions &options)
{
    return flags.all("model").size() > 1 || !options.crops.empty();
}

EnsembleOptions ensemble_options(const Flags &flags, const Settings &run)
{
    EnsembleOptions options;
    const Setting &crops = *run.find("run.crops"), &iou = *run.find("run.fuse_iou");
    options.crops = parse_crops(crops.value, crops.origin);
    options.crops.overlap = run.real("run.crop_overlap");
    options.fusion.method = method_of(run.text("run.fuse"));
    if (!iou.value.empty()) options.fusion.iou = static_cast<float>(real_between(iou.origin, iou.value, 0, 1));
    options.fusion.sigma = static_cast<float>(run.real("run.fuse_sigma"));
    options.fusion.box_voting = run.boolean("run.box_voting");
    for (const double weight : run.reals("run.fuse_weights"))
        options.fusion.weights.push_back(static_cast<float>(weight));
    check_combination(flags, options);
    if (options.fusion.weights.size() != flags.all("model").size()) options.fusion.weights.clear(); // of a file
    return options;
}

std::vector<Model> choose_models(Registry &registry, const Flags &flags, const Settings &run, EnsembleOptions &options)
{
    std::vector<Model> models;
    if (!fuses(flags, options)) {
        models.push_back(choose_model(registry, flags, model_overrides(flags, run)));
        return models;
    }
    Settings without_limits = run;
    for (const char *key : {"run.score", "run.max_detections"}) without_limits.set(key, "", "default");
    const Settings overrides = model_overrides(flags, without_limits);
    const auto files = flags.all("model");
    for (std::size_t i = 0; i < std::max<std::size_t>(files.size(), 1); ++i) {
        Flags one = flags;
        if (!files.empty()) one.set("model", files[i]);
        try {
            models.push_back(choose_model(registry, one, overrides));
        } catch (const Error &error) { // settings go to all models: which one minds?
            const bool told = files.size() < 2 || std::string(error.what()).find(files[i]) != std::string::npos;
            throw told ? error : error.within(files[i]);
        }
    }
    set_limits(models, run, options.fusion);
    for (auto &model : models) widen(model, run);
    return models;
}

} // namespace tradewind::cli
