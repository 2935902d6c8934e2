// SPDX-License-Identifier: Apache-2.0
// Kernels that look at maps at boxes, as loops on the host, against the plain ones.
#include "targets/cuda/kernels/crops.h"
#include "targets/cuda/kernels/position_sensitive.h"

#include "graph/schema_check.h"
#include "ops/made_up.h"
#include "ops/standard_ops.h"
#include "targets/reference/reference.h"

#include <doctest/doctest.h>

#include <cmath>

using namespace tradewind;
using namespace tradewind::cuda;
using made_up::Integers, made_up::Reals;

namespace {

constexpr std::int64_t rows = 9, height = 9, width = 7;

// Whole and across borders, outside, inside out, without extent, and no numbers.
const std::vector<float> some_boxes = {.1f,  .2f,  .8f,  .9f,  -.2f, .3f, .5f, 1.2f, 0,   0,   1,   1,
                                       1.1f, 1.2f, 1.5f, 1.9f, .9f,  .8f, .2f, .1f,  .5f, .5f, .5f, .5f,
                                       .31f, .27f, .33f, .3f,  NAN,  0,   1,   1,    0,   0,   .5f, 1};

struct Sample {
    Tensor map, boxes, count;
};

// Every picture of a batch differs in its map, the order of its boxes and its count.
std::vector<Sample> pictures_of(std::size_t batch, std::int64_t channels)
{
    const float counts[] = {7, 40, 3.5f};
    std::vector<Sample> pictures;
    for (std::size_t b = 0; b < batch; ++b) {
        auto boxes = some_boxes;
        std::rotate(boxes.begin(), boxes.begin() + static_cast<std::ptrdiff_t>(4 * b), boxes.end());
        pictures.push_back({made_up::random("map " + std::to_string(b), {1, height, width, channels}),
                            made_up::tensor({rows, 4}, boxes), made_up::tensor({1}, {counts[b % 3]})});
    }
    return pictures;
}

std::int64_t live_of(const Sample &picture)
{
    return std::min(static_cast<std::int64_t>(picture.count.floats()[0]), rows);
}

// Memory of a device, one picture after the other, aligned to 16 bytes.
template <class T> class Memory {
public:
    explicit Memory(std::int64_t count) : packs_(static_cast<std::size_t>(count) * sizeof(T) / 16 + 1, Sixteen{}) {}
    T *data() { return reinterpret_cast<T *>(packs_.data()); }

private:
    struct alignas(16) Sixteen {
        std::byte bytes[16];
    };
    std::vector<Sixteen> packs_;
};

// The pictures as a device holds them. Maps are rounded to the storage, also where the plain kernels read them.
template <class T> class Batch {
public:
    Batch(std::vector<Sample> pictures, std::int64_t channels)
        : pictures(std::move(pictures)), map_(this->count() * height * width * channels),
          boxes_(this->count() * rows * 4), counts_(this->count())
    {
        const std::int64_t pixels = height * width * channels;
        for (std::int64_t b = 0; b < count(); ++b) {
            Sample &picture = this->pictures[static_cast<std::size_t>(b)];
            for (std::int64_t i = 0; i < pixels; ++i) {
                map_.data()[b * pixels + i] = from_float<T>(picture.map.floats()[i]);
                picture.map.floats()[i] = to_float(map_.data()[b * pixels + i]);
            }
            std::copy_n(picture.boxes.floats(), rows * 4, boxes_.data() + b * rows * 4);
            counts_.data()[b] = picture.count.floats()[0];
        }
        regions = {storage_of<T>, map_.data(), boxes_.data(), counts_.data(), pixels,
                   rows * 4,      1,           height,        width,          static_cast<int>(channels),
                   rows,          count()};
    }

    std::int64_t count() const { return static_cast<std::int64_t>(pictures.size()); }

    std::vector<Sample> pictures;
    Regions regions;

private:
    Memory<T> map_;
    Memory<float> boxes_, counts_;
};

Tensor plain(const std::string &op, const made_up::AttributeMap &settings, const Sample &picture, Shape shape,
             const std::map<std::string, Tensor> &parameters = {})
{
    Tensor out(std::move(shape));
    const TensorView inputs[] = {picture.map.view(), picture.boxes.view(), picture.count.view()},
                     outputs[] = {out.view()};
    const auto attributes = complete_attributes(*standard_ops().at(op), made_up::attributes(settings));
    reference::function(op)({attributes, inputs, outputs, parameters});
    return out;
}

template <class T> constexpr double rounding = 0;
template <> constexpr double rounding<Half> = 0x1p-11;
template <> constexpr double rounding<BFloat16> = 0x1p-8; // half of the last of 8 bits

constexpr float untouched = 77;

// Runs `kernel(to)` from either end; the results must be the same bits, and as expected for live rows and untouched for
// others. `values`: of the result for a picture.
template <class T, class Kernel, class Expected>
void check(const Batch<T> &batch, std::int64_t values, const Kernel &kernel, const Expected &expected)
{
    Memory<T> forwards(batch.count() * values), backwards(batch.count() * values);
    std::fill_n(forwards.data(), batch.count() * values, from_float<T>(untouched));
    std::fill_n(backwards.data(), batch.count() * values, from_float<T>(untouched));
    kernel(forwards.data());
    host_loops_backwards = true;
    kernel(backwards.data());
    host_loops_backwards = false;
    CHECK(std::memcmp(forwards.data(), backwards.data(),
                      static_cast<std::size_t>(batch.count() * values) * sizeof(T)) == 0);
    for (std::int64_t b = 0; b < batch.count(); ++b) {
        const Sample &picture = batch.pictures[static_cast<std::size_t>(b)];
        const Tensor wanted = expected(picture);
        const std::int64_t live = live_of(picture) * values / rows;
        double worst = 0, size = 0;
        for (std::int64_t i = 0; i < values; ++i) {
            const double got = to_float(forwards.data()[b * values + i]),
                         is = i < live ? wanted.floats()[i] : untouched;
            const double off = std::abs(got - is) / (5e-6 + rounding<T> * std::abs(is));
            if (!(off <= worst)) worst = off;
            if (i < live) size += std::abs(is);
        }
        CHECK(worst <= 1);
        CHECK(size > 0);
    }
}

template <class T> void check_crops(std::size_t batch_size, std::int64_t channels, int crop_height, int crop_width)
{
    CAPTURE(channels);
    const Batch<T> batch(pictures_of(batch_size, channels), channels);
    const std::int64_t values = rows * crop_height * crop_width * channels;
    check(
        batch, values,
        [&](T *to) {
            crop_and_resize({}, {batch.regions, crop_height, crop_width, -.5f, to, values});
        },
        [&](const Sample &picture) {
            return plain("crop_and_resize", {{"crop", Integers{crop_height, crop_width}}, {"extrapolation", -.5}},
                         picture, {rows, crop_height, crop_width, channels});
        });
}

const ops::BinnedCrop bins_of_samples = {{3, 2}, {2, 4}};
const made_up::AttributeMap as_attributes = {{"bins", Integers{3, 2}}, {"crop", Integers{6, 8}}};

template <class T> void check_own_bins(std::size_t batch_size, std::int64_t outputs)
{
    CAPTURE(outputs);
    const Batch<T> batch(pictures_of(batch_size, outputs * 6), outputs * 6);
    check(
        batch, rows * outputs,
        [&](T *to) {
            pool_own_bins({}, {batch.regions, bins_of_samples, to, rows * outputs});
        },
        [&](const Sample &picture) {
            return plain("position_sensitive_crop", as_attributes, picture, {rows, 1, 1, outputs});
        });
}

// The pooled features times the weights, in the order that pooled_channels describes.
Tensor product(const float *pooled, std::int64_t channels, std::int64_t outputs, const Tensor &weights,
               const Tensor &biases)
{
    Tensor out({rows, 1, 1, outputs});
    const std::int64_t row = pooled_channels(channels, 6);
    for (std::int64_t i = 0; i < rows * outputs; ++i) {
        const float *from = pooled + i / outputs * row;
        double sum = 0;
        for (std::int64_t bin = 0; bin < 6; ++bin) {
            const std::int64_t column = bin * outputs + i % outputs;
            for (std::int64_t c = 0; c < channels; ++c)
                sum += double{from[bin * channels + c]} * weights.floats()[c * 6 * outputs + column];
            sum += double{from[6 * channels + bin]} * biases.floats()[column];
        }
        for (std::int64_t c = 6 * (channels + 1); c < row; ++c) CHECK(from[c] == 0);
        out.floats()[i] = static_cast<float>(sum);
    }
    return out;
}

void check_predictions(std::size_t batch_size, std::int64_t channels)
{
    CAPTURE(channels);
    constexpr std::int64_t outputs = 5;
    const Batch<float> batch(pictures_of(batch_size, channels), channels);
    const Tensor weights = made_up::random("weights", {1, 1, channels, 30}), biases = made_up::random("biases", {30});
    const std::int64_t row = pooled_channels(channels, 6);
    Memory<float> pooled(batch.count() * rows * row);
    pool_bins({}, {batch.regions, bins_of_samples, pooled.data(), rows * row});
    auto settings = as_attributes;
    settings["filters"] = std::int64_t{30};
    settings["bias"] = std::int64_t{1};
    for (std::int64_t b = 0; b < batch.count(); ++b) {
        const Sample &picture = batch.pictures[static_cast<std::size_t>(b)];
        const Tensor wanted = plain("position_sensitive_predict", settings, picture, {rows, 1, 1, outputs},
                                    {{"weights", weights}, {"biases", biases}});
        const Tensor got = product(pooled.data() + b * rows * row, channels, outputs, weights, biases);
        double worst = 0;
        for (std::int64_t i = 0; i < live_of(picture) * outputs; ++i)
            if (const double off = std::abs(got.floats()[i] - wanted.floats()[i]); !(off <= worst)) worst = off;
        CHECK(worst <= 5e-6);
    }
}

} // namespace

TEST_CASE_TEMPLATE("crops", T, float, Half, BFloat16)
{
    for (const std::size_t batch : {1, 3})
        for (const std::int64_t channels : {6, 16}) { // one by one, and as packs
            check_crops<T>(batch, channels, 5, 4);
            check_crops<T>(batch, channels, 1, 3);
        }
}

TEST_CASE_TEMPLATE("bins of channels of their own", T, float, Half, BFloat16)
{
    for (const std::size_t batch : {1, 3})
        for (const std::int64_t outputs : {5, 16, 1040})
            check_own_bins<T>(batch, outputs); // 1040: two blocks for a box
}

TEST_CASE("pooled features and their part inside the map make predictions")
{
    for (const std::size_t batch : {1, 3})
        for (const std::int64_t channels : {6, 16}) check_predictions(batch, channels);
}

TEST_CASE_TEMPLATE("pooled features are rounded once", T, float, Half, BFloat16)
{
    const std::int64_t channels = 16, row = pooled_channels(channels, 6);
    const Batch<T> batch(pictures_of(3, channels), channels);
    check(
        batch, rows * row,
        [&](T *to) {
            pool_bins({}, {batch.regions, bins_of_samples, to, rows * row});
        },
        [&](const auto &picture) { // the same pixels, in float32
            const Batch<float> single(std::vector{picture}, channels);
            Tensor pooled({rows, row});
            Memory<float> memory(rows * row);
            pool_bins({}, {single.regions, bins_of_samples, memory.data(), rows * row});
            std::copy_n(memory.data(), rows * row, pooled.floats());
            return pooled;
        });
}
