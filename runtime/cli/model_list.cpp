// SPDX-License-Identifier: Apache-2.0
// tradewind model list
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/folders.h"
#include "cli/terminal.h"

#include <algorithm>
#include <filesystem>

namespace tradewind::cli {
namespace {

std::vector<std::string> files_in(const std::vector<std::string> &folders, const std::string &ending)
{
    std::vector<std::string> found;
    for (const auto &folder : folders) {
        std::error_code ignored;
        for (const auto &item : std::filesystem::directory_iterator(folder, ignored))
            if (item.path().extension() == ending) found.push_back(item.path().lexically_normal().string());
    }
    std::sort(found.begin(), found.end());
    return found;
}

} // namespace

int model_list(const Arguments &arguments)
{
    parse({}, arguments, 0);
    std::string text = "without --model   the embedded model: QR codes, barcodes, Data Matrix codes, ArUco markers\n";
    for (const auto &path : files_in(bundle_folders(), ".safetensors")) text += "--model " + printable(path) + "\n";
    for (const auto &path : files_in(config_folders(), ".ini")) text += "--config " + printable(path) + "\n";
    print(text);
    return 0;
}

} // namespace tradewind::cli
