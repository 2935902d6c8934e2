// SPDX-License-Identifier: Apache-2.0
// tradewind model verify: does every target still compute what was recorded?
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/folders.h"
#include "cli/run_settings.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "detector/golden.h"
#include "tensor/error.h"

#include <cstdio>

namespace tradewind::cli {
namespace {

std::string shown(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

std::string text_of(const GoldenDifference &difference)
{
    const std::string node = difference.node == difference.name ? "" : "node " + difference.node + ", ";
    return difference.name + (difference.node.empty() ? "" : " (" + node + difference.op + ")");
}

std::string left_out_text(const GoldenReport &report)
{
    return report.left_out == 0 ? ""
                                : "; " + counted(report.left_out, "more value is", "more values are") +
                                      " left out, since suppression chose or ordered near ties differently";
}

std::string difference_text(const GoldenReport &report)
{
    return text_of(*report.first) + ": " + report.first->where + "; off by " + shown(report.first->difference) +
           ", allowed " + shown(report.first->allowed) + "; " + std::to_string(report.differing) + " of " +
           counted(report.values, "value differs", "values differ") + ", " + std::to_string(report.lost) + " of " +
           counted(report.detections, "detection is not found", "detections are not found") + ", " +
           counted(report.surplus, "is found that was not recorded", "are found that were not recorded");
}

std::string agreement_text(const GoldenReport &report)
{
    std::string text =
        counted(report.values, "value", "values") + " and " + counted(report.detections, "detection", "detections");
    if (report.largest && report.largest->difference > 0)
        text += "; nearest to what is allowed: " + text_of(*report.largest) + ", off by " +
                shown(report.largest->difference) + ", allowed " + shown(report.largest->allowed);
    return text;
}

std::string verdict(const GoldenReport &report)
{
    return (report.agrees() ? "agrees: " + agreement_text(report) : "differs: " + difference_text(report)) +
           left_out_text(report);
}

// Those that are named, in this order; else the reference and, where they can be loaded, the fast ones.
std::vector<std::unique_ptr<Target>> targets_of(const Flags &flags)
{
    std::vector<std::unique_ptr<Target>> targets;
    for (const auto &name : flags.all("target")) targets.push_back(open_target(name, module_folders(), warn));
    if (!targets.empty()) return targets;
    targets.push_back(open_target("reference", module_folders(), warn));
    const auto add = [&](const std::string &name) {
        try {
            targets.push_back(open_target(name, module_folders(), warn));
        } catch (const Error &error) {
            warn("the target " + name + " is left out: " + error.what());
        }
    };
    add("cpu");
    if (may_have_gpu(module_folders())) add("cuda");
    return targets;
}

Bundle bundle_with_golden(const std::string &path)
{
    Bundle bundle = read_bundle(path);
    if (bundle.golden.description.empty())
        throw Error(ErrorCode::usage,
                    "the bundle has no golden activations to compare with; record them: tradewind model convert " +
                        path + " --record-golden picture:300x300 -o OUT.safetensors",
                    path);
    return bundle;
}

} // namespace

int model_verify(const Arguments &arguments)
{
    const Flags flags =
        parse({{"target", "NAME", "", {"device"}, true}, {"threads", "N", "j"}, {"plugin-dir", "DIR", "", {}, true}},
              arguments, 1);
    if (flags.inputs().empty()) throw Error(ErrorCode::usage, "name the bundle: tradewind model verify FILE");
    DetectorOptions options;
    options.threads = static_cast<int>(run_settings(flags).integer("run.threads"));
    options.checkpoint = stop_if_asked;
    const std::string path = flags.inputs().front();
    Bundle bundle = bundle_with_golden(path);
    const Golden golden = from_section(bundle.golden, path);
    auto targets = targets_of(flags);
    Registry registry(plugin_path(flags.all("plugin-dir")));
    const Model model = make_model(registry, std::move(bundle), {});
    bool agree = true;
    for (auto &target : targets) {
        const std::string name = target->name();
        Detector detector(model, std::move(target), options);
        const GoldenReport report = compare_with_golden(detector, golden);
        print(printable(name + " " + verdict(report)) + "\n");
        agree = agree && report.agrees();
    }
    return agree ? 0 : static_cast<int>(ErrorCode::check);
}

} // namespace tradewind::cli
