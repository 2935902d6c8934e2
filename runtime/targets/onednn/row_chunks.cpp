// SPDX-License-Identifier: Apache-2.0
// Chunks of rows, each with a kernel of its own.
#include "targets/onednn/row_chunks.h"

namespace tradewind::onednn {
namespace {

class ChunkedKernel final : public Kernel {
public:
    ChunkedKernel(std::vector<std::unique_ptr<Kernel>> chunks, std::int64_t chunk, const float *live, std::int64_t rows)
        : chunks_(std::move(chunks)), chunk_(chunk), live_(live), rows_(rows)
    {
    }

    void run() override
    {
        const auto live = static_cast<std::size_t>((live_rows(live_, rows_) + chunk_ - 1) / chunk_);
        for (std::size_t i = 0; i < live; ++i) chunks_[i]->run();
    }

    std::string implementation() const override { return chunks_.front()->implementation(); }

    std::size_t weight_bytes() const override
    {
        std::size_t bytes = 0;
        for (const auto &kernel : chunks_) bytes += kernel->weight_bytes();
        return bytes;
    }

    std::size_t scratch_bytes() const override
    {
        std::size_t bytes = 0;
        for (const auto &kernel : chunks_) bytes += kernel->scratch_bytes();
        return bytes;
    }

private:
    std::vector<std::unique_ptr<Kernel>> chunks_;
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

} // namespace

std::unique_ptr<Kernel> in_row_chunks(const KernelRequest &request, std::int64_t chunk, const KernelFactory &make)
{
    const std::int64_t rows = request.outputs.front().shape.front(), count = std::min(chunk, rows);
    std::vector<std::unique_ptr<Kernel>> kernels;
    for (std::int64_t first = 0; first < rows; first += count) {
        KernelRequest part = request;
        part.live = nullptr;
        take_rows(part.inputs, rows, std::min(first, rows - count), count);
        take_rows(part.outputs, rows, std::min(first, rows - count), count);
        kernels.push_back(make(part));
        if (!kernels.front()) return nullptr;
    }
    return std::make_unique<ChunkedKernel>(std::move(kernels), count, request.live, rows);
}

} // namespace tradewind::onednn
