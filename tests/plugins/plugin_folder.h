// SPDX-License-Identifier: Apache-2.0
// A folder of plugins made for one test, and what the host says of them.
#pragma once

#include "detector/model.h"
#include "tensor/error.h"

#include <filesystem>
#include <initializer_list>
#include <string>

namespace plugins {

// Made empty, deleted with the object. Readable and writable by the user alone.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;

    std::string path(const std::string &file = "") const { return file.empty() ? path_ : path_ + "/" + file; }
    void write(const std::string &file, const std::string &text) const;

    // Copies a plugin that was built for the tests, and writes its manifest. What it provides is by default the
    // extractor org.example.<fixture>.
    void add(const std::string &fixture, const std::string &name = "", const std::string &provides = "") const;

    tradewind::SearchPath search_path() const { return {{path_, "--plugin-dir"}}; }

private:
    std::string path_;
};

// The plugins of the build tree and those of a folder.
tradewind::SearchPath with_built(const Folder &folder);

// The network of an INI text, for a picture of one size.
tradewind::Graph network(tradewind::Registry &registry, const std::string &ini, tradewind::ImageSize size);

// What an Error says, after "usage: ", "refused: " or another code; "no error" when there is none.
template <class F> std::string error_of(F &&function)
{
    try {
        function();
    } catch (const tradewind::Error &error) {
        const char *names[] = {"", "failed", "usage", "input", "check", "refused", "resource"};
        return std::string(names[static_cast<int>(error.code())]) + ": " + error.what();
    }
    return "no error";
}

// The parts that a text does not contain, and then the text; "" when it contains all.
std::string lacks(const std::string &text, std::initializer_list<std::string> parts);

} // namespace plugins
