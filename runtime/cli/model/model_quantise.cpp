// SPDX-License-Identifier: Apache-2.0
// tradewind model quantise: a bundle gets what it needs to be computed with 8-bit integers.
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/load_picture.h"
#include "cli/model/quantise_accuracy.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "quantise/calibration.h"
#include "quantise/node_gains.h"
#include "tensor/error.h"

#include <algorithm>
#include <optional>

namespace tradewind::cli {
namespace {

constexpr std::size_t pictures_for_nodes = 8;

// Who finds a box that float32 just does not, or the other way round, has not lost accuracy for that.
constexpr const char *usual_drop_of_ap = "1", *usual_drop_of_agreement = "5";

std::vector<Flag> flags_of_quantise()
{
    std::vector<Flag> flags = model_flags();
    flags.insert(flags.end(), {{"images", "DIR"},
                               {"annotations", "FILE"},
                               {"format", "NAME"},
                               {"method", "NAME"},
                               {"pictures", "N"},
                               {"max-drop", "POINTS"},
                               {"threads", "N", "j"},
                               {"output", "FILE", "o"},
                               {"overwrite"},
                               {"quiet", "", "q"}});
    return flags;
}

struct Request {
    std::string output;
    RangeMethod method;
    double max_drop;
    QuantisePictures pictures;
    DetectorOptions options;
    bool quiet;
};

Request read_request(const Flags &flags)
{
    check_model_flags(flags);
    Request request;
    request.output = output_file(flags);
    request.method = range_method(flags.value("method").value_or("entropy"));
    const std::string usual = flags.has("annotations") ? usual_drop_of_ap : usual_drop_of_agreement;
    request.max_drop = real_between("--max-drop", flags.value("max-drop").value_or(usual), 0, 100);
    request.options.threads = static_cast<int>(run_settings(flags).integer("run.threads"));
    request.options.checkpoint = stop_if_asked;
    request.options.cache_folder = cache_folder();
    request.quiet = flags.has("quiet");
    const auto most = integer_between("--pictures", flags.value("pictures").value_or("200"), 1, 100'000);
    request.pictures = quantise_pictures(flags, static_cast<std::size_t>(most));
    return request;
}

std::unique_ptr<Target> open_cpu_target() { return open_target("cpu", module_folders(), warn); }

void require_int8()
{
    if (const std::string why = open_cpu_target()->refuses(Precision::int8, 1); !why.empty())
        throw Error(ErrorCode::resource, "what is lost cannot be measured here: " + why);
}

// Each phase draws a line of its own over the last one.
class Steps {
public:
    Steps(std::size_t total, bool quiet) : progress_(total, quiet) {}
    void operator()() { progress_.step(++done_, 0); }

private:
    Progress progress_;
    std::size_t done_ = 0;
};

Quantisation calibrated(const Model &model, const Request &request)
{
    const auto target = open_cpu_target();
    Calibration calibration(model, *target, request.options);
    Steps steps(request.pictures.calibrating.size(), request.quiet);
    for (const NumberedPicture &picture : request.pictures.calibrating) {
        calibration.add(load_picture(picture.path));
        steps();
    }
    Quantisation quantisation = calibration.result(request.method);
    quantisation.made["pictures"] = std::to_string(request.pictures.calibrating.size());
    return quantisation;
}

std::vector<NodeGain> gains_of(Model model, const Quantisation &quantisation, const Request &request)
{
    model.quantisation = quantisation;
    std::vector<Picture> pictures;
    const auto &all = request.pictures.calibrating;
    const std::size_t count = std::min(pictures_for_nodes, all.size());
    for (std::size_t i = 0; i < count; ++i) pictures.push_back(load_picture(all[i * all.size() / count].path));
    std::optional<Progress> progress;
    return node_gains(model, *open_cpu_target(), request.options, pictures, [&](std::size_t done, std::size_t total) {
        if (!progress) progress.emplace(total, request.quiet);
        progress->step(done, 0);
    });
}

struct Outcome {
    Quantisation quantisation;
    double float32 = 0, int8 = 0;
    std::size_t nodes = 0; // that could be kept out
    std::string measure;

    double drop() const { return 100 * (float32 - int8); }
};

// Keeps out one, two, four, ... of the nodes that harm most, until it is good enough. With more than half of them out
// it is no network of 8 bits any more.
void keep_worst_out(const Model &model, const Request &request, const HeldOutAccuracy &accuracy, Outcome &outcome)
{
    const auto gains = gains_of(model, outcome.quantisation, request);
    outcome.nodes = gains.size();
    for (std::size_t count = 1; outcome.drop() > request.max_drop && count <= gains.size() / 2; count *= 2) {
        for (std::size_t i = 0; i < count; ++i) outcome.quantisation.kept.insert(gains[i].node);
        outcome.int8 = accuracy.of_int8(outcome.quantisation);
    }
}

Outcome quantised(const Model &model, const Request &request)
{
    Outcome outcome;
    outcome.quantisation = calibrated(model, request);
    Steps steps(2 * request.pictures.held_out.size(), request.quiet);
    const HeldOutAccuracy accuracy(model, request.pictures, open_cpu_target, request.options, [&] { steps(); });
    outcome.measure = accuracy.measure();
    outcome.float32 = accuracy.of_float32();
    outcome.int8 = accuracy.of_int8(outcome.quantisation);
    if (outcome.drop() > request.max_drop) keep_worst_out(model, request, accuracy, outcome);
    auto &made = outcome.quantisation.made;
    made["held_out"] = std::to_string(request.pictures.held_out.size());
    made["measure"] = outcome.measure;
    made["f32"] = formatted("%.4f", outcome.float32);
    made["int8"] = formatted("%.4f", outcome.int8);
    return outcome;
}

std::string kept_text(const Outcome &outcome)
{
    if (outcome.quantisation.kept.empty()) return "";
    std::string text = "kept out of 8 bits: " + std::to_string(outcome.quantisation.kept.size()) + " of " +
                       counted(outcome.nodes, "layer", "layers");
    for (const auto &name : outcome.quantisation.kept) text += "\n  " + printable(name);
    return text + "\n";
}

std::string outcome_text(const Request &request, const Outcome &outcome)
{
    const QuantisePictures &pictures = request.pictures;
    const std::string what = outcome.measure == "AP"
                                 ? formatted("AP %.4f in f32, %.4f in int8", outcome.float32, outcome.int8)
                                 : formatted("%.2f %% of what f32 finds, as AP at overlap 0.5", 100 * outcome.int8);
    return "calibrated with " + counted(pictures.calibrating.size(), "picture", "pictures") + " (" +
           to_string(request.method) + "), " + std::to_string(outcome.quantisation.ranges.size()) + " ranges\non " +
           counted(pictures.held_out.size(), "picture", "pictures") + " held out: " + what +
           (outcome.drop() < 0 ? formatted("; %.2f points gained\n", -outcome.drop())
                               : formatted("; %.2f points lost\n", outcome.drop())) +
           kept_text(outcome);
}

// Golden activations are of float32, which stays as it is.
Bundle bundle_of(const Model &model, const Flags &flags, const Quantisation &quantisation)
{
    Bundle bundle{model.weights, model.settings, model.labels, model.metadata, {}, quantisation};
    if (const auto file = flags.value("model"); file && made_overrides(flags).all().empty())
        bundle.golden = read_bundle(*file).golden;
    return bundle;
}

} // namespace

int model_quantise(const Arguments &arguments)
{
    const Flags flags = parse(flags_of_quantise(), arguments, 0);
    const Request request = read_request(flags);
    require_int8();
    Registry registry(plugin_path(flags.all("plugin-dir")));
    Model model = choose_model(registry, flags, made_overrides(flags));
    require_meta_architecture(model);
    load_weights(model, flags);
    require_weights(model);
    const Outcome outcome = quantised(model, request);
    print(outcome_text(request, outcome));
    if (outcome.drop() > request.max_drop) {
        warn(formatted("8 bits lose %.2f points, more than --max-drop %g, with these layers kept out: nothing is "
                       "written",
                       outcome.drop(), request.max_drop));
        return static_cast<int>(ErrorCode::check);
    }
    write_made(bundle_of(model, flags, outcome.quantisation), request.output, flags.has("overwrite"));
    print("wrote " + printable(request.output) + "\n");
    return 0;
}

} // namespace tradewind::cli
