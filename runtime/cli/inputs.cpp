// SPDX-License-Identifier: Apache-2.0
// Finding inputs.
#include "cli/inputs.h"

#include "tensor/error.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <glob.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tradewind::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_ahead = 1000;

bool is_list(const std::string &name) { return name == "-" || (name.size() > 1 && name[0] == '@'); }

} // namespace

bool has_picture_ending(const fs::path &path)
{
    std::string ending = path.extension().string();
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return std::tolower(c); });
    for (const char *known : {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".bmp", ".dib", ".webp", ".tif", ".tiff",
                              ".ppm", ".pgm", ".pbm", ".pnm", ".jp2"})
        if (ending == known) return true;
    return false;
}

Inputs::Inputs(std::vector<std::string> named) : named_(std::move(named))
{
    if (named_.empty())
        throw Error(ErrorCode::usage,
                    "no input is named: give a picture, a folder, @list.txt, or - for paths from standard input");
    if (std::any_of(named_.begin(), named_.end(), is_list)) return;
    for (const auto &name : named_) expand(name);
    at_ = named_.size();
    total_ = waiting_.size();
}

std::optional<Input> Inputs::next()
{
    while (waiting_.empty())
        if (!fill(true)) return std::nullopt;
    Input input = std::move(waiting_.front());
    waiting_.pop_front();
    return input;
}

const std::deque<Input> &Inputs::ahead()
{
    while (waiting_.size() < most_ahead && fill(false)) {
    }
    return waiting_;
}

// One step towards more inputs; false when there is none to take.
bool Inputs::fill(bool may_wait)
{
    if (!lines_.is_open()) return open_next(may_wait);
    if (lines_.waits() && !may_wait) return false;
    if (read_line()) return true;
    if (list_is_empty_) waiting_.push_back({list_, "the list names no picture"});
    lines_ = LineReader();
    return true;
}

bool Inputs::open_next(bool may_wait)
{
    if (at_ == named_.size() || (named_[at_] == "-" && !may_wait)) return false;
    const std::string &name = named_[at_++];
    list_is_empty_ = true;
    line_ = 0;
    if (name == "-") {
        list_ = name;
        lines_ = LineReader(STDIN_FILENO);
    } else if (is_list(name)) {
        open_list(name.substr(1));
    } else {
        expand(name);
    }
    return true;
}

// False at the end, and at a line that is no path: what follows it is none either.
bool Inputs::read_line()
{
    std::string line;
    const auto result = lines_.next(line);
    if (result == LineReader::Result::end) return false;
    const bool first = line_++ == 0;
    if (result == LineReader::Result::too_long || line.find('\0') != std::string::npos) {
        waiting_.push_back({list_, "line " + std::to_string(line_) +
                                       " is no path: it is too long or holds a zero byte; "
                                       "a list has one path a line"});
        list_is_empty_ = false;
        return false;
    }
    if (first && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) return true;
    list_is_empty_ = false;
    expand(line);
    return true;
}

void Inputs::open_list(const std::string &path)
{
    std::error_code ignored;
    if (fs::is_directory(path, ignored)) return waiting_.push_back({path, "the list cannot be read: it is a folder"});
    const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0)
        return waiting_.push_back({path, std::string("the list cannot be opened: ") + std::strerror(errno)});
    list_ = path;
    lines_ = LineReader(descriptor);
}

// A path, a folder, a formula or a glob; lists do not nest.
void Inputs::expand(const std::string &name)
{
    if (name.starts_with("picture:")) return waiting_.push_back({name, ""});
    if (name.empty()) return waiting_.push_back({"''", "the name of a file is empty"});
    if (expand_path(name)) return;
    const std::string reason = std::strerror(errno);
    if (expand_glob(name)) return;
    const bool pattern = name.find_first_of("*?[") != std::string::npos;
    waiting_.push_back({name, pattern ? "no file matches this pattern" : "the file cannot be opened: " + reason});
}

// False, with errno set, when there is no such file.
bool Inputs::expand_path(const std::string &path)
{
    struct stat status {};
    if (stat(path.c_str(), &status) != 0) return false;
    if (S_ISDIR(status.st_mode))
        expand_folder(path);
    else
        waiting_.push_back({path, ""});
    return true;
}

// What matches is a path, whatever letters it has.
bool Inputs::expand_glob(const std::string &pattern)
{
    if (pattern.find_first_of("*?[") == std::string::npos) return false;
    glob_t matches{};
    const bool found = glob(pattern.c_str(), 0, nullptr, &matches) == 0;
    for (std::size_t i = 0; found && i < matches.gl_pathc; ++i)
        if (const std::string path = matches.gl_pathv[i]; !expand_path(path))
            waiting_.push_back({path, std::string("the file cannot be opened: ") + std::strerror(errno)});
    globfree(&matches);
    return found;
}

void Inputs::expand_folder(const std::string &folder)
{
    std::vector<std::string> found;
    std::error_code error;
    fs::recursive_directory_iterator item(folder, fs::directory_options::skip_permission_denied, error), end;
    for (; !error && item != end; item.increment(error)) {
        std::error_code ignored;
        if (item->is_regular_file(ignored) && has_picture_ending(item->path())) found.push_back(item->path().string());
    }
    if (error) return waiting_.push_back({folder, "the folder cannot be read: " + error.message()});
    if (found.empty())
        return waiting_.push_back(
            {folder, "there are no pictures in this folder (.jpg, .png, .bmp, .webp, .tif, .ppm)"});
    std::sort(found.begin(), found.end());
    for (auto &path : found) waiting_.push_back({std::move(path), ""});
}

} // namespace tradewind::cli
