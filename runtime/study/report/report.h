// SPDX-License-Identifier: Apache-2.0
// One self-contained HTML page from results: the paper's figures and tables. Nothing in it is loaded from elsewhere,
// and it can be read without JavaScript. The same results give the same bytes.
#pragma once

#include "study/report/catalogue.h"

#include <string>
#include <vector>

namespace tradewind::reporting {

struct Choices {
    std::string title = "Speed, memory and accuracy of detectors";
    bool published = false;         // hollow points of the catalogue
    std::string library;            // D3, as text; "" makes a page without interaction, which says so
    std::string licence;            // of the library, which asks to go with it
    std::vector<std::string> notes; // sentences for the summary
};

struct Report {
    std::string page;
    std::size_t measured = 0, others = 0, figures = 0; // results; results not ok; figures with something drawn
};

// Throws Error(refused) for a library that cannot stand in a page.
Report report_of(const std::vector<Result> &results, const Catalogue &catalogue, const Choices &choices);

} // namespace tradewind::reporting
