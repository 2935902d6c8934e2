// SPDX-License-Identifier: Apache-2.0
// tradewind model new: a bundle with weights by formula, or from a file.
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/model/weight_fit.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "tensor/error.h"
#include "weights/binding.h"

namespace tradewind::cli {

int model_new(const Arguments &arguments)
{
    std::vector<Flag> known = model_flags();
    known.insert(known.end(), {{"output", "FILE", "o"}, {"overwrite"}});
    const Flags flags = parse(known, arguments, 0);
    check_model_flags(flags);
    if (!flags.has("config") && !flags.has("extractor"))
        throw Error(ErrorCode::usage, "name the network: --config FILE.ini, or --meta NAME --extractor NAME");
    const std::string output = output_file(flags);
    if (!flags.has("weights"))
        throw Error(ErrorCode::usage, "say where weights come from: --weights seeded, seeded:PREFIX or a file");
    Registry registry(plugin_path(flags.all("plugin-dir")));
    Model model = choose_model(registry, flags, made_overrides(flags));
    load_weights(model, flags);
    const BindingReport report = compare(describe(model, resized_size(model, {480, 640})), model.weights);
    if (!report.complete())
        throw Error(ErrorCode::refused, "the weights do not fit the config: " + report.text(), model.weights.origin);
    require_finite(model.weights);
    write_made({model.weights, model.settings, model.labels, model.metadata, {}, {}}, output, flags.has("overwrite"));
    print("wrote " + printable(output) + ": " + std::to_string(report.matched) + " tensors\n");
    return 0;
}

} // namespace tradewind::cli
