// SPDX-License-Identifier: Apache-2.0
// tradewind model convert: weights of any known format, with a config, become a bundle.
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/model/golden_recording.h"
#include "cli/model/weight_fit.h"
#include "cli/model_choice.h"
#include "cli/published.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "detector/labels.h"
#include "detector/plan.h"
#include "tensor/error.h"
#include "weights/importers/import.h"

#include <algorithm>
#include <filesystem>

namespace tradewind::cli {
namespace {

const std::vector<Flag> convert_flags = {{"config", "FILE"},
                                         {"meta", "NAME"},
                                         {"extractor", "NAME"},
                                         {"labels", "FILE"},
                                         {"licence", "TEXT", "", {"license"}},
                                         {"set", "SECTION.KEY=VALUE", "", {}, true},
                                         {"plugin-dir", "DIR", "", {}, true},
                                         {"record-golden", "PICTURE"},
                                         {"target", "NAME", "", {"device"}},
                                         {"output", "FILE", "o"},
                                         {"overwrite"},
                                         {"check"},
                                         {"brief"}};

constexpr std::size_t most_listed = 10; // names for each reason, with --brief

// What is to be converted, and what is said of it.
struct Job {
    ModelFolder source;
    bool check = false; // names and shapes only; nothing is written
    bool brief = false; // of tensors that are not used, only some are listed
    std::string output;
    Settings overrides; // --set
    std::map<int, std::string> labels;
    std::optional<GoldenRecording> recording;
};

ModelFolder named_source(const Flags &flags)
{
    if (flags.inputs().size() != 1)
        throw Error(ErrorCode::usage, "name the weight file or folder to convert: tradewind model convert SOURCE -o "
                                      "OUT.safetensors");
    const std::string path = flags.inputs().front();
    std::error_code ignored;
    return std::filesystem::is_directory(path, ignored) ? look_into(path, flags.has("check"))
                                                        : ModelFolder{path, "", "", "", {}};
}

Job read_job(const Flags &flags)
{
    check_model_flags(flags);
    Job job;
    job.check = flags.has("check");
    job.brief = flags.has("brief");
    if (job.brief && !job.check)
        throw Error(ErrorCode::usage, "--brief shortens what --check prints: give --check too");
    if (job.check && flags.has("output")) throw Error(ErrorCode::usage, "--check writes nothing: it goes without -o");
    if (job.check && flags.has("record-golden"))
        throw Error(ErrorCode::usage, "--check has no values: it goes without --record-golden");
    if (!job.check && flags.inputs().size() == 1) job.output = output_file(flags);
    job.recording = golden_recording(flags);
    job.source = named_source(flags);
    job.overrides = made_overrides(flags);
    const std::string labels = flags.value("labels").value_or(job.source.labels);
    if (!labels.empty()) job.labels = read_labels(labels);
    return job;
}

// Where the settings came from is said in `used`.
Settings settings_for(Registry &registry, const Flags &flags, const Job &job, const Bundle &source, std::string &used)
{
    Settings settings = config_settings(registry, flags);
    if (!settings.all().empty()) return settings;
    if (!job.source.pipeline.empty()) {
        PipelineSettings pipeline = pipeline_settings(registry, job.source.pipeline);
        used = "used " + printable(job.source.pipeline);
        for (std::size_t i = 0; i < pipeline.passed_over.size(); ++i)
            used += (i == 0 ? "; passed over: " : ", ") + printable(pipeline.passed_over[i]);
        settings = job.source.release;
        settings.merge(pipeline.settings);
        return settings;
    }
    if (!source.settings.all().empty()) return source.settings;
    const auto configs = fitting_configs(registry, source, job.source.release);
    settings = read_ini(configs.front());
    settings.merge(job.source.release);
    used = "used " + printable(configs.front()) + ", which fits";
    for (std::size_t i = 1; i < configs.size(); ++i)
        used += (i == 1 ? "; so do, with other settings, " : ", ") +
                printable(std::filesystem::path(configs[i]).filename().string());
    return settings;
}

// Of a folder: which label map was taken, or why none was.
std::string labels_used(const Flags &flags, const ModelFolder &source)
{
    if (flags.has("labels")) return "";
    if (!source.labels.empty()) return "used " + printable(source.labels) + "\n";
    return source.without_labels.empty() ? "" : "used no label map: " + printable(source.without_labels) + "\n";
}

// Those that are given, those of the settings, those of the source: the first there are.
std::map<int, std::string> labels_for(const Flags &flags, const Model &model, const Job &job, const Bundle &source)
{
    const auto labels = !job.labels.empty() ? job.labels : !model.labels.empty() ? model.labels : source.labels;
    check_labels(labels, model, flags.has("labels") ? *flags.value("labels") : job.source.labels);
    return labels;
}

// Only what the network asks for goes into the bundle.
WeightStore needed(const Model &model, const WeightStore &all)
{
    WeightStore store{{}, all.origin};
    const Graph graph = describe(model, resized_size(model, {480, 640}));
    for (const auto &parameter : graph.parameters)
        if (!parameter.name.empty()) store.tensors[parameter.name] = all.tensors.at(parameter.name);
    return store;
}

std::string check_text(const Model &model, const Bundle &source, const BindingReport &report, bool brief)
{
    std::string text = printable(source.weights.origin) + ": " + model.name() + "\nexpected " +
                       std::to_string(report.matched) + " tensors, all are there; " +
                       std::to_string(report.unused.size()) + " unused\n";
    for (const auto &[reason, names] : reasons_of_unused(model, source.weights, report)) {
        text += reason + " (" + std::to_string(names.size()) + ")\n";
        const std::size_t most = brief ? std::min(most_listed, names.size()) : names.size();
        for (std::size_t i = 0; i < most; ++i) text += "  " + printable(names[i]) + "\n";
        if (most < names.size()) text += "  and " + std::to_string(names.size() - most) + " more\n";
    }
    return text;
}

std::string golden_note(const Job &job, const Bundle &source)
{
    if (job.recording) return "; recorded " + job.recording->picture_name;
    return source.golden.description.empty()
               ? ""
               : "; without the golden activations of the source (--record-golden records new ones)";
}

// Of the ranges that the source brings, those of values that this network has.
Quantisation ranges_for(const Model &model, const Bundle &source)
{
    if (source.quantisation.empty() || !model.meta) return {};
    return known_part(source.quantisation, detection_graph(model, resized_size(model, {480, 640}), {}));
}

// What was done.
std::string write(Registry &registry, const Flags &flags, const Model &model, const Job &job, const Bundle &source,
                  const BindingReport &report)
{
    Bundle bundle{needed(model, source.weights), model.settings, model.labels, source.metadata, {},
                  ranges_for(model, source)};
    require_finite(bundle.weights);
    if (const auto licence = flags.value("licence")) bundle.metadata["licence"] = *licence;
    if (job.recording) record(*job.recording, registry, bundle);
    const std::size_t named = bundle.labels.size(), ranges = bundle.quantisation.ranges.size();
    write_made(std::move(bundle), job.output, flags.has("overwrite"));
    return "wrote " + printable(job.output) + ": " + report.text() + "; " + std::to_string(named) + " of " +
           model.settings.text("model.classes") + " classes have names" +
           (ranges > 0 ? "; " + counted(ranges, "range", "ranges") + " for --precision int8" : "") +
           printable(golden_note(job, source)) + "\n";
}

} // namespace

int model_convert(const Arguments &arguments)
{
    const Flags flags = parse(convert_flags, arguments, 1);
    const Job job = read_job(flags);
    Registry registry(plugin_path(flags.all("plugin-dir")));
    Bundle source = import_weights(job.source.weights, job.check ? Reading::shapes : Reading::values);
    std::string used;
    Settings settings = settings_for(registry, flags, job, source, used);
    settings.merge(job.overrides);
    Model model = make_model(registry, settings);
    const BindingReport report = fit_of(model, source.weights);
    if (!report.complete()) refuse_misfit(registry, source, report, job.source.release);
    model.labels = labels_for(flags, model, job, source);
    const std::string done =
        job.check ? check_text(model, source, report, job.brief) : write(registry, flags, model, job, source, report);
    print((used.empty() ? "" : used + "\n") + labels_used(flags, job.source) + done);
    return 0;
}

} // namespace tradewind::cli
