// SPDX-License-Identifier: Apache-2.0
// A folder for one test, with studies in it.
#pragma once

#include "study/grid.h"

#include <functional>
#include <string>

namespace tradewind {

class StudyFolder {
public:
    StudyFolder();
    ~StudyFolder();
    StudyFolder(const StudyFolder &) = delete;
    StudyFolder &operator=(const StudyFolder &) = delete;

    std::string path(const std::string &name) const { return folder_ + "/" + name; }
    std::string write(const std::string &name, const std::string &text) const; // returns its path
    std::string write_program(const std::string &name, const std::string &script) const;
    std::string read(const std::string &name) const;

    Study study(const std::string &text) const { return read_study(write("study.ini", text)); }
    // With the configs and plugins of this build.
    std::vector<Cell> cells(const std::string &text);

private:
    std::string folder_;
    Registry registry_;
};

// What an action throws, as text; "" when it throws nothing.
std::string refusal(const std::function<void()> &action);

} // namespace tradewind
