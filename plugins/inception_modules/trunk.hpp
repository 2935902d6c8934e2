// SPDX-License-Identifier: Apache-2.0
// A trunk as steps with taps between them, up to the tap that the user names last.
#pragma once

#include "style.hpp"

#include <stdexcept>

namespace inception {

inline constexpr tw_option last_tap_option =
    tradewind::text("last_tap", "", nullptr, "the tap at which the trunk ends; empty: the last one there is");

class Trunk {
public:
    Trunk(Graph &graph, const Style &style, Value x)
        : graph_(graph), style_(style), x_(x), last_tap_(graph.text("last_tap"))
    {
    }

    // What `describe` makes of the value so far; nothing once the last tap was reached.
    template <class Describe> void step(Describe &&describe)
    {
        if (!ended_) x_ = describe(x_);
    }

    // The value so far, offered under a name.
    void tap(const std::string &tap)
    {
        if (ended_) return;
        graph_.tap(tap, x_);
        known_ += (known_.empty() ? "" : ", ") + tap;
        ended_ = tap == last_tap_;
    }

    // Layers or modules, each tapped under its name.
    template <class Row> void add(const std::vector<Row> &rows)
    {
        for (const Row &row : rows) {
            step([&](Value x) { return style_.add(graph_, x, row); });
            tap(row.name);
        }
    }

    void end() const
    {
        if (!last_tap_.empty() && !ended_)
            throw std::invalid_argument("last_tap is '" + last_tap_ + "', which is none of the taps: " + known_);
    }

private:
    Graph &graph_;
    const Style &style_;
    Value x_;
    std::string last_tap_, known_;
    bool ended_ = false;
};

} // namespace inception
