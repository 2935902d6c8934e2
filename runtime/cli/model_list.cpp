// SPDX-License-Identifier: Apache-2.0
// tradewind model list
#include "cli/commands.h"
#include "cli/config_reference.h"
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
