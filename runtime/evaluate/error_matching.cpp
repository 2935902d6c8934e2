// SPDX-License-Identifier: Apache-2.0
// All IoUs of a picture once, then matching, then a type for each detection that is not right.
#include "evaluate/error_matching.h"

#include "evaluate/box_overlap.h"

#include <algorithm>

namespace tradewind {
namespace {

struct Nearest {
    std::size_t object = 0;
    double overlap = 0; // 0: there is none
};

class Picture {
public:
    Picture(const std::vector<const Annotation *> &annotated, std::vector<const ScoredBox *> detections,
            const ErrorOptions &options)
        : options_(options), detections_(std::move(detections))
    {
        for (const Annotation *box : annotated) (box->is_crowd() ? regions_ : objects_).push_back(box);
        std::stable_sort(detections_.begin(), detections_.end(),
                         [](const ScoredBox *a, const ScoredBox *b) { return a->score > b->score; });
        if (detections_.size() > static_cast<std::size_t>(options.max_detections))
            detections_.resize(static_cast<std::size_t>(options.max_detections));
        for (const ScoredBox *found : detections_)
            for (const Annotation *object : objects_)
                overlaps_.push_back(intersection_over_union(found->box, object->box));
        taken_.resize(objects_.size());
        best_.resize(objects_.size());
    }

    void judge(std::int64_t image_id, std::vector<JudgedDetection> &judged,
               std::map<std::int64_t, ObjectCounts> &counts)
    {
        std::vector<JudgedDetection> here = match(image_id);
        for (std::size_t i = 0; i < here.size(); ++i)
            if (here[i].error) find_error(i, here[i]);
        for (const std::optional<std::size_t> &best : best_)
            if (best) here[*best].becomes_right = true;
        for (std::size_t object = 0; object < objects_.size(); ++object) {
            ObjectCounts &count = counts[objects_[object]->category_id];
            ++count.objects;
            count.unfound += !taken_[object];
            count.missed += !taken_[object] && !best_[object];
        }
        judged.insert(judged.end(), here.begin(), here.end());
    }

private:
    template <class Choice> Nearest nearest(std::size_t detection, const Choice &choice) const
    {
        Nearest best;
        for (std::size_t object = 0; object < objects_.size(); ++object) {
            const double overlap = overlaps_[detection * objects_.size() + object];
            if (overlap > best.overlap && choice(object)) best = {object, overlap};
        }
        return best;
    }

    bool same_category(std::size_t detection, std::size_t object) const
    {
        return detections_[detection]->category_id == objects_[object]->category_id;
    }

    // All that are not right are background for now.
    std::vector<JudgedDetection> match(std::int64_t image_id)
    {
        std::vector<JudgedDetection> judged;
        for (std::size_t i = 0; i < detections_.size(); ++i) {
            const ScoredBox &found = *detections_[i];
            JudgedDetection detection{found.score,       image_id,         found.category_id,
                                      found.category_id, std::uint32_t(i), ErrorType::background};
            const Nearest free =
                nearest(i, [&](std::size_t object) { return !taken_[object] && same_category(i, object); });
            if (free.overlap >= options_.foreground) {
                taken_[free.object] = true;
                detection.error.reset();
            } else {
                detection.ranked = !in_region(found);
            }
            judged.push_back(detection);
        }
        return judged;
    }

    bool in_region(const ScoredBox &found) const
    {
        return std::any_of(regions_.begin(), regions_.end(), [&](const Annotation *region) {
            if (region->category_id != found.category_id) return false;
            const double overlap = region->crowd || region->group_of ? intersection_over_part(found.box, region->box)
                                                                     : intersection_over_union(found.box, region->box);
            return overlap > options_.foreground;
        });
    }

    void find_error(std::size_t i, JudgedDetection &detection)
    {
        if (objects_.empty()) return;
        const Nearest own = nearest(i, [&](std::size_t object) { return same_category(i, object); });
        const Nearest other = nearest(i, [&](std::size_t object) { return !same_category(i, object); });
        const Nearest used = nearest(i, [&](std::size_t object) { return taken_[object] && same_category(i, object); });
        if (own.overlap >= options_.background && own.overlap <= options_.foreground) {
            detection.error = ErrorType::localisation;
            mean(i, own.object);
        } else if (other.overlap >= options_.foreground) {
            detection.error = ErrorType::classification;
            detection.mended_category_id = objects_[other.object]->category_id;
            mean(i, other.object);
        } else if (used.overlap >= options_.foreground) {
            detection.error = ErrorType::duplicate;
        } else if (std::max(own.overlap, other.overlap) > options_.background) {
            detection.error = ErrorType::both;
        }
    }

    // Detections come by descending score, so the first is the best.
    void mean(std::size_t detection, std::size_t object)
    {
        if (!taken_[object] && !best_[object]) best_[object] = detection;
    }

    const ErrorOptions &options_;
    std::vector<const ScoredBox *> detections_;
    std::vector<const Annotation *> objects_, regions_;
    std::vector<double> overlaps_; // detections x objects
    std::vector<bool> taken_;
    std::vector<std::optional<std::size_t>> best_; // the detection that would be right if it were mended
};

} // namespace

const char *error_name(std::size_t type)
{
    constexpr const char *names[error_types] = {"classification", "localisation", "both",
                                                "duplicate",      "background",   "missed"};
    return names[type];
}

void judge(std::int64_t image_id, const std::vector<const Annotation *> &annotated,
           std::vector<const ScoredBox *> detections, const ErrorOptions &options, std::vector<JudgedDetection> &judged,
           std::map<std::int64_t, ObjectCounts> &counts)
{
    Picture(annotated, std::move(detections), options).judge(image_id, judged, counts);
}

} // namespace tradewind
