// SPDX-License-Identifier: Apache-2.0
// How our kernels are started. One source, two compilers: a .cu file is compiled for the device by nvcc and for the
// host, as loops, by the host's compiler; tests run the latter on machines without a device.
//
// A kernel is a function object. for_each calls it for each index, in any order. for_blocks calls it for each Block;
// within it, Block::each shares the indices out among the threads and then waits for all of them. Between two calls
// of each or once, no call may read what another writes. What lives in local variables across them must be the same in
// all threads.
#pragma once

#include "tensor/portable.h"

#ifdef TRADEWIND_BLOCKS_ON_THREADS
#include "targets/cuda/kernels/block_on_threads.h"
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tradewind::cuda {

// A queue of work on a device: a cudaStream_t; of no meaning on the host.
struct Stream {
    void *handle = nullptr;
};

#ifdef __CUDACC__

// The mark of a kernel that takes a Block.
#define TRADEWIND_BLOCK_KERNEL __device__

class Block {
public:
    __device__ std::int64_t index() const { return blockIdx.x; }
    __device__ std::int64_t picture() const { return blockIdx.y; }
    __device__ int threads() const { return static_cast<int>(blockDim.x); }

    template <class F> __device__ void each(int count, F f) const
    {
        for (int i = static_cast<int>(threadIdx.x); i < count; i += static_cast<int>(blockDim.x)) f(i);
        __syncthreads();
    }
    template <class F> __device__ void once(F f) const
    {
        if (threadIdx.x == 0) f();
        __syncthreads();
    }
    __device__ std::byte *shared() const
    {
        extern __shared__ __align__(16) std::byte memory[];
        return memory;
    }
};

__device__ inline void atomic_add(int *to, int value) { atomicAdd(to, value); }

// Throws Error(failed) when the launch was refused.
void check_launch(const char *kernel);

template <class F> __global__ void run_each(F f, std::int64_t count)
{
    const std::int64_t i = static_cast<std::int64_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (i < count) f(i);
}

template <class F> __global__ void run_blocks(F f) { f(Block()); }

template <class F> void for_each(Stream stream, std::int64_t count, const F &f, const char *kernel)
{
    if (count <= 0) return;
    constexpr int threads = 256;
    const auto blocks = static_cast<unsigned>((count + threads - 1) / threads);
    run_each<<<blocks, threads, 0, static_cast<cudaStream_t>(stream.handle)>>>(f, count);
    check_launch(kernel);
}

// More shared memory than this must be asked for; see allow_shared_memory.
constexpr std::size_t plain_shared_memory = 48 * 1024;

void allow_shared_memory(const void *kernel, std::size_t bytes, const char *name);

template <class F>
void for_blocks(Stream stream, std::int64_t blocks, std::int64_t pictures, int threads, std::size_t shared_bytes,
                const F &f, const char *kernel)
{
    if (blocks <= 0 || pictures <= 0) return;
    if (shared_bytes > plain_shared_memory)
        allow_shared_memory(reinterpret_cast<const void *>(&run_blocks<F>), shared_bytes, kernel);
    const dim3 grid(static_cast<unsigned>(blocks), static_cast<unsigned>(pictures));
    run_blocks<<<grid, threads, shared_bytes, static_cast<cudaStream_t>(stream.handle)>>>(f);
    check_launch(kernel);
}

#else

#define TRADEWIND_BLOCK_KERNEL

// Which end loops start from. A kernel whose result depends on it has a race.
extern thread_local bool host_loops_backwards;

template <class F> void host_loop(std::int64_t count, const F &f)
{
    for (std::int64_t i = 0; i < count; ++i) f(host_loops_backwards ? count - 1 - i : i);
}

#ifndef TRADEWIND_BLOCKS_ON_THREADS
class Block {
public:
    Block(std::int64_t index, std::int64_t picture, int threads, std::byte *shared)
        : index_(index), picture_(picture), threads_(threads), shared_(shared)
    {
    }

    std::int64_t index() const { return index_; }
    std::int64_t picture() const { return picture_; }
    int threads() const { return threads_; }

    template <class F> void each(int count, F f) const
    {
        host_loop(count, [&](std::int64_t i) { f(static_cast<int>(i)); });
    }
    template <class F> void once(F f) const { f(); }
    std::byte *shared() const { return shared_; }

private:
    std::int64_t index_, picture_;
    int threads_;
    std::byte *shared_;
};

inline void atomic_add(int *to, int value) { *to += value; }

template <class F> void run_block(std::int64_t index, std::int64_t picture, int threads, std::byte *shared, const F &f)
{
    f(Block(index, picture, threads, shared));
}
#endif

template <class F> void for_each(Stream, std::int64_t count, const F &f, const char *) { host_loop(count, f); }

template <class F>
void for_blocks(Stream, std::int64_t blocks, std::int64_t pictures, int threads, std::size_t shared_bytes, const F &f,
                const char *)
{
    std::vector<std::max_align_t> shared(shared_bytes / sizeof(std::max_align_t) + 1);
    host_loop(blocks * pictures, [&](std::int64_t i) {
        // What nobody wrote must not be read: no number, and no count.
        std::memset(shared.data(), 0xff, shared.size() * sizeof(std::max_align_t));
        run_block(i % blocks, i / blocks, threads, reinterpret_cast<std::byte *>(shared.data()), f);
    });
}

#endif

} // namespace tradewind::cuda
