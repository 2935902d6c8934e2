// SPDX-License-Identifier: Apache-2.0
// Reading a section [grid NAME].
#pragma once

#include "study/study_file.h"

namespace tradewind {

inline const std::string grid_prefix = "grid ";

// The settings of one section.
Settings section_of(const Settings &all, const std::string &section);

// Throws Error(usage) as read_study() does.
Grid read_grid(const Settings &all, const std::string &section, const std::string &file);

} // namespace tradewind
