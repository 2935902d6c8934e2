// SPDX-License-Identifier: Apache-2.0
// tradewind model trace: values inside a network.
#include "cli/commands.h"
#include "cli/folders.h"
#include "cli/load_picture.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "detector/detector.h"
#include "output/writer.h"
#include "tensor/error.h"
#include "weights/safetensors.h"

namespace tradewind::cli {
namespace {

void write_tensors(const std::map<std::string, Tensor> &tensors, const std::string &path, bool overwrite)
{
    const auto sink = open_file(path, overwrite);
    sink->write(safetensors_header(tensors, {{"created_by", "tradewind " TRADEWIND_VERSION}}));
    for (const auto &[name, tensor] : tensors)
        sink->write({reinterpret_cast<const char *>(tensor.data()), tensor.bytes()});
    sink->finish();
}

Picture only_picture(const Flags &flags)
{
    if (flags.inputs().size() != 1) throw Error(ErrorCode::usage, "name one picture, or picture:HEIGHTxWIDTH");
    return load_picture(flags.inputs().front());
}

} // namespace

int model_trace(const Arguments &arguments)
{
    std::vector<Flag> known = model_flags();
    known.insert(known.end(), {{"output", "FILE", "o"},
                               {"value", "GLOB", "", {}, true},
                               {"list"},
                               {"overwrite"},
                               {"target", "NAME", "", {"device"}},
                               {"threads", "N", "j"},
                               {"score", "T", "", {"conf"}},
                               {"iou", "T"},
                               {"max-detections", "N", "", {"max-det"}}});
    const Flags flags = parse(known, arguments, 1);
    check_model_flags(flags);
    const Settings run = run_settings(flags), overrides = model_overrides(flags, run);
    if (flags.has("list") && flags.has("output"))
        throw Error(ErrorCode::usage, "--list prints names and writes no file: leave out --list or -o");
    const std::string output = flags.has("list") ? "" : output_file(flags);
    Registry registry(plugin_path(flags.all("plugin-dir")));
    Model model = choose_model(registry, flags, overrides);
    load_weights(model, flags);
    require_weights(model);
    DetectorOptions options;
    options.target = run.text("run.target");
    options.threads = static_cast<int>(run.integer("run.threads"));
    options.checkpoint = stop_if_asked;
    Detector detector(std::move(model), open_target(options.target, module_folders(), warn), options);
    const Picture picture =
        flags.has("list") && flags.inputs().empty() ? formula_picture(300, 300) : only_picture(flags);
    if (flags.has("list")) {
        std::string text;
        for (const auto &[name, shape] : detector.traceable({picture.height, picture.width}, flags.all("value")))
            text += name + "  " + to_string(shape) + "\n";
        print(text);
        return 0;
    }
    const auto values = detector.trace(picture, flags.all("value"));
    stop_if_asked();
    write_tensors(values, output, flags.has("overwrite"));
    print("wrote " + std::to_string(values.size()) + " values to " + printable(output) + "\n");
    return 0;
}

} // namespace tradewind::cli
