// SPDX-License-Identifier: Apache-2.0
// All that was measured and all that was not, as tables.
#pragma once

#include "study/report/figures.h"

namespace tradewind::reporting {

std::string table_of_results(const Material &material);
std::string table_of_others(const Material &material); // failed, impossible; "" where there is none
std::string table_of_environments(const Entries &entries);
std::string table_of_published(const Catalogue &catalogue);

} // namespace tradewind::reporting
