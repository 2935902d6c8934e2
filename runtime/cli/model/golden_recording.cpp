// SPDX-License-Identifier: Apache-2.0
// Recording golden activations.
#include "cli/model/golden_recording.h"

#include "cli/folders.h"
#include "cli/load_picture.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "tensor/error.h"

#include <filesystem>

namespace tradewind::cli {

std::optional<GoldenRecording> golden_recording(const Flags &flags)
{
    const auto name = flags.value("record-golden");
    if (!name && flags.has("target"))
        throw Error(ErrorCode::usage, "--target says what computes golden activations: give --record-golden too");
    if (!name) return std::nullopt;
    GoldenRecording recording{*name, load_picture(*name), flags.value("target").value_or("reference")};
    const Picture &picture = recording.picture;
    recording.picture_name = name->starts_with("picture:")
                                 ? "picture:" + std::to_string(picture.height) + "x" + std::to_string(picture.width)
                                 : std::filesystem::path(*name).filename().string();
    return recording;
}

void record(const GoldenRecording &recording, Registry &registry, Bundle &bundle)
{
    Bundle same = bundle; // tensors are shared
    same.settings.set("model.labels", "", "bundle");
    DetectorOptions options;
    options.checkpoint = stop_if_asked;
    auto target = open_target(recording.target, module_folders(), warn);
    Detector detector(make_model(registry, std::move(same), {}), std::move(target), options);
    bundle.golden = to_section(record_golden(detector, recording.picture, recording.picture_name));
}

} // namespace tradewind::cli
