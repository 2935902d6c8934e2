// SPDX-License-Identifier: Apache-2.0
// tradewind model info
#include "cli/commands.h"
#include "cli/computing.h"
#include "cli/folders.h"
#include "cli/model/model_report_text.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "detector/peak_memory.h"
#include "detector/precision_choice.h"
#include "tensor/error.h"
#include "weights/binding.h"

namespace tradewind::cli {
namespace {

// The file may stand without --model: the only positional argument.
Flags with_named_model(Flags flags)
{
    if (flags.inputs().empty()) return flags;
    if (flags.has("model"))
        throw Error(ErrorCode::usage,
                    "'" + flags.inputs().front() + "' is one argument too many: --model names a file");
    flags.set("model", flags.inputs().front());
    return flags;
}

// On the fast target, where that is present and there are detections to make, computing as the options say.
std::optional<PredictedMemory> peak_memory(const Model &model, ImageSize picture, Settings run)
{
    if (!model.meta) return std::nullopt;
    run.set("run.target", "cpu", "");
    try {
        Computing computing(run);
        computing.suit({model});
        require_ranges(model, computing.options().precision);
        const auto target = computing.open(0);
        const PeakMemory peak = predict_peak_memory(model, *target, computing.options(), picture);
        if (peak.base == 0) return std::nullopt;
        return PredictedMemory{peak, computing.streams()};
    } catch (const Error &error) {
        if (error.code() == ErrorCode::usage) throw;
        return std::nullopt;
    }
}

} // namespace

int model_info(const Arguments &arguments)
{
    std::vector<Flag> known = model_flags();
    known.insert(known.end(), {{"json"}, {"dump"}});
    for (const Flag &flag : computing_flags())
        if (const std::string name = flag.name;
            name == "threads" || name == "streams" || name == "hint" || name == "precision")
            known.push_back(flag);
    const Flags flags = with_named_model(parse(known, arguments, 1));
    check_model_flags(flags);
    const Settings overrides = made_overrides(flags), run = run_settings(flags);
    Registry registry(plugin_path(flags.all("plugin-dir")));
    Model model = choose_model(registry, flags, overrides);
    load_weights(model, flags);
    constexpr ImageSize usual{480, 640};
    if (!model.weights.tensors.empty()) {
        const auto fit = compare(describe(model, resized_size(model, usual)), model.weights);
        if (!fit.complete())
            throw Error(ErrorCode::refused, "the weights do not fit this network: " + fit.text(), model.weights.origin);
    }
    const ModelReport known_facts = report(model, usual);
    if (flags.has("dump")) {
        print(dump(describe(model, known_facts.size)));
        return 0;
    }
    const auto peak = peak_memory(model, usual, run);
    print(flags.has("json") ? report_json(model, known_facts, peak) : report_text(model, known_facts, usual, peak));
    return 0;
}

} // namespace tradewind::cli
