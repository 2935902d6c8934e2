// SPDX-License-Identifier: Apache-2.0
// intel-rapl, which AMD's processors have under the same name.
#include "study/energy.h"

#include <filesystem>
#include <fstream>

namespace tradewind {
namespace {

std::optional<std::uint64_t> number_in(const std::string &path)
{
    std::ifstream file(path);
    std::uint64_t value = 0;
    return file >> value ? std::optional(value) : std::nullopt;
}

std::string line_of(const std::string &path)
{
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

} // namespace

EnergyMeter::EnergyMeter(const std::string &folder)
{
    std::error_code error;
    for (std::filesystem::directory_iterator item(folder, error), end; !error && item != end; item.increment(error)) {
        const std::string zone = item->path().string();
        if (!item->path().filename().string().starts_with("intel-rapl:") ||
            !line_of(zone + "/name").starts_with("package"))
            continue; // cores and memory, which are parts of packages
        packages_.push_back({zone + "/energy_uj", number_in(zone + "/max_energy_range_uj").value_or(0)});
    }
    for (const auto &package : packages_)
        if (note_.empty() && !number_in(package.counter))
            note_ = "the energy counter " + package.counter + " cannot be read: it usually takes root";
    if (packages_.empty()) note_ = "this machine shows no energy counters (" + folder + "/intel-rapl:*)";
    if (!note_.empty())
        packages_.clear();
    else
        note_ = "of the whole processor, whoever used it: " + std::to_string(packages_.size()) +
                (packages_.size() == 1 ? " package" : " packages") + " of " + folder + "/intel-rapl";
}

void EnergyMeter::give_up(const std::string &why)
{
    packages_.clear();
    note_ = why;
}

void EnergyMeter::start()
{
    for (auto &package : packages_) package.before = number_in(package.counter).value_or(0);
}

void EnergyMeter::stop()
{
    for (const auto &package : packages_) {
        const auto now = number_in(package.counter);
        if (!now) return give_up("the energy counter " + package.counter + " could not be read any more");
        const bool around = *now < package.before;
        microjoules_ += around ? package.range - package.before + *now : *now - package.before;
    }
}

std::optional<double> EnergyMeter::joules() const
{
    return packages_.empty() ? std::nullopt : std::optional(static_cast<double>(microjoules_) * 1e-6);
}

} // namespace tradewind
