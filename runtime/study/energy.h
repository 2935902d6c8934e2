// SPDX-License-Identifier: Apache-2.0
// The energy counters of the processor's packages, where the system shows them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tradewind {

// Counts what all packages together take between start() and stop(), whoever uses them; several intervals add up.
// Not thread-safe.
class EnergyMeter {
public:
    // `folder`: as Linux has it (powercap, intel-rapl:N/energy_uj in microjoules, back to 0 after max_energy_range_uj).
    explicit EnergyMeter(const std::string &folder = "/sys/class/powercap");

    // An interval must be shorter than a counter takes to go round, which is minutes.
    void start();
    void stop();

    std::optional<double> joules() const;             // none where there are no counters, or one could not be read
    const std::string &note() const { return note_; } // where from, or why there is none

private:
    struct Package {
        std::string counter;
        std::uint64_t range = 0, before = 0;
    };
    void give_up(const std::string &why);

    std::vector<Package> packages_;
    std::uint64_t microjoules_ = 0;
    std::string note_;
};

} // namespace tradewind
