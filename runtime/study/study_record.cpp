// SPDX-License-Identifier: Apache-2.0
// Which cells a study has.
#include "study/study_record.h"

#include "output/writer.h"
#include "tensor/error.h"

#include <nlohmann/json.hpp>

#include <fstream>

namespace tradewind {
namespace {

constexpr const char *schema = "tradewind-study-1";

std::string path_in(const std::string &folder) { return folder + "/study.json"; }

} // namespace

void write_study_record(const Study &study, const std::vector<Cell> &cells, const std::string &folder)
{
    nlohmann::ordered_json json = {{"schema", schema}, {"name", study.name}, {"file", study.file}};
    json["cells"] = nlohmann::ordered_json::array();
    for (const auto &cell : cells)
        json["cells"].push_back({{"key", cell.key}, {"grid", cell.grid}, {"label", cell.label}});
    const auto sink = open_file(path_in(folder), true);
    sink->write(json.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    sink->finish();
}

std::optional<std::set<std::string>> recorded_keys(const std::string &folder)
{
    std::ifstream file(path_in(folder), std::ios::binary);
    if (!file) return std::nullopt;
    try {
        const auto json = nlohmann::json::parse(file);
        if (json.at("schema") != schema) throw Error(ErrorCode::usage, "this is no record of a study", path_in(folder));
        std::set<std::string> keys;
        for (const auto &cell : json.at("cells")) keys.insert(cell.at("key").get<std::string>());
        return keys;
    } catch (const nlohmann::json::exception &error) {
        throw Error(ErrorCode::usage, std::string("this is no record of a study: ") + error.what(), path_in(folder));
    }
}

} // namespace tradewind
