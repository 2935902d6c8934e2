// SPDX-License-Identifier: Apache-2.0
// What a user names as inputs, one picture after another.
#pragma once

#include "cli/line_reader.h"

#include <cstddef>
#include <deque>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tradewind::cli {

// A picture, or the reason why what was named gives none.
struct Input {
    std::string path;    // any bytes; "picture:HxW" for a formula picture
    std::string failure; // empty when the path is worth trying
};

// By the ending of its name.
bool has_picture_ending(const std::filesystem::path &path);

// Pictures, folders (recursive, sorted, files with endings of pictures), globs that the shell left alone, picture:HxW,
// @list.txt and "-" (one path a line). What does not exist becomes an Input with a failure. Lists are read as they are
// used up, so that their length takes no memory.
class Inputs {
public:
    // Throws Error(usage) when nothing is named.
    explicit Inputs(std::vector<std::string> named);

    std::optional<Input> next(); // none at the end
    // The first of those to come, as far as they are known without waiting for standard input.
    const std::deque<Input> &ahead();
    // How many there were in the beginning; 0 when a list is among them.
    std::size_t total() const { return total_; }

private:
    bool fill(bool may_wait);
    bool open_next(bool may_wait);
    bool read_line();
    void open_list(const std::string &path);
    void expand(const std::string &name);
    bool expand_glob(const std::string &pattern);
    bool expand_path(const std::string &path);
    void expand_folder(const std::string &folder);

    std::vector<std::string> named_;
    std::size_t at_ = 0, total_ = 0;
    std::deque<Input> waiting_;
    LineReader lines_; // of the list that is open
    std::string list_; // its name
    bool list_is_empty_ = false;
    std::size_t line_ = 0; // of the list, so far
};

} // namespace tradewind::cli
