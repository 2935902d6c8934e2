// SPDX-License-Identifier: Apache-2.0
// tradewind model list
#include "cli/commands.h"
#include "cli/config_reference.h"
#include "cli/flags.h"
#include "cli/folders.h"
#include "cli/terminal.h"

#include <filesystem>

namespace tradewind::cli {

int model_list(const Arguments &arguments)
{
    parse({}, arguments, 0);
    std::vector<std::vector<std::string>> rows = {
        {"(none)", "the embedded model: QR codes, barcodes, Data Matrix codes, ArUco markers"}};
    for (const auto &path : files_in(bundle_folders(), ".safetensors"))
        rows.push_back({"--model " + printable(path), ""});
    for (const auto &path : files_in(config_folders(), ".ini"))
        rows.push_back({"--config " + printable(std::filesystem::path(path).stem().string()), config_summary(path)});
    print(table({"options", "what they choose"}, rows, false));
    return 0;
}

} // namespace tradewind::cli
