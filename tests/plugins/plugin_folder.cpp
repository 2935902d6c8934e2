// SPDX-License-Identifier: Apache-2.0
// Temporary folders of plugins.
#include "plugin_folder.h"

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <unistd.h>

using namespace tradewind;
namespace fs = std::filesystem;

namespace plugins {

Folder::Folder()
{
    std::string name = fs::temp_directory_path() / "tradewind-plugins-XXXXXX";
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a temporary folder");
    path_ = name;
}

Folder::~Folder()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

void Folder::write(const std::string &file, const std::string &text) const
{
    std::ofstream(path(file)) << text;
    fs::permissions(path(file), fs::perms::owner_read | fs::perms::owner_write);
}

void Folder::add(const std::string &fixture, const std::string &name, const std::string &provides) const
{
    const std::string as = name.empty() ? fixture : name;
    fs::copy_file(std::string(std::getenv("TRADEWIND_BUILD")) + "/tests/plugins/" + fixture + ".so", path(as + ".so"),
                  fs::copy_options::overwrite_existing);
    fs::permissions(path(as + ".so"), fs::perms::owner_all);
    const std::string promised = provides.empty() ? "feature-extractor:org.example." + fixture : provides;
    write(as + ".plugin", "[plugin]\nlibrary = " + as + ".so\nabi = 0.1\nprovides = " + promised + "\nrequires =\n");
}

SearchPath with_built(const Folder &folder)
{
    SearchPath path = folder.search_path();
    std::istringstream built(std::getenv("TRADEWIND_PLUGIN_PATH"));
    for (std::string part; std::getline(built, part, ':');) path.push_back({part, "TRADEWIND_PLUGIN_PATH"});
    return path;
}

Graph network(Registry &registry, const std::string &ini, ImageSize size)
{
    return describe(make_model(registry, parse_ini(ini, "test")), size);
}

std::string lacks(const std::string &text, std::initializer_list<std::string> parts)
{
    std::string missing;
    for (const auto &part : parts)
        if (text.find(part) == std::string::npos) missing += "'" + part + "' ";
    return missing.empty() ? "" : missing + "in: " + text;
}

} // namespace plugins
