// SPDX-License-Identifier: Apache-2.0
// The order of the passes.
#include "passes/passes.h"

namespace tradewind {

void optimise(Graph &graph)
{
    remove_dead_nodes(graph);
    fold_batch_norm(graph);
    fold_separable(graph);
    fuse_residual(graph); // before activations: a sum followed by ReLU ends in the convolution
    fuse_activation(graph);
    fuse_detection(graph);
    fuse_position_sensitive(graph);
}

void optimise_for_names(Graph &graph)
{
    remove_dead_nodes(graph);
    fold_batch_norm(graph);
    fuse_activation(graph);
}

} // namespace tradewind
