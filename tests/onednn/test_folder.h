// SPDX-License-Identifier: Apache-2.0
// A folder of a test.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

// Absent at first; goes at the end.
struct TestFolder {
    std::filesystem::path path;

    explicit TestFolder(const std::string &name)
        : path(std::filesystem::temp_directory_path() / ("tradewind-" + name + "-" + std::to_string(getpid())))
    {
        std::filesystem::remove_all(path);
    }
    ~TestFolder() { std::filesystem::remove_all(path); }

    std::string read(const std::string &name) const
    {
        std::ifstream file(path / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), {}};
    }
    void write(const std::string &name, const std::string &text) const
    {
        std::filesystem::create_directories(path);
        std::ofstream(path / name, std::ios::binary) << text;
    }
};
