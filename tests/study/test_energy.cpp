// SPDX-License-Identifier: Apache-2.0
// Energy counters in a folder like the system's.
#include "files.h"
#include "study/energy.h"

#include <doctest/doctest.h>

#include <filesystem>

using namespace tradewind;

namespace {

void zone(const std::string &folder, const std::string &name, const std::string &count)
{
    std::filesystem::create_directory(folder);
    files::write(folder + "/name", name + "\n");
    files::write(folder + "/max_energy_range_uj", "1000000000\n");
    files::write(folder + "/energy_uj", count + "\n");
}

struct Made {
    files::Folder folder;
    Made()
    {
        zone(folder / "intel-rapl:0", "package-0", "100000000");
        zone(folder / "intel-rapl:1", "package-1", "999000000");
        zone(folder / "intel-rapl:0:0", "core", "5");
        zone(folder / "intel-rapl-mmio:0", "package-0", "5"); // the first one again
    }
    void count(const char *name, const char *value) { files::write(folder / name + "/energy_uj", value); }
    ~Made()
    {
        for (const char *name : {"intel-rapl:0", "intel-rapl:1", "intel-rapl:0:0", "intel-rapl-mmio:0"})
            std::filesystem::remove_all(folder / name);
    }
};

} // namespace

TEST_CASE("all packages count, and a counter may go round")
{
    Made made;
    EnergyMeter meter(made.folder / ".");
    meter.start();
    made.count("intel-rapl:0", "102500000");
    made.count("intel-rapl:1", "500000"); // 1.0 J to the end of its range, 0.5 J after it
    made.count("intel-rapl:0:0", "900000000");
    meter.stop();
    REQUIRE(meter.joules());
    CHECK(*meter.joules() == doctest::Approx(2.5 + 1.5));
    CHECK(files::contains(meter.note(), "2 packages"));
    made.count("intel-rapl:0", "500000000"); // between intervals: does not count
    meter.start();
    made.count("intel-rapl:0", "501000000");
    meter.stop();
    CHECK(*meter.joules() == doctest::Approx(5));
}

TEST_CASE("where there is no counter, or none that can be read, the note says so")
{
    const files::Folder empty;
    EnergyMeter none(empty / ".");
    none.start();
    none.stop();
    CHECK(!none.joules());
    CHECK(files::contains(none.note(), "shows no energy counters"));
    Made made;
    std::filesystem::remove(made.folder / "intel-rapl:1/energy_uj");
    EnergyMeter unreadable(made.folder / ".");
    CHECK(!unreadable.joules());
    CHECK(files::contains(unreadable.note(), "intel-rapl:1/energy_uj cannot be read"));
}

TEST_CASE("a counter that vanishes ends the measurement of energy")
{
    Made made;
    EnergyMeter meter(made.folder / ".");
    meter.start();
    std::filesystem::remove(made.folder / "intel-rapl:0/energy_uj");
    meter.stop();
    CHECK(!meter.joules());
    CHECK(files::contains(meter.note(), "could not be read any more"));
}
