// SPDX-License-Identifier: Apache-2.0
// tradewind doctor: what this installation consists of, and what is missing.
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/folders.h"
#include "cli/terminal.h"
#include "detector/detector.h"
#include "detector/precision_choice.h"
#include "study/machine.h"
#include "tensor/error.h"

#include <filesystem>

namespace tradewind::cli {
namespace {

std::string line(const std::string &key, const std::string &value)
{
    return "  " + key + std::string(key.size() < 16 ? 16 - key.size() : 1, ' ') + printable(value) + "\n";
}

std::string target_line(const std::string &name)
{
    try {
        const auto target = open_target(name, module_folders(), {});
        return line(name, target->description() + "; takes " + names_of(precisions_of(*target)));
    } catch (const Error &error) {
        return line(name, std::string("absent: ") + error.what());
    }
}

// A line for each GPU, or one that says why there is none.
std::string gpu_lines()
{
    std::string text;
    for (const auto &[name, description] : describe_gpus(module_folders())) text += line(name, description);
    return text;
}

std::string codec_line()
{
    for (const auto &folder : module_folders())
        if (std::filesystem::exists(folder + "/tradewind-codecs.so"))
            return line("others", folder + "/tradewind-codecs.so");
    return line("others", "absent: only JPEG and PNG are read");
}

} // namespace

int doctor(const Arguments &arguments)
{
    const Flags flags = parse({{"plugin-dir", "DIR", "", {}, true}}, arguments, 0);
    const Registry registry(plugin_path(flags.all("plugin-dir")));
    const MachineFacts machine = machine_facts();
    std::string text = "tradewind " TRADEWIND_VERSION "\n\nmachine\n" + line("processor", machine.cpu) +
                       line("may use", std::to_string(machine.cores) + " of its cores");
    text += "\ntargets\n" + target_line("reference") + target_line("cpu") + gpu_lines();
    text += "\npictures\n" + line("jpeg, png", "built in") + codec_line();
    const std::string d3 = report_file("d3.min.js");
    text += "\nreports\n" + line("interaction", d3.empty() ? "absent: D3 was not there when this was built" : d3);
    text += "\nplugin folders, in this order\n";
    for (const auto &folder : registry.path()) {
        const std::string unsafe = unsafe_reason(folder.path);
        text += line(std::filesystem::exists(folder.path) ? (unsafe.empty() ? "searched" : "refused") : "absent",
                     folder.path + " (" + folder.origin + ")" + (unsafe.empty() ? "" : ": " + unsafe));
    }
    text += "\nplugins\n";
    for (const auto &entry : registry.entries())
        text += line(entry.name, entry.refusal.empty() ? entry.library : "refused: " + entry.refusal);
    text += "\nconfigs and models\n";
    for (const auto &folder : config_folders()) text += line("configs", folder);
    for (const auto &folder : bundle_folders()) text += line("models", folder);
    print(text);
    return 0;
}

} // namespace tradewind::cli
