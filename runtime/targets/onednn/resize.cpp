// SPDX-License-Identifier: Apache-2.0
// Bilinear resize of 8-bit pictures: each source row that is needed is interpolated along x once, and pairs of such
// rows along y; what the network does first is done to each row while it is at hand. The operations on each value and
// their order are those of image/resize.cpp and of the op `normalize`.
#include "targets/onednn/conversions.h"
#include "targets/onednn/instruction_sets.h"
#include "targets/onednn/onednn_target.h"
#include "targets/onednn/resize_columns.h"

#include <omp.h>

#include <memory>
#include <new>
#include <vector>

namespace tradewind::onednn {
namespace {

struct Rows {
    const float *top, *bottom, *scale, *mean;
    std::size_t length;
};

FOR_EACH_INSTRUCTION_SET void mix(const Rows &rows, float fraction, float *to)
{
    for (std::size_t i = 0; i < rows.length; ++i)
        to[i] = (rows.top[i] + (rows.bottom[i] - rows.top[i]) * fraction) * rows.scale[i] - rows.mean[i];
}

FOR_EACH_INSTRUCTION_SET void mix_rounded(const Rows &rows, float fraction, float *to)
{
    for (std::size_t i = 0; i < rows.length; ++i) { // truncation is floor: no value is negative
        const float value = rows.top[i] + (rows.bottom[i] - rows.top[i]) * fraction + 0.5f;
        to[i] = static_cast<float>(static_cast<std::int32_t>(value)) * rows.scale[i] - rows.mean[i];
    }
}

// What leaves every number as it is, sign of zeros included.
constexpr Normalisation nothing{{1, 1, 1}, {0, 0, 0}};

std::vector<float> repeated(const std::array<float, 3> &pixel, std::size_t length)
{
    std::vector<float> row(length);
    for (std::size_t i = 0; i < length; ++i) row[i] = pixel[i % 3];
    return row;
}

// Numbers that begin where a line of the cache does.
class AlignedRow {
public:
    explicit AlignedRow(std::size_t length)
        : memory_(static_cast<float *>(operator new(length * sizeof(float), alignment)))
    {
    }
    float *data() const { return memory_.get(); }

private:
    static constexpr std::align_val_t alignment{64};
    struct Delete {
        void operator()(float *memory) const { operator delete(memory, alignment); }
    };
    std::unique_ptr<float, Delete> memory_;
};

class Resizer {
public:
    Resizer(const Picture &picture, ResizeMethod method, const Normalisation &normalisation, const TensorView &to,
            const StoredAs &stored)
        : picture_(picture), to_(to), stored_(stored), rounded_(method == ResizeMethod::bilinear_rounded),
          columns_(picture.width, to.shape[2], method, normalisation.reversed),
          rows_(taps(picture.height, to.shape[1], method, 1)), scale_(repeated(normalisation.scale, columns_.length())),
          mean_(repeated(normalisation.mean, columns_.length()))
    {
    }

    // Output rows [first, last), with a memory of the two latest source rows.
    void run(std::size_t first, std::size_t last) const
    {
        const std::size_t length = columns_.length();
        AlignedRow top(columns_.padded()), bottom(columns_.padded()), result(columns_.padded());
        std::int32_t top_row = -1, bottom_row = -1;
        for (std::size_t y = first; y < last; ++y) {
            const Tap &tap = rows_[y];
            if (tap.lower == bottom_row) {
                std::swap(top, bottom);
                std::swap(top_row, bottom_row);
            }
            if (tap.lower != top_row) columns_.run(picture_.row(top_row = tap.lower), top.data());
            if (tap.upper != bottom_row) columns_.run(picture_.row(bottom_row = tap.upper), bottom.data());
            const Rows rows{top.data(), bottom.data(), scale_.data(), mean_.data(), length};
            std::byte *to = to_.data + y * length * byte_size(stored_.type);
            float *numbers = stored_.is_plain() ? reinterpret_cast<float *>(to) : result.data();
            (rounded_ ? mix_rounded : mix)(rows, tap.fraction, numbers);
            if (!stored_.is_plain()) write_numbers(numbers, static_cast<std::int64_t>(length), stored_, to);
        }
    }

    std::size_t height() const { return rows_.size(); }

private:
    const Picture &picture_;
    const TensorView &to_;
    StoredAs stored_;
    bool rounded_;
    ResizeColumns columns_;
    std::vector<Tap> rows_;
    std::vector<float> scale_, mean_; // of a row
};

} // namespace

void resize_picture(const Picture &picture, ResizeMethod method, const Normalisation *normalisation,
                    const TensorView &to, const StoredAs &stored)
{
    const Resizer resizer(picture, method, normalisation ? *normalisation : nothing, to, stored);
    const std::size_t height = resizer.height();
#pragma omp parallel
    {
        const auto thread = static_cast<std::size_t>(omp_get_thread_num()),
                   threads = static_cast<std::size_t>(omp_get_num_threads());
        resizer.run(height * thread / threads, height * (thread + 1) / threads);
    }
}

} // namespace tradewind::onednn
