// SPDX-License-Identifier: Apache-2.0
// Everything as the graph says.
#include "targets/onednn/storage.h"

namespace tradewind::onednn {

std::vector<StoredAs> storage_of(const Graph &graph, const CompileOptions &, AlgorithmChoice &)
{
    return plain_storage(graph);
}

std::size_t stored_bytes(const Graph &graph, Value value, const StoredAs &stored)
{
    return static_cast<std::size_t>(element_count(graph.shape(value))) * byte_size(stored.type);
}

} // namespace tradewind::onednn
