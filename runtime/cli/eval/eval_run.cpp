// SPDX-License-Identifier: Apache-2.0
// One annotated picture after another.
#include "cli/eval/eval_run.h"

#include "cli/eval/annotated_pictures.h"
#include "cli/eval/category_match.h"
#include "cli/look/look_at_all.h"
#include "cli/reduced_decoding.h"
#include "cli/run_record.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "output/record_text.h"
#include "tensor/clock.h"

#include <algorithm>
#include <charconv>

namespace tradewind::cli {
namespace {

// What a program reads that reads the results that are written: the numbers as they stand there.
double as_written(float value)
{
    const std::string text = number(value);
    double read = 0;
    std::from_chars(text.data(), text.data() + text.size(), read);
    return read;
}

ScoredBox scored(const Detection &detection)
{
    const Box &box = detection.box;
    return {
        detection.class_id,
        {as_written(box.xmin), as_written(box.ymin), as_written(box.xmax - box.xmin), as_written(box.ymax - box.ymin)},
        as_written(detection.score)};
}

int number_of_classes(const Ensemble &ensemble)
{
    std::int64_t most = 0;
    for (const auto &member : ensemble.members())
        most = std::max(most, member->model().settings.integer("model.classes"));
    return static_cast<int>(most);
}

// Classes become categories; those that are not annotated go. Returns how many were of classes without a name.
std::size_t rename(const CategoryMatch &match, const std::map<int, std::string> &labels,
                   std::vector<Detection> &detections)
{
    const auto unnamed =
        static_cast<std::size_t>(std::count_if(detections.begin(), detections.end(), [&](const Detection &d) {
            return !labels.empty() && !labels.count(d.class_id);
        }));
    std::erase_if(detections, [&](const Detection &d) { return !match.category.count(d.class_id); });
    for (auto &detection : detections) detection.class_id = static_cast<int>(match.category.at(detection.class_id));
    return unnamed;
}

class Pictures {
public:
    Pictures(const EvalRun &run, const Ensemble &ensemble, Evaluation &evaluation, Outputs &outputs)
        : run_(run), ensemble_(ensemble), evaluation_(evaluation), outputs_(outputs),
          match_(match_categories(ensemble.labels(), number_of_classes(ensemble), run.annotations))
    {
        for (const auto &note : match_.notes) evaluation_.note(note);
    }

    void take(const AnnotatedImage &image, Looked looked)
    {
        Record &record = looked.record;
        unnamed_ += rename(match_, ensemble_.labels(), record.detections);
        outputs_.add(record, looked.picture ? &*looked.picture : nullptr);
        ++counts.inputs;
        counts.failed += record.error.has_value();
        counts.out_of_memory += looked.out_of_memory;
        counts.detections += record.detections.size();
        counts.seconds = (milliseconds_now() - start_) / 1000;
        if (record.error) return;
        other_size_ += image.width > 0 && (record.width != image.width || record.height != image.height);
        std::vector<ScoredBox> boxes;
        for (const auto &detection : record.detections) boxes.push_back(scored(detection));
        evaluation_.add(image.id, boxes);
    }

    void note_pictures()
    {
        if (counts.failed)
            evaluation_.note(std::to_string(counts.failed) + " of " + std::to_string(counts.inputs) +
                             " pictures failed, and are left out of every number");
        if (unnamed_)
            evaluation_.note(std::to_string(unnamed_) +
                             " detections are of classes to which the model's labels give no name, and left out: are "
                             "these the labels that it was trained with?");
        if (other_size_)
            evaluation_.note(std::to_string(other_size_) +
                             " pictures have another size than the annotations say: boxes may be in another frame");
        if (const auto more = pictures_not_annotated(run_.images, run_.annotations))
            evaluation_.note(std::to_string(more) + " pictures of " + run_.images + " are not annotated, and left out");
    }

    RunCounts counts;

private:
    const EvalRun &run_;
    const Ensemble &ensemble_;
    Evaluation &evaluation_;
    Outputs &outputs_;
    CategoryMatch match_;
    std::size_t other_size_ = 0, unnamed_ = 0;
    double start_ = milliseconds_now();
};

void run_over(const EvalRun &run, std::vector<Stream> &streams, Pictures &pictures)
{
    Progress progress(run.subset.size(), run.flags.has("quiet"));
    std::vector<const AnnotatedImage *> images;
    for (const auto &image : run.annotations.images)
        if (run.subset.has(image.id)) images.push_back(&image);
    const auto enough = reduced_decoding(run.run, run.saving, streams.front().ensemble);
    const auto next = [&, at = std::size_t{0}]() mutable -> std::optional<Task> {
        if (at == images.size()) return std::nullopt;
        const AnnotatedImage &image = *images[at++];
        return Task{find_picture(run.images, image), image.id, enough};
    };
    const bool checksums = run.saving.has("json") || run.saving.has("jsonl");
    look_at_all({streams, checksums, next, [&](Looked looked) {
                     pictures.take(*images[pictures.counts.inputs], std::move(looked));
                     progress.step(pictures.counts.inputs, pictures.counts.failed);
                 }});
}

} // namespace

int evaluate_pictures(const EvalRun &run, std::vector<Stream> &streams, Evaluation &evaluation)
{
    ReplacingGuard guard(run.saving, false);
    if (!run.annotations.images.empty()) guard.check(find_picture(run.images, run.annotations.images.front()));
    Outputs outputs(run.saving);
    const auto record = outputs.saves()
                            ? std::make_optional<RunRecord>(streams.front().ensemble, run.run, streams.size())
                            : std::nullopt;
    Pictures pictures(run, streams.front().ensemble, evaluation, outputs);
    const auto recorded = [&](const char *end) {
        return record ? record->text(pictures.counts, end, algorithms_of(streams)) : std::string();
    };
    try {
        outputs.through([&] { run_over(run, streams, pictures); }, recorded);
    } catch (const Interrupted &) {
        warn("stopped after " + std::to_string(pictures.counts.inputs) + " of " + std::to_string(run.subset.size()) +
             " pictures: there are no numbers" +
             (outputs.saves() ? ", and the files written are of these pictures alone" : ""));
        throw;
    }
    pictures.note_pictures();
    return exit_code_of(pictures.counts.inputs, pictures.counts.failed, pictures.counts.out_of_memory);
}

} // namespace tradewind::cli
