// SPDX-License-Identifier: Apache-2.0
// Candidates come in the order of a full sort, whatever the chunks.
#include "targets/onednn/candidates.h"

#include "ops/box_arithmetic.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>

using namespace tradewind;
using onednn::Candidate;
using onednn::CandidateStream;

namespace {

struct Table {
    std::int64_t rows, skipped, classes;
    std::vector<float> values;
};

// Values with equal ones among them, and some that are no numbers.
Table table(std::int64_t rows, std::int64_t skipped, std::int64_t classes, float mean)
{
    std::mt19937 generator(static_cast<unsigned>(rows * 1009 + classes));
    std::normal_distribution<float> distribution(mean, 1.5f);
    Table made{rows, skipped, classes, {}};
    for (std::int64_t i = 0; i < rows * (skipped + classes); ++i) {
        const float value = distribution(generator);
        made.values.push_back(generator() % 3 == 0 ? std::round(value * 8) / 8 : value);
        if (generator() % 500 == 0) made.values.back() = std::numeric_limits<float>::quiet_NaN();
    }
    return made;
}

std::vector<std::uint32_t> sorted_at_once(const Table &table, CandidateStream::Values kind, std::int64_t live,
                                          float threshold)
{
    std::vector<Candidate> all;
    for (std::int64_t row = 0; row < live; ++row)
        for (std::int64_t c = 0; c < table.classes; ++c) {
            const float value =
                table.values[static_cast<std::size_t>(row * (table.skipped + table.classes) + table.skipped + c)];
            const float score = kind == CandidateStream::Values::logits ? sigmoid(value) : value;
            if (score > threshold) all.emplace_back(score, static_cast<std::uint32_t>(c * table.rows + row));
        }
    std::sort(all.begin(), all.end());
    std::vector<std::uint32_t> places;
    for (const Candidate &one : all) places.push_back(one.place());
    return places;
}

} // namespace

TEST_CASE("candidates of all chunks together are all that pass, in descending order")
{
    struct Size {
        std::int64_t rows, skipped, classes;
    };
    std::size_t several_chunks = 0;
    for (const Size size : {Size{600, 1, 90}, Size{1, 0, 9000}, Size{3, 1, 129}, Size{2000, 1, 3}, Size{5, 0, 1}})
        for (const auto kind : {CandidateStream::Values::logits, CandidateStream::Values::scores})
            for (const float threshold : {0.9f, 0.3f, 0.01f, 1e-8f, 0.0f}) {
                const Table values = table(size.rows, size.skipped, size.classes, -2);
                const std::int64_t live = size.rows > 4 ? size.rows - 2 : size.rows;
                CandidateStream stream(
                    kind, onednn::rows_of(values.values.data(), size.rows, size.skipped + size.classes, size.skipped),
                    size.classes, threshold);
                for (int again = 0; again < 2; ++again) {
                    std::vector<std::uint32_t> found;
                    std::size_t chunks = 0;
                    stream.start(live);
                    for (; stream.next(); ++chunks)
                        for (const Candidate &one : stream.chunk()) found.push_back(one.place());
                    INFO(size.rows << " x " << size.classes << " above " << threshold);
                    CHECK(found == sorted_at_once(values, kind, live, threshold));
                    several_chunks += chunks > 2;
                }
            }
    CHECK(several_chunks > 20);
}
