// SPDX-License-Identifier: Apache-2.0
// What suppression keeps of candidates in descending order.
#include "targets/onednn/selection.h"

#include <algorithm>

namespace tradewind::onednn {

void KeptBoxes::clear()
{
    boxes_.clear();
    std::fill(heads_.begin(), heads_.end(), none);
    std::fill(counts_.begin(), counts_.end(), 0);
}

bool KeptBoxes::covers(std::size_t label, const BoxCorners &box, float iou_threshold) const
{
    for (std::int32_t i = heads_[label]; i != none; i = boxes_[static_cast<std::size_t>(i)].next)
        if (iou(boxes_[static_cast<std::size_t>(i)].box, box) > iou_threshold) return true;
    return false;
}

void KeptBoxes::add(std::size_t label, const BoxCorners &box)
{
    boxes_.push_back({box, heads_[label]});
    heads_[label] = static_cast<std::int32_t>(boxes_.size() - 1);
    ++counts_[label];
}

Selection::Selection(const Attributes &attributes, std::int64_t classes, std::vector<TensorView> outputs)
    : outputs_(std::move(outputs)), iou_threshold_(static_cast<float>(attributes.real("iou_threshold"))),
      max_per_class_(attributes.integer("max_per_class")), max_total_(attributes.integer("max_total")),
      clip_(attributes.integer("clip") != 0), clip_after_(attributes.text("generation") == "g3"),
      change_frame_(attributes.integer("change_frame") != 0), kept_(static_cast<std::size_t>(classes))
{
    const auto &window = attributes.reals("clip_window");
    const auto at = [&](std::size_t i) { return static_cast<float>(window[i]); };
    window_ = {at(0), at(1), at(2), at(3)};
    const auto &ids = attributes.integers("classes");
    wanted_.assign(static_cast<std::size_t>(classes), ids.empty());
    for (const auto id : ids) wanted_[static_cast<std::size_t>(id - 1)] = true;
    wanted_classes_ = std::count(wanted_.begin(), wanted_.end(), true);
}

void Selection::start()
{
    kept_.clear();
    full_classes_ = written_ = 0;
    std::fill_n(outputs_[0].floats(), 4 * max_total_, 0.0f);
    std::fill_n(outputs_[1].floats(), max_total_, 0.0f);
    std::fill_n(outputs_[2].floats(), max_total_, 1.0f);
}

bool Selection::clipped(BoxCorners &box) const
{
    box = clip(box, window_);
    if (!(area(box) > 0)) return false;
    if (change_frame_) box = in_frame(box, window_);
    return true;
}

void Selection::offer(BoxCorners box, float score, std::size_t label)
{
    if (clip_ && !clip_after_ && !clipped(box)) return;
    const BoxCorners corners = ordered(box);
    if (kept_.covers(label, corners, iou_threshold_)) return;
    kept_.add(label, corners);
    full_classes_ += kept_.count(label) == max_per_class_;
    // What is dropped now has had its place among those of its class all the same.
    if (clip_ && clip_after_ && (!clipped(box) || score < 0)) return;
    write(box, score, label);
}

void Selection::write(const BoxCorners &box, float score, std::size_t label)
{
    store(box, outputs_[0].floats() + 4 * written_);
    outputs_[1].floats()[written_] = score;
    outputs_[2].floats()[written_] = static_cast<float>(label + 1);
    ++written_;
}

} // namespace tradewind::onednn
