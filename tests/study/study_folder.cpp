// SPDX-License-Identifier: Apache-2.0
// Temporary studies.
#include "study_folder.h"

#include "tensor/error.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>

namespace tradewind {
namespace {

std::string environment(const char *name)
{
    const char *value = std::getenv(name);
    return value ? value : "";
}

std::string new_folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "tradewind-study-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("no temporary folder");
    return name;
}

SearchPath built_plugins()
{
    const std::string build = environment("TRADEWIND_BUILD");
    return {{build + "/plugins", "test"}, {build + "/meta_archs", "test"}};
}

} // namespace

StudyFolder::StudyFolder() : folder_(new_folder()), registry_(built_plugins()) {}

StudyFolder::~StudyFolder()
{
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string StudyFolder::write(const std::string &name, const std::string &text) const
{
    std::ofstream(path(name), std::ios::binary) << text;
    return path(name);
}

std::string StudyFolder::write_program(const std::string &name, const std::string &script) const
{
    write(name, "#!/bin/sh\n" + script);
    chmod(path(name).c_str(), 0755);
    return path(name);
}

std::string StudyFolder::read(const std::string &name) const
{
    std::ifstream file(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<Cell> StudyFolder::cells(const std::string &text)
{
    const auto settings = [](const std::string &config) {
        return read_ini(environment("TRADEWIND_SOURCE") + "/configs/" + config + ".ini");
    };
    const auto refuses = [](const std::string &target, const std::string &precision, std::size_t batch) -> std::string {
        if (target == "cuda") return precision == "int8" ? "the stand-in does not compute in int8" : "";
        if (precision != "f32") return target + " computes in f32 alone";
        return batch == 1 ? "" : target + " computes one picture after the other";
    };
    return expand(study(text), {&registry_, settings, {}, refuses});
}

std::string refusal(const std::function<void()> &action)
{
    try {
        action();
        return "";
    } catch (const Error &error) {
        return error.what();
    }
}

} // namespace tradewind
