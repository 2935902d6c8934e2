// SPDX-License-Identifier: Apache-2.0
// Expanding and loading inputs.
#include "cli/inputs.h"

#include "cli/folders.h"
#include "cli/signals.h"
#include "config/list.h"
#include "tensor/error.h"
#include "weights/sha256.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <glob.h>
#include <iostream>
#include <sys/stat.h>
#include <unistd.h>

namespace tradewind::cli {
namespace {

namespace fs = std::filesystem;

bool has_picture_ending(const fs::path &path)
{
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char *known : {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".webp", ".tif", ".tiff",
                              ".ppm", ".pgm", ".pbm", ".pnm", ".gif"})
        if (ending == known) return true;
    return false;
}

void expand_folder(const std::string &folder, std::vector<Input> &inputs)
{
    std::vector<std::string> found;
    std::error_code error;
    fs::recursive_directory_iterator item(folder, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && item != end; item.increment(error)) {
        std::error_code ignored;
        if (item->is_regular_file(ignored) && has_picture_ending(item->path())) found.push_back(item->path().string());
    }
    if (error) return inputs.push_back({folder, "the folder cannot be read: " + error.message()});
    if (found.empty())
        return inputs.push_back({folder, "there are no pictures in this folder (.jpg, .png, .bmp, .webp, .tif, .ppm)"});
    std::sort(found.begin(), found.end());
    for (auto &path : found) inputs.push_back({std::move(path), ""});
}

void expand_one(const std::string &name, std::vector<Input> &inputs);

void expand_lines(const std::string &name, std::istream &lines, std::vector<Input> &inputs)
{
    const auto before = inputs.size();
    for (std::string line; std::getline(lines, line);) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (!line.empty()) expand_one(line, inputs);
    }
    stop_if_asked();
    if (inputs.size() == before) inputs.push_back({name, "the list names no picture"});
}

bool expand_glob(const std::string &pattern, std::vector<Input> &inputs)
{
    if (pattern.find_first_of("*?[") == std::string::npos) return false;
    glob_t matches{};
    const bool found = glob(pattern.c_str(), 0, nullptr, &matches) == 0;
    for (std::size_t i = 0; found && i < matches.gl_pathc; ++i) expand_one(matches.gl_pathv[i], inputs);
    globfree(&matches);
    return found;
}

// A path, a folder, a formula or a glob; lists do not nest.
void expand_one(const std::string &name, std::vector<Input> &inputs)
{
    struct stat status {};
    if (name.starts_with("picture:")) return inputs.push_back({name, ""});
    if (stat(name.c_str(), &status) == 0) {
        if (S_ISDIR(status.st_mode)) return expand_folder(name, inputs);
        return inputs.push_back({name, ""});
    }
    const std::string reason = std::strerror(errno);
    if (!expand_glob(name, inputs)) inputs.push_back({name, "the file cannot be opened: " + reason});
}

void expand_list(const std::string &path, std::vector<Input> &inputs)
{
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return inputs.push_back({path, "the list cannot be read: it is a folder"});
    std::ifstream list(path);
    if (!list) return inputs.push_back({path, std::string("the list cannot be opened: ") + std::strerror(errno)});
    expand_lines(path, list, inputs);
}

Picture load_formula(const std::string &name)
{
    const std::string size = name.substr(std::strlen("picture:"));
    const auto x = size.find('x');
    const auto height = to_integer(size.substr(0, x)),
               width = x == std::string::npos ? height : to_integer(size.substr(x + 1));
    if (!height || !width)
        throw Error(ErrorCode::input, "a formula picture is written picture:HEIGHTxWIDTH", name, not_a_picture);
    try {
        return formula_picture(*height, *width);
    } catch (const Error &error) {
        throw Error(ErrorCode::input, error.message(), name, not_a_picture);
    }
}

std::string read_file(const std::string &path)
{
    struct File {
        int descriptor;
        ~File()
        {
            if (descriptor >= 0) close(descriptor);
        }
    } file{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    const auto fail = [&] {
        throw Error(ErrorCode::input, std::string("the file cannot be read: ") + std::strerror(errno), path,
                    input_unreadable);
    };
    struct stat status {};
    if (file.descriptor < 0 || fstat(file.descriptor, &status) != 0) fail();
    constexpr off_t most = off_t{1} << 30;
    if (status.st_size > most)
        throw Error(ErrorCode::input, "the file is larger than 1 GiB, which no picture within the limits is", path,
                    image_too_large);
    std::string bytes(static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)), '\0');
    std::size_t at = 0;
    for (ssize_t count; at < bytes.size(); at += static_cast<std::size_t>(count)) {
        count = read(file.descriptor, bytes.data() + at, bytes.size() - at);
        if (count < 0) fail();
        if (count == 0) break;
    }
    bytes.resize(at);
    return bytes;
}

} // namespace

std::vector<Input> expand(const std::vector<std::string> &named)
{
    if (named.empty())
        throw Error(ErrorCode::usage,
                    "no input is named: give a picture, a folder, @list.txt, or - for paths from standard input");
    std::vector<Input> inputs;
    for (const auto &name : named) {
        if (name == "-")
            expand_lines("-", std::cin, inputs);
        else if (name.size() > 1 && name[0] == '@')
            expand_list(name.substr(1), inputs);
        else
            expand_one(name, inputs);
    }
    return inputs;
}

Picture load(const std::string &path, std::string *sha256)
{
    if (path.starts_with("picture:")) return load_formula(path);
    const std::string content = read_file(path);
    const auto bytes = std::as_bytes(std::span(content));
    Picture picture = decode(bytes, path, {}, foreign_decoder());
    if (sha256) *sha256 = tradewind::sha256(bytes);
    return picture;
}

} // namespace tradewind::cli
