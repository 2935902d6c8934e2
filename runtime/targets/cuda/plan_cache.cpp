// SPDX-License-Identifier: Apache-2.0
// Entries as lines of JSON.
#include "targets/cuda/plan_cache.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace tradewind::cuda {
namespace {

using json = nlohmann::json;
namespace fs = std::filesystem;
using Entries = std::map<std::string, PlanCache::Entry>;

const std::string head = R"({"format":"tradewind plans","version":1})";
constexpr std::uintmax_t most_bytes = 64 << 20; // far more than all networks at all sizes need

void add_line(const std::string &line, Entries &entries)
{
    const json entry = json::parse(line, nullptr, false);
    if (!entry.is_object()) return;
    const auto key = entry.find("key"), engine = entry.find("engine"), time = entry.find("microseconds");
    if (key == entry.end() || engine == entry.end() || time == entry.end()) return;
    if (!key->is_string() || !engine->is_string() || !time->is_number()) return;
    const double microseconds = time->get<double>();
    if (std::isfinite(microseconds) && microseconds > 0)
        entries[key->get<std::string>()] = {engine->get<std::string>(), microseconds};
}

void read(const std::string &path, Entries &entries)
{
    std::error_code error;
    const auto size = fs::file_size(path, error);
    if (error || size > most_bytes) return;
    std::ifstream file(path);
    std::string line;
    if (!std::getline(file, line) || line != head) return;
    while (std::getline(file, line)) add_line(line, entries);
}

} // namespace

PlanCache::PlanCache(std::string folder) : path_(folder.empty() ? "" : folder + "/cuda-plans.jsonl")
{
    if (!path_.empty()) read(path_, entries_);
}

std::optional<PlanCache::Entry> PlanCache::find(const std::string &key) const
{
    const auto found = entries_.find(key);
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

void PlanCache::keep(const std::string &key, const Entry &entry)
{
    if (!path_.empty()) read(path_, entries_);
    entries_[key] = entry;
    if (!path_.empty()) write();
}

void PlanCache::write() const
{
    std::error_code error;
    fs::create_directories(fs::path(path_).parent_path(), error);
    const std::string part = path_ + ".part-" + std::to_string(getpid());
    std::ofstream file(part);
    file << head << "\n";
    for (const auto &[key, entry] : entries_)
        file << json{{"key", key}, {"engine", entry.engine}, {"microseconds", entry.microseconds}}.dump(
                    -1, ' ', false, json::error_handler_t::replace)
             << "\n";
    file.close();
    if (file) fs::rename(part, path_, error);
    if (!file || error) fs::remove(part, error);
}

std::string plan_key(const DeviceFacts &facts, const ConvolutionShape &shape)
{
    return facts.name + ", " + std::to_string(facts.capability) + ", " + facts.libraries + ": " + to_string(shape);
}

} // namespace tradewind::cuda
