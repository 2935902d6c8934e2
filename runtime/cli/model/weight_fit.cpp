// SPDX-License-Identifier: Apache-2.0
// Fitting weights to networks.
#include "cli/model/weight_fit.h"

#include "cli/folders.h"
#include "host/bridge.h"
#include "ops/standard_ops.h"
#include "tensor/error.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace tradewind::cli {
namespace {

constexpr ImageSize usual{480, 640};

struct Fit {
    std::string config;
    BindingReport report;
    bool explained = false;    // every tensor is used, or there is a reason why not
    std::ptrdiff_t hinted = 0; // how many hints it agrees with
    bool perfect() const { return report.complete() && explained; }
};

// "scope/weights/Momentum": whether this is what training keeps beside the tensor "scope/weights".
std::string reason_by_name(const std::string &name, const WeightStore &weights)
{
    static const std::set<std::string> slots = {"Momentum", "RMSProp",  "RMSProp_1",  "Adam", "Adam_1",
                                                "Adagrad",  "Adadelta", "Adadelta_1", "Ftrl", "Ftrl_1"};
    const auto slash = name.rfind('/');
    const std::string leaf = name.substr(slash + 1);
    if (leaf == "global_step") return "counts the steps of training";
    if (leaf == "beta1_power" || leaf == "beta2_power") return "a number of the optimiser";
    if (slash == std::string::npos || !weights.tensors.count(name.substr(0, slash))) return "";
    if (slots.count(leaf)) return "a slot of the optimiser";
    return leaf == "ExponentialMovingAverage" ? "a moving average of another tensor" : "";
}

// The weights of the whole trunk, as the extractor alone has them.
std::set<std::string> names_of_trunk(const Model &model)
{
    Settings settings = model.settings;
    for (const auto &option : model.extractor->options)
        if (option.key == "last_tap" || option.key == "output_stride")
            settings.set(option.section + "." + option.key, option.fallback, "default");
    std::set<std::string> names;
    try {
        Graph graph(standard_ops());
        const ImageSize size = resized_size(model, usual);
        const Value image = graph.add_input("image", {{1, size.height, size.width, 3}});
        describe(nullptr, *model.extractor, settings, 1, graph, image);
        for (const auto &parameter : graph.parameters) names.insert(parameter.name);
    } catch (const Error &) { // a trunk that cannot stand alone explains nothing
    }
    return names;
}

bool ends_with_name_of(const std::set<std::string> &names, const std::string &name)
{
    for (auto slash = name.find('/'); slash != std::string::npos; slash = name.find('/', slash + 1))
        if (names.count(name.substr(slash + 1))) return true;
    return names.count(name) != 0;
}

Fit fit_with(const Model &model, const std::string &config, const Bundle &source, const Settings &hints)
{
    Fit fit{config, fit_of(model, source.weights, false)};
    fit.explained = fit.report.complete() && !reasons_of_unused(model, source.weights, fit.report).count(not_known);
    fit.hinted = std::count_if(hints.all().begin(), hints.all().end(), [&](const auto &hint) {
        const Setting *setting = model.settings.find(hint.first);
        return setting && setting->value == hint.second.value;
    });
    return fit;
}

std::vector<Fit> fits_of_shipped(Registry &registry, const Bundle &source, const Settings &hints)
{
    std::vector<Fit> fits;
    for (const auto &path : files_in(config_folders(), ".ini")) try {
            fits.push_back(fit_with(make_model(registry, read_ini(path)), path, source, hints));
        } catch (const Error &) { // a config whose plugins are not here, or that the user has spoilt, fits nothing
        }
    return fits;
}

// Files that say how they were quantised prefer configs that were made for that.
std::vector<std::string> perfect(std::vector<Fit> fits, const Bundle &source)
{
    const bool quantised = source.metadata.count("source_format") && source.metadata.at("source_format") == "TFLite";
    const auto rank = [&](const Fit &fit) {
        return 2 * fit.hinted + ((fit.config.find("quantised") != std::string::npos) == quantised);
    };
    std::stable_sort(fits.begin(), fits.end(), [&](const Fit &a, const Fit &b) { return rank(a) > rank(b); });
    std::vector<std::string> configs;
    for (const auto &fit : fits)
        if (fit.perfect()) configs.push_back(fit.config);
    return configs;
}

// One line: 'model convert --check --config' tells the rest.
std::string nearest_text(const std::vector<Fit> &fits)
{
    const auto nearest = std::max_element(fits.begin(), fits.end(), [](auto &a, auto &b) {
        return std::pair(a.report.matched, a.hinted) < std::pair(b.report.matched, b.hinted);
    });
    if (nearest == fits.end() || nearest->report.matched == 0) return "";
    const BindingReport &report = nearest->report;
    return " (the nearest is " + nearest->config + ": " + std::to_string(report.matched) + " tensors match; missing " +
           std::to_string(report.missing.size()) + ", of another shape " +
           std::to_string(report.wrongly_shaped.size()) + ", unused " + std::to_string(report.unused.size()) + ")";
}

} // namespace

BindingReport fit_of(const Model &model, const WeightStore &weights, bool near)
{
    return compare(describe(model, resized_size(model, usual)), weights, near);
}

std::map<std::string, std::vector<std::string>> reasons_of_unused(const Model &model, const WeightStore &weights,
                                                                  const BindingReport &report)
{
    std::map<std::string, std::vector<std::string>> reasons;
    std::set<std::string> trunk;
    for (const auto &name : report.unused) {
        std::string reason = reason_by_name(name, weights);
        if (reason.empty() && trunk.empty()) trunk = names_of_trunk(model);
        if (reason.empty())
            reason = ends_with_name_of(trunk, name)
                         ? "part of the feature extractor behind the last map that the detector uses"
                         : not_known;
        reasons[reason].push_back(name);
    }
    return reasons;
}

std::vector<std::string> fitting_configs(Registry &registry, const Bundle &source, const Settings &hints)
{
    const auto fits = fits_of_shipped(registry, source, hints);
    if (const auto configs = perfect(fits, source); !configs.empty()) return configs;
    throw Error(ErrorCode::refused,
                "none of the " + std::to_string(fits.size()) + " shipped configs fits these weights; give --config" +
                    nearest_text(fits),
                source.weights.origin);
}

void refuse_misfit(Registry &registry, const Bundle &source, const BindingReport &report, const Settings &hints)
{
    const auto configs = perfect(fits_of_shipped(registry, source, hints), source);
    throw Error(ErrorCode::refused,
                "the weights do not fit the config" +
                    (configs.empty() ? "" : " (but they fit " + configs.front() + ")") + ": " + report.text(),
                source.weights.origin);
}

void require_finite(const WeightStore &weights)
{
    std::string first;
    std::size_t tensors = 0;
    for (const auto &[name, tensor] : weights.tensors) {
        if (tensor.type() != ElementType::f32) continue;
        const auto count = tensor.count() - std::count_if(tensor.floats(), tensor.floats() + tensor.count(),
                                                          [](float value) { return std::isfinite(value); });
        if (count == 0) continue;
        if (++tensors == 1)
            first = name + " holds " + std::to_string(count) + " of " + std::to_string(tensor.count()) +
                    " values that are not finite (NaN or infinity)";
    }
    if (tensors == 0) return;
    const std::string others =
        tensors == 1 ? ""
                     : "; so " + std::string(tensors == 2 ? "does " : "do ") + std::to_string(tensors - 1) + " more";
    throw Error(ErrorCode::refused, first + others + ": the weights are damaged, or training had diverged",
                weights.origin);
}

} // namespace tradewind::cli
