// SPDX-License-Identifier: Apache-2.0
// Entries as lines of JSON.
#include "targets/cuda/plan_cache.h"

#include "targets/cache_file.h"
#include "tensor/seed.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <iterator>
#include <sstream>

namespace tradewind::cuda {
namespace {

using json = nlohmann::json;
using Entries = std::map<std::string, PlanCache::Entry>;

const std::string head = R"({"format":"tradewind plans","version":1})";
constexpr const char *file_name = "/cuda-plans.jsonl";

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
    for (const auto &line : cached_lines(path, head)) add_line(line, entries);
}

std::string as_line(const json &value) { return value.dump(-1, ' ', false, json::error_handler_t::replace) + "\n"; }

// What the file of a compiled plan begins with; its last part tells damage.
std::string head_of_plan(const std::string &key, const std::string &engine, const std::string &plan)
{
    return as_line({{"key", key}, {"engine", engine}, {"hash", seed_hash(plan)}});
}

} // namespace

PlanCache::PlanCache(std::string folder) : folder_(std::move(folder))
{
    if (!folder_.empty()) read(folder_ + file_name, entries_);
}

std::optional<PlanCache::Entry> PlanCache::find(const std::string &key) const
{
    const auto found = entries_.find(key);
    return found == entries_.end() ? std::nullopt : std::optional(found->second);
}

void PlanCache::keep(const std::string &key, const Entry &entry)
{
    if (!folder_.empty()) read(folder_ + file_name, entries_);
    entries_[key] = entry;
    if (!folder_.empty()) write();
}

void PlanCache::write() const
{
    std::string text = head + "\n";
    for (const auto &[key, entry] : entries_)
        text += as_line({{"key", key}, {"engine", entry.engine}, {"microseconds", entry.microseconds}});
    replace_cached(folder_ + file_name, text);
}

std::string PlanCache::compiled(const std::string &key, const std::string &engine) const
{
    if (folder_.empty()) return "";
    std::ifstream file(compiled_path(key), std::ios::binary);
    std::string first;
    std::getline(file, first);
    const std::string plan{std::istreambuf_iterator<char>(file), {}};
    return first + "\n" == head_of_plan(key, engine, plan) ? plan : "";
}

void PlanCache::keep_compiled(const std::string &key, const std::string &engine, const std::string &plan) const
{
    if (!folder_.empty()) replace_cached(compiled_path(key), head_of_plan(key, engine, plan) + plan);
}

std::string PlanCache::compiled_path(const std::string &key) const
{
    std::ostringstream name;
    name << std::hex << seed_hash(key);
    return folder_ + "/cuda-plans/" + name.str() + ".plan";
}

std::string plan_key(const DeviceFacts &facts, const ConvolutionShape &shape)
{
    return facts.name + ", " + std::to_string(facts.capability) + ", " + facts.libraries + ": " + to_string(shape);
}

} // namespace tradewind::cuda
