// SPDX-License-Identifier: Apache-2.0
// trunk/taps.hpp -- The taps of a trunk, which ends at the one that users name: two-stage detectors crop from a map in
// the middle, and what follows it would ask for weights that nobody computes with.
//
//     trunk::Taps taps(g);
//     for (const Layer &layer : layers)
//         if (taps.add(layer.name, x = described(g, x, layer))) return;
//     taps.end();
#ifndef TRADEWIND_TRUNK_TAPS_HPP
#define TRADEWIND_TRUNK_TAPS_HPP

#include <tradewind/plugin.hpp>

namespace tradewind::trunk {

// The option that Taps reads; an extractor lists it among its options.
inline constexpr tw_option last_tap =
    text("last_tap", "", nullptr, "the tap at which the trunk ends; empty: all of it is built");

class Taps {
public:
    explicit Taps(Graph &g) : g_(g), last_(g.text("last_tap")) {}

    // Offers a map. True when the trunk ends here: then nothing more is to be described.
    [[nodiscard]] bool add(const std::string &name, Value x)
    {
        g_.tap(name, x);
        names_ += (names_.empty() ? "" : ", ") + name;
        return name == last_;
    }

    // To be called where a trunk is complete. Fails when a tap was named that it does not have; not by an exception,
    // whose text would be cut: there may be many names.
    void end() const
    {
        if (!last_.empty())
            g_.fail("last_tap is '" + last_ + "', which is no tap of this trunk; its taps are " + names_);
    }

private:
    Graph &g_;
    std::string last_, names_;
};

} // namespace tradewind::trunk

#endif // TRADEWIND_TRUNK_TAPS_HPP
