// SPDX-License-Identifier: Apache-2.0
// Pictures through one or several detectors, again and again, in rounds that lie apart in time.
#pragma once

#include "study/energy.h"
#include "study/pipeline.h"
#include "study/result.h"
#include "study/waiting.h"

namespace tradewind {

struct MeasurementOptions {
    // Pictures of each stream that are not timed, after the first one. None given: each picture once, but from 3 to 30
    // and, after one, no longer than two seconds.
    std::optional<std::size_t> warmup;
    std::size_t rounds = 5;
    std::size_t iterations = 0; // pictures of all rounds together, at least one each; 0: as many as `duration` allows
    double duration = 5;        // seconds of all rounds together
    bool annotate = false;      // Pipeline
    std::vector<std::vector<int>> processors = {}; // that the streams are pinned to, by stream; empty: to none
};

// Several detectors run at once, each in a thread of its own, and take the next picture when they are done with one: as
// many at once as their batch. One thread uses a measurement. What pictures or detectors throw ends it.
class Measurement {
public:
    // At least one detector and one picture.
    Measurement(std::vector<std::unique_ptr<Detector>> streams, std::vector<PictureSource> pictures,
                MeasurementOptions options);

    // The first picture on the first detector, which compiles the network; then the warm-up. `prepared`: milliseconds
    // of this process that went into the measurement alone, and are no part of what a first picture takes.
    void start(double prepared);

    // Timed rounds, in addition to earlier ones; milliseconds of pause before each, so that one disturbance does not
    // meet all of them.
    void add_rounds(std::size_t count, double pause = 100);
    std::size_t planned_rounds() const { return options_.rounds; } // no more than there are iterations

    // Median time of each node for the first picture, in runs of their own: longest first.
    std::vector<NodeTime> profile();
    // One more run of the first picture, to be drawn.
    Timeline timeline();

    // All times and energy so far; memory of the process up to the end of the first rounds. What is no measurement is
    // left alone.
    void describe(Result &result) const;

private:
    void round(std::size_t pictures, double seconds);
    void settle(Pipeline &pipeline) const;
    PictureTimes timed(Pipeline &pipeline, std::size_t picture, const RunDelay &delay) const;
    double of_run(const PictureTimes &times) const;
    std::vector<int> processors(std::size_t stream) const;
    std::vector<const PictureSource *> pictures_from(std::size_t first) const; // those of a run
    void finish_round(const std::vector<std::vector<PictureTimes>> &found, double waited, double stolen);

    std::vector<std::unique_ptr<Detector>> detectors_;
    std::vector<Pipeline> pipelines_;
    std::vector<PictureSource> pictures_;
    MeasurementOptions options_;
    EnergyMeter energy_;
    std::size_t batch_;                   // pictures of a run
    std::size_t next_ = 0;                // picture, in the order of all rounds
    std::vector<PictureTimes> times_;     // one for each run
    std::vector<double> rounds_, waited_; // Result::rounds, rounds_waited
    double first_ = 0, start_to_first_ = 0, last_ = 0, seconds_ = 0;
    std::size_t peak_ = 0;
};

} // namespace tradewind
