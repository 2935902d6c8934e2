// SPDX-License-Identifier: Apache-2.0
// The convolutions of a graph as a network of OpenCV's dnn module, to be compared with.
#pragma once

#include "graph/graph.h"

#include <opencv2/dnn.hpp>

struct OpencvNetwork {
    cv::dnn::Net net;
    std::vector<cv::String> outputs; // convolutions that no other one reads
};

// Bound graph of normalize, conv2d and depthwise_conv2d; reshape and concat are left out. The input is normalised
// pixels, 1 x 3 x h x w.
OpencvNetwork opencv_network(const tradewind::Graph &graph);
