// SPDX-License-Identifier: Apache-2.0
// tradewind detect
#include "cli/commands.h"
#include "cli/detect/detect_run.h"
#include "cli/detection_setup.h"
#include "cli/ensemble_choice.h"
#include "cli/folders.h"
#include "cli/inputs.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "detector/labels.h"

namespace tradewind::cli {
namespace {

std::vector<Flag> flags_of_detect()
{
    std::vector<Flag> flags = detection_flags();
    for (const Flag &flag : std::vector<Flag>{
             {"output", "DIR", "o"}, {"save", "LIST"}, {"overwrite"}, {"print-config"}, {"color", "WHEN"}})
        flags.push_back(flag);
    return flags;
}

std::string config_text(Model &model)
{
    if (const auto labels = to_list(model.labels);
        model.settings.text("model.labels").empty() && parse_label_list(labels, "") == model.labels)
        model.settings.set("model.labels", labels, "the model");
    return to_ini(model.settings, model.options, false, true);
}

} // namespace

int detect(const Arguments &arguments)
{
    const Flags flags = parse(flags_of_detect(), arguments, 1'000'000);
    check_model_flags(flags);
    const Settings run_values = run_settings(flags);
    model_overrides(flags, run_values); // for what it refuses
    EnsembleOptions options = ensemble_options(flags, run_values);
    const Saving saving = parse_saving(flags, "image,jsonl");
    const bool only_config = flags.has("print-config");
    if (!only_config && flags.inputs().empty()) Inputs({});
    Registry registry(plugin_path(flags.all("plugin-dir")));
    if (only_config) {
        std::string text = to_ini(run_values, run_options(), false, true);
        for (auto &model : choose_models(registry, flags, run_values, options)) text += "\n" + config_text(model);
        print(text);
        return 0;
    }
    Computing computing(run_values);
    std::vector<Model> models = choose_models(registry, flags, run_values, options);
    auto streams = open_streams(std::move(models), flags, computing, std::move(options));
    return detect_all(flags, run_values, saving, streams);
}

} // namespace tradewind::cli
