// SPDX-License-Identifier: Apache-2.0
// Files for tests.
#include "files.h"

#include "tensor/error.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace files {

Folder::Folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "tradewind-test-XXXXXX").string();
    if (!mkdtemp(name.data())) throw std::runtime_error("cannot make a folder");
    path_ = name;
}
Folder::~Folder() { std::filesystem::remove_all(path_); }

std::size_t Folder::count() const
{
    return static_cast<std::size_t>(
        std::distance(std::filesystem::directory_iterator(path_), std::filesystem::directory_iterator()));
}

std::string read(const std::string &path)
{
    std::ifstream stream(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void write(const std::string &path, const std::string &bytes) { std::ofstream(path, std::ios::binary) << bytes; }

std::string message_of(const std::function<void()> &body)
{
    try {
        body();
    } catch (const tradewind::Error &error) {
        return error.what();
    }
    return "no error";
}

bool contains(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

} // namespace files
