// SPDX-License-Identifier: Apache-2.0
// From pictures to ranges.
#include "quantise/calibration.h"

namespace tradewind {

Calibration::Calibration(const Model &model, Target &target, DetectorOptions options)
    : model_(model), target_(target), options_(std::move(options)), shared_(target.shared_weights())
{
    options_.precision = Precision::f32;
    options_.batch = 1;
}

WatchedNetwork &Calibration::network_for(const Picture &picture)
{
    const ImageSize size = resized_size(model_, {picture.height, picture.width});
    if (network_ && size.height == size_.height && size.width == size_.width) return *network_;
    network_.reset(); // two of them need not find room
    Graph graph = detection_graph(model_, size, options_);
    auto values = network_values(graph);
    network_.emplace(std::move(graph), std::move(values), target_, options_, shared_);
    size_ = size;
    return *network_;
}

void Calibration::add(const Picture &picture)
{
    WatchedNetwork &network = network_for(picture);
    network.run(picture, resize_method(model_));
    for (std::size_t i = 0; i < network.count(); ++i) {
        const Tensor seen = network.read(i);
        histograms_[network.name(i)].add({seen.floats(), static_cast<std::size_t>(seen.count())});
    }
}

Quantisation Calibration::result(RangeMethod method) const
{
    Quantisation quantisation;
    for (const auto &[name, histogram] : histograms_)
        if (const ValueRange range = choose_range(histogram, method); range.known()) quantisation.ranges[name] = range;
    quantisation.made["method"] = to_string(method);
    return quantisation;
}

} // namespace tradewind
