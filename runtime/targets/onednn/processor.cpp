// SPDX-License-Identifier: Apache-2.0
// This processor.
#include "targets/onednn/processor.h"

#include "targets/processor_name.h"

namespace tradewind::onednn {
namespace {

std::string library_version()
{
    const dnnl_version_t &version = *dnnl_version();
    return std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch);
}

} // namespace

Processor::Processor()
    : family(processor_family()),
      name(processor_name() + ", oneDNN " + library_version() + ", " + to_string(processor_family())),
      candidates([](const Layer &layer) { return onednn::candidates(layer); }),
      milliseconds([](const Layer &layer, const LayerChoice &choice) { return onednn::milliseconds(layer, choice); })
{
}

} // namespace tradewind::onednn
