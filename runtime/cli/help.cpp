// SPDX-License-Identifier: Apache-2.0
// tradewind help.
#include "cli/commands.h"
#include "cli/config_reference.h"
#include "cli/folders.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include "help_texts.h"

namespace tradewind::cli {
namespace {

std::string usage_of_group(const std::string &name)
{
    std::string text;
    for (const Command &command : commands())
        if (std::string(command.name).starts_with(name + " "))
            text += std::string(text.empty() ? "" : "\n") + command.usage;
    return text;
}

std::string overview()
{
    std::string text = "usage: tradewind COMMAND ...\n\n";
    for (const Command &command : commands()) {
        const std::string name = command.name;
        text += "  " + name + std::string(name.size() < 16 ? 16 - name.size() : 1, ' ') + command.summary + "\n";
    }
    return text + "\n'tradewind help COMMAND' or 'tradewind COMMAND --help' tells more; 'tradewind help config' lists "
                  "every key of a config.\n"
                  "Settings: flags over TRADEWIND_... in the environment over ./tradewind.ini over "
                  "$XDG_CONFIG_HOME/tradewind/config.ini.\n";
}

} // namespace

const std::vector<Command> &commands()
{
    static const std::vector<Command> all = {
        {"detect", "finds objects in pictures", detect_help, detect},
        {"eval", "measures accuracy on annotated pictures", eval_help, eval},
        {"bench", "measures where the time goes", bench_help, bench},
        {"model list", "which models there are", model_list_help, model_list},
        {"model info", "what a model consists of", model_info_help, model_info},
        {"model convert", "makes a bundle from published weights", model_convert_help, model_convert},
        {"model new", "makes a bundle with weights by formula", model_new_help, model_new},
        {"model quantise", "prepares a bundle for 8-bit integers", model_quantise_help, model_quantise},
        {"model trace", "writes values inside a network", model_trace_help, model_trace},
        {"model verify", "compares a bundle's values with those recorded in it", model_verify_help, model_verify},
        {"study", "measures a grid of detectors", study_help, study},
        {"study report", "makes a page of figures from results", study_report_help, study_report},
        {"plugin list", "which plugins there are", plugin_list_help, plugin_list},
        {"plugin info", "what a plugin can be told", plugin_info_help, plugin_info},
        {"doctor", "what this installation consists of", doctor_help, doctor},
        {"version", "the version", version_help, version},
        {"help", "this text, or that of a command", help_help, help},
    };
    return all;
}

int help(const Arguments &arguments)
{
    std::string name;
    for (const auto &word : arguments) name += (name.empty() ? "" : " ") + word;
    if (name.empty()) {
        print(overview());
        return 0;
    }
    if (name == "config") {
        Registry registry(plugin_path({}));
        print(config_reference(registry));
        return 0;
    }
    std::string found;
    for (const Command &command : commands())
        if (name == command.name) found = command.usage;
    if (found.empty()) found = usage_of_group(name);
    if (found.empty()) {
        std::vector<std::string> names = {"config"};
        for (const Command &command : commands()) names.push_back(command.name);
        throw Error(ErrorCode::usage,
                    "there is no command '" + name + "'" + did_you_mean(name, names) + "; 'tradewind help' lists them");
    }
    print(found);
    return 0;
}

} // namespace tradewind::cli
