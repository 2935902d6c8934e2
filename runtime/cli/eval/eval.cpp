// SPDX-License-Identifier: Apache-2.0
// tradewind eval
#include "cli/commands.h"
#include "cli/detection_setup.h"
#include "cli/ensemble_choice.h"
#include "cli/eval/annotated_pictures.h"
#include "cli/eval/eval_run.h"
#include "cli/eval/evaluation_text.h"
#include "cli/folders.h"
#include "cli/model_choice.h"
#include "cli/run_settings.h"
#include "cli/terminal.h"
#include "tensor/error.h"

namespace tradewind::cli {
namespace {

// Precision at high recall is made of detections with low scores; this is what the published evaluations keep.
constexpr const char *lowest_score = "1e-08";
constexpr const char *score_key = "meta.score_threshold";

std::vector<Flag> flags_of_eval()
{
    std::vector<Flag> flags = detection_flags();
    for (const Flag &flag : std::vector<Flag>{{"images", "DIR"},
                                              {"annotations", "FILE"},
                                              {"format", "NAME"},
                                              {"detections", "FILE"},
                                              {"subset", "FILE"},
                                              {"metrics", "LIST"},
                                              {"max-dets", "LIST"},
                                              {"voc-iou", "T"},
                                              {"voc-pixels"},
                                              {"min-ap", "X"},
                                              {"per-category"},
                                              {"json"},
                                              {"output", "DIR", "o"},
                                              {"save", "LIST"},
                                              {"overwrite"},
                                              {"color", "WHEN"}})
        flags.push_back(flag);
    return flags;
}

// A results file needs no model: what would be ignored is refused.
void check_detections_alone(const Flags &flags)
{
    for (const Flag &flag : detection_flags())
        if (flags.has(flag.name) && std::string(flag.name) != "quiet")
            throw Error(ErrorCode::usage, "--detections scores a file of results as it stands: it goes without --" +
                                              std::string(flag.name));
    for (const char *name : {"images", "save"})
        if (flags.has(name))
            throw Error(ErrorCode::usage,
                        "--detections scores a file of results, no pictures: it goes without --" + std::string(name));
}

// The files beside those of detections. Opened before any work is done.
class EvaluationFiles {
public:
    explicit EvaluationFiles(const Flags &flags)
    {
        const std::string folder = flags.value("output").value_or("");
        if (folder.empty()) return;
        make_folder(folder);
        json_ = open_file(folder + "/evaluation.json", flags.has("overwrite"));
        curves_ = open_file(folder + "/curves.csv", flags.has("overwrite"));
    }

    void write(const EvaluationResult &result)
    {
        if (!json_) return;
        json_->write(evaluation_json(result));
        json_->finish();
        curves_->write(evaluation_curves(result));
        curves_->finish();
    }

private:
    std::unique_ptr<Sink> json_, curves_;
};

// Whatever threshold suits looking at results, for measuring everything counts unless the user says otherwise here.
Settings settings_of_run(const Flags &flags)
{
    Settings run = run_settings(flags);
    if (!flags.has("score")) run.set("run.score", "", "eval");
    return run;
}

void lower_thresholds(const Flags &flags, std::vector<Model> &models, EnsembleOptions &options)
{
    if (flags.has("score")) return;
    const double lowest = std::stod(lowest_score);
    options.fusion.score = std::min(options.fusion.score, static_cast<float>(lowest));
    for (auto &model : models)
        if (model.settings.find(score_key) && model.settings.real(score_key) > lowest)
            model.settings.set(score_key, lowest_score, "eval");
}

void note_limit(const std::vector<Model> &models, const EvaluationChoice &choice, Evaluation &evaluation)
{
    for (const auto &model : models)
        if (const auto *most = model.settings.find("meta.max_total");
            most && model.settings.integer("meta.max_total") < choice.coco_options.max_detections.back())
            evaluation.note("the model gives at most " + most->value + " detections of a picture, and " +
                            std::to_string(choice.coco_options.max_detections.back()) +
                            " count: give --max-detections to have more");
}

int run_models(const Flags &flags, const Annotations &annotations, const Subset &subset, const EvaluationChoice &choice,
               Evaluation &evaluation)
{
    const std::string images = image_folder(flags, annotations.origin);
    check_model_flags(flags);
    const Settings run = settings_of_run(flags);
    EnsembleOptions options = ensemble_options(flags, run);
    const Saving saving = parse_saving(flags, "coco");
    if (saving.to_standard_output())
        throw Error(ErrorCode::usage, "-o needs a folder; --json writes to standard output");
    Computing computing(run);
    Registry registry(plugin_path(flags.all("plugin-dir")));
    std::vector<Model> models = choose_models(registry, flags, run, options);
    lower_thresholds(flags, models, options);
    note_limit(models, choice, evaluation);
    auto streams = open_streams(std::move(models), flags, computing, std::move(options));
    return evaluate_pictures({flags, run, saving, annotations, subset, images}, streams, evaluation);
}

int score_file(const Flags &flags, const Annotations &annotations, const Subset &subset, Evaluation &evaluation)
{
    for (const auto &found : read_detections(*flags.value("detections"), annotations))
        if (subset.has(found.image_id)) evaluation.add(found.image_id, found.boxes);
    return 0;
}

// What was asked for at least, against what there is.
int check(const EvaluationResult &result, int code)
{
    constexpr double rounding = 1e-9; // a mean of ones may lie a bit below one
    if (!result.choice.least || result.headline() >= *result.choice.least - rounding) return code;
    if (result.headline() < 0) {
        warn("there is no average precision to hold against --min-ap: nothing was to be found in the pictures");
        return static_cast<int>(ErrorCode::check);
    }
    warn(formatted("the average precision is %.4f, below --min-ap %g", result.headline(), *result.choice.least));
    return static_cast<int>(ErrorCode::check);
}

} // namespace

int eval(const Arguments &arguments)
{
    const Flags flags = parse(flags_of_eval(), arguments, 0);
    const EvaluationChoice choice = evaluation_choice(flags);
    const AnnotationFormat format = annotation_format(flags);
    const bool coloured = colours_on(parse_colour(flags.value("color").value_or("auto")));
    if (flags.has("detections")) check_detections_alone(flags);
    if (flags.value("annotations").value_or("").empty())
        throw Error(ErrorCode::usage, "the annotations are missing: give COCO's JSON file or VOC's folder with "
                                      "--annotations");
    const Annotations annotations = read_annotations(*flags.value("annotations"), format);
    const Subset subset(flags.value("subset").value_or(""), annotations);
    Evaluation evaluation(annotations, choice);
    EvaluationFiles files(flags);
    const int code = flags.has("detections") ? score_file(flags, annotations, subset, evaluation)
                                             : run_models(flags, annotations, subset, choice, evaluation);
    const EvaluationResult result = evaluation.result();
    files.write(result);
    print(flags.has("json") ? evaluation_json(result) : evaluation_text(result, flags.has("per-category"), coloured));
    return check(result, code);
}

} // namespace tradewind::cli
