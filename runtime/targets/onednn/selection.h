// SPDX-License-Identifier: Apache-2.0
// What suppression keeps when candidates of all classes come in descending order of scores. Within a class that is the
// order of the plain kernel, and classes do not see one another, so that it may end when enough are kept.
#pragma once

#include "graph/attributes.h"
#include "ops/box_arithmetic.h"
#include "tensor/tensor.h"

#include <cstdint>
#include <vector>

namespace tradewind::onednn {

// Boxes kept of each class, as chains through one array.
class KeptBoxes {
public:
    explicit KeptBoxes(std::size_t classes) : heads_(classes), counts_(classes) {}

    void clear();
    std::int64_t count(std::size_t label) const { return counts_[label]; }
    bool covers(std::size_t label, const BoxCorners &box, float iou_threshold) const; // of ordered corners
    void add(std::size_t label, const BoxCorners &box);

private:
    struct Link {
        BoxCorners box;
        std::int32_t next;
    };

    static constexpr std::int32_t none = -1;
    std::vector<Link> boxes_;
    std::vector<std::int32_t> heads_;
    std::vector<std::int64_t> counts_;
};

// By the attributes of multiclass_nms in "regular" mode, writing its four results.
class Selection {
public:
    Selection(const Attributes &attributes, std::int64_t classes, std::vector<TensorView> outputs);

    void start();
    bool wants_more() const { return written_ < max_total_ && full_classes_ < wanted_classes_; }
    bool open(std::size_t label) const { return wanted_[label] && kept_.count(label) < max_per_class_; }
    void offer(BoxCorners box, float score, std::size_t label); // of an open class
    void finish() { outputs_[3].floats()[0] = static_cast<float>(written_); }

private:
    bool clipped(BoxCorners &box) const; // false: nothing is left of it
    void write(const BoxCorners &box, float score, std::size_t label);

    std::vector<TensorView> outputs_;
    float iou_threshold_;
    std::int64_t max_per_class_, max_total_;
    bool clip_, clip_after_; // the third generation clips what the suppression has kept
    bool change_frame_;
    BoxCorners window_;
    std::vector<bool> wanted_;
    std::int64_t wanted_classes_ = 0, full_classes_ = 0, written_ = 0;
    KeptBoxes kept_;
};

} // namespace tradewind::onednn
