// SPDX-License-Identifier: Apache-2.0
// A pool of blocks, and weights by name.
#include "targets/cuda/memory.h"

#include "tensor/error.h"

namespace tradewind::cuda {
namespace {

constexpr std::size_t megabyte = 1000 * 1000;

// "81,000 MB"
std::string megabytes(std::size_t count)
{
    std::string digits = std::to_string(count);
    for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
    return digits + " MB";
}

std::string need(const std::string &what, std::size_t bytes, std::size_t used)
{
    const auto rounded_up = [](std::size_t value) { return megabytes((value + megabyte - 1) / megabyte); };
    return what + " need " + rounded_up(bytes) + " of GPU memory" +
           (used ? " besides " + rounded_up(used) + " in use" : "");
}

Error over_cap(const std::string &what, std::size_t bytes, std::size_t used, std::size_t cap)
{
    return Error(ErrorCode::resource, need(what, bytes, used) + "; --max-memory allows " + megabytes(cap / megabyte));
}

Error over_device(const std::string &what, std::size_t bytes, std::size_t used, std::size_t free,
                  const DeviceFacts &facts)
{
    return Error(ErrorCode::resource, need(what, bytes, used) + ", of which " + megabytes(free / megabyte) + " of " +
                                          megabytes(facts.memory / megabyte) + " are free on " + facts.name +
                                          ": other processes may use the rest; give --precision f16, a smaller "
                                          "--batch or --max-memory");
}

// Blocks are kept for requests that leave little of them unused.
bool serves(std::size_t block, std::size_t bytes) { return block >= bytes && block - bytes <= bytes / 4; }

} // namespace

MemoryPool::MemoryPool(Device &device, std::size_t cap) : device_(device), cap_(cap) {}

MemoryPool::~MemoryPool() { release_kept(); }

std::shared_ptr<void> MemoryPool::allocate(std::size_t bytes, const std::string &what)
{
    Block block{nullptr, bytes};
    if (bytes && !only_counts_) {
        if (cap_ && (bytes > cap_ || used_ > cap_ - bytes)) throw over_cap(what, bytes, used_, cap_);
        block.memory = take_kept(bytes, block.bytes);
        if (!block.memory) block.memory = allocate_new(bytes, what);
    }
    used_ += block.bytes;
    return std::shared_ptr<void>(block.memory, [pool = shared_from_this(), block](void *) { pool->give_back(block); });
}

void *MemoryPool::allocate_new(std::size_t bytes, const std::string &what)
{
    if (cap_ && kept_bytes() > cap_ - used_ - bytes) release_kept();
    for (;;) {
        try {
            return device_.allocate(bytes);
        } catch (const Error &error) {
            if (error.code() != ErrorCode::resource) throw;
        }
        if (kept_.empty()) throw over_device(what, bytes, used_, device_.free_memory(), device_.facts());
        release_kept();
    }
}

void MemoryPool::give_back(Block block)
{
    used_ -= block.bytes;
    if (block.memory) kept_.push_back(block);
}

std::size_t MemoryPool::kept_bytes() const
{
    std::size_t sum = 0;
    for (const Block &block : kept_) sum += block.bytes;
    return sum;
}

void MemoryPool::release_kept()
{
    for (const Block &block : kept_) device_.release(block.memory);
    kept_.clear();
}

// The smallest that serves and stays within the cap; `taken`: its size.
void *MemoryPool::take_kept(std::size_t bytes, std::size_t &taken)
{
    auto best = kept_.end();
    for (auto block = kept_.begin(); block != kept_.end(); ++block)
        if (serves(block->bytes, bytes) && (!cap_ || used_ + block->bytes <= cap_) &&
            (best == kept_.end() || block->bytes < best->bytes))
            best = block;
    if (best == kept_.end()) return nullptr;
    void *memory = best->memory;
    taken = best->bytes;
    kept_.erase(best);
    return memory;
}

std::shared_ptr<void> DeviceWeights::get(const std::string &key, std::size_t bytes,
                                         const std::function<std::vector<std::byte>()> &values)
{
    Known &known = known_[key];
    // What was only counted has no address.
    if (!known.memory.expired() && known.bytes == bytes)
        if (auto memory = known.memory.lock(); memory || bytes == 0 || pool_->only_counts()) return memory;
    auto memory = pool_->allocate(bytes, "the weights of the network");
    if (memory) {
        const std::vector<std::byte> content = values();
        if (content.size() != bytes) throw Error(ErrorCode::failed, "weights of another size than was said", key);
        pool_->device().upload(memory.get(), content.data(), bytes);
        pool_->device().synchronize();
    }
    known = {memory, bytes};
    return memory;
}

std::size_t DeviceWeights::bytes() const
{
    std::size_t sum = 0;
    for (const auto &[key, known] : known_)
        if (!known.memory.expired()) sum += known.bytes;
    return sum;
}

} // namespace tradewind::cuda
