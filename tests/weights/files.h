// SPDX-License-Identifier: Apache-2.0
// Files for tests, removed at the end.
#pragma once

#include <functional>
#include <string>

namespace files {

// A folder of its own under the system's temporary folder; goes with the object.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder &) = delete;
    Folder &operator=(const Folder &) = delete;
    std::string operator/(const std::string &name) const { return path_ + "/" + name; }
    std::size_t count() const; // files in it

private:
    std::string path_;
};

std::string read(const std::string &path);
void write(const std::string &path, const std::string &bytes);

// What an Error says, or "no error".
std::string message_of(const std::function<void()> &body);
bool contains(const std::string &text, const std::string &part);

} // namespace files
