// SPDX-License-Identifier: Apache-2.0
// Reading lists of pictures.
#include "cli/eval/subset.h"

#include "config/list.h"
#include "tensor/error.h"

#include <filesystem>
#include <fstream>
#include <unordered_map>

namespace tradewind::cli {
namespace {

std::string stem(const std::string &name) { return std::filesystem::path(name).stem().string(); }

std::unordered_map<std::string, std::int64_t> ids_by_name(const Annotations &annotations)
{
    std::unordered_map<std::string, std::int64_t> ids;
    for (const auto &image : annotations.images) ids.emplace(stem(image.file), image.id);
    for (const auto &image : annotations.images) ids.emplace(std::to_string(image.id), image.id);
    return ids;
}

} // namespace

Subset::Subset(const std::string &file, const Annotations &annotations)
    : all_(file.empty()), size_(annotations.images.size())
{
    if (all_) return;
    std::error_code ignored;
    std::ifstream stream(file);
    if (!stream || std::filesystem::is_directory(file, ignored))
        throw Error(ErrorCode::usage, "the list of pictures cannot be read", file);
    const auto ids = ids_by_name(annotations);
    std::string line;
    for (std::size_t number = 1; std::getline(stream, line); ++number) {
        const std::string name = trim(line.substr(0, line.find_first_of(" \t", line.find_first_not_of(" \t"))));
        if (name.empty()) continue;
        const auto found = ids.find(stem(name));
        if (found == ids.end())
            throw Error(ErrorCode::usage, "'" + name + "' is no annotated picture: lines are image ids or file names",
                        file + ":" + std::to_string(number));
        ids_.insert(found->second);
    }
    if (ids_.empty()) throw Error(ErrorCode::usage, "the list names no picture", file);
    size_ = ids_.size();
}

} // namespace tradewind::cli
