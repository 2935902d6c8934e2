// SPDX-License-Identifier: Apache-2.0
// Chunks of rows, each with a kernel of its own.
#include "targets/onednn/row_chunks.h"

namespace tradewind::onednn {
namespace {

// Of so many parts of the rows on, computing all of them at once is no slower than the chunks that are live.
constexpr std::pair<std::int64_t, std::int64_t> most_of = {4, 5};

class ChunkedKernel final : public Kernel {
public:
    ChunkedKernel(std::unique_ptr<Kernel> whole, std::vector<std::unique_ptr<Kernel>> chunks, std::int64_t chunk,
                  const float *live, std::int64_t rows)
        : whole_(std::move(whole)), chunks_(std::move(chunks)), chunk_(chunk), live_(live), rows_(rows)
    {
    }

    void run() override
    {
        const std::int64_t live = live_rows(live_, rows_);
        if (whole_ && live > 0 && (chunks_.empty() || live * most_of.second > rows_ * most_of.first))
            return whole_->run();
        const auto count = static_cast<std::size_t>((live + chunk_ - 1) / chunk_);
        for (std::size_t i = 0; i < count; ++i) chunks_[i]->run();
    }

    std::string implementation() const override { return (whole_ ? whole_ : chunks_.front())->implementation(); }

    std::size_t weight_bytes() const override
    {
        std::size_t bytes = whole_ ? whole_->weight_bytes() : 0;
        for (const auto &kernel : chunks_) bytes += kernel->weight_bytes();
        return bytes;
    }

    std::size_t scratch_bytes() const override
    {
        std::size_t bytes = 0;
        for (const auto &kernel : chunks_) bytes += kernel->scratch_bytes();
        return std::max(bytes, whole_ ? whole_->scratch_bytes() : 0); // one of them runs
    }

private:
    std::unique_ptr<Kernel> whole_;               // may be null
    std::vector<std::unique_ptr<Kernel>> chunks_; // none: all rows are computed at once
    std::int64_t chunk_;
    const float *live_;
    std::int64_t rows_;
};

void take_rows(std::vector<TensorView> &views, std::int64_t rows, std::int64_t first, std::int64_t count)
{
    for (TensorView &view : views) {
        if (view.shape.empty() || view.shape.front() != rows) continue;
        view.data += view.bytes() / static_cast<std::size_t>(rows) * static_cast<std::size_t>(first);
        view.shape.front() = count;
    }
}

KernelRequest part_of(const KernelRequest &request, std::int64_t rows, std::int64_t first, std::int64_t count)
{
    KernelRequest part = request;
    part.live = nullptr;
    take_rows(part.inputs, rows, first, count);
    take_rows(part.outputs, rows, first, count);
    return part;
}

// A last chunk of other rows may have no kernel for weights as the others take them, so it begins earlier: but for
// sums, of which no row may be added to twice.
KernelRequest rows_from(const KernelRequest &request, std::int64_t rows, std::int64_t first, std::int64_t count)
{
    if (request.inputs.size() == 1) return part_of(request, rows, std::min(first, rows - count), count);
    return part_of(request, rows, first, std::min(count, rows - first));
}

} // namespace

std::unique_ptr<Kernel> in_row_chunks(const KernelRequest &request, const Chunks &chunks, const KernelFactory &make)
{
    const std::int64_t rows = request.outputs.front().shape.front(), count = std::min(chunks.rows, rows);
    std::unique_ptr<Kernel> whole;
    if (chunks.whole && count < rows) {
        whole = make(part_of(request, rows, 0, rows));
        if (!whole) return nullptr;
    }
    std::vector<std::unique_ptr<Kernel>> kernels;
    for (std::int64_t first = 0; first < rows; first += count) {
        kernels.push_back(make(rows_from(request, rows, first, count)));
        if (kernels.back()) continue;
        if (!whole) return nullptr;
        kernels.clear(); // the layout that weights have by now suits no fewer rows
        break;
    }
    return std::make_unique<ChunkedKernel>(std::move(whole), std::move(kernels), count, request.live, rows);
}

} // namespace tradewind::onednn
