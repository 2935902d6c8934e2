// SPDX-License-Identifier: Apache-2.0
// This processor.
#include "targets/onednn/processor.h"

#include "targets/processor_name.h"

#include <map>
#include <memory>
#include <mutex>

namespace tradewind::onednn {
namespace {

std::string library_version()
{
    const dnnl_version_t &version = *dnnl_version();
    return std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch);
}

// The memory plan and the kernels of every plan ask about the same layers, and an answer takes oneDNN a tenth of a
// millisecond and more.
std::function<std::vector<LayerChoice>(const Layer &)> remembered_candidates()
{
    struct Memory {
        std::mutex mutex;
        std::map<std::string, std::vector<LayerChoice>> known; // by Layer::key
    };
    return [memory = std::make_shared<Memory>()](const Layer &layer) {
        const std::string key = layer.key();
        const std::lock_guard lock(memory->mutex);
        auto found = memory->known.find(key);
        if (found == memory->known.end()) found = memory->known.emplace(key, candidates(layer)).first;
        return found->second;
    };
}

} // namespace

Processor::Processor()
    : family(processor_family()),
      name(processor_name() + ", oneDNN " + library_version() + ", " + to_string(processor_family())),
      candidates(remembered_candidates()),
      milliseconds([](const Layer &layer, const LayerChoice &choice) { return onednn::milliseconds(layer, choice); })
{
}

} // namespace tradewind::onednn
