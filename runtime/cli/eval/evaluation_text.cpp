// SPDX-License-Identifier: Apache-2.0
// Tables of results.
#include "cli/eval/evaluation_text.h"

#include "cli/terminal.h"

namespace tradewind::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

// Four digits; a dash for what does not exist.
std::string shown(double value) { return value >= 0 ? formatted("%.4f", value) : "-"; }

std::string meaning(const std::string &name, int most)
{
    const std::string with = "with at most " + std::to_string(most) + " detections of a picture and category";
    if (name == "AP") return "average precision over IoU .50 to .95, " + with;
    if (name == "AP50" || name == "AP75") return "at IoU ." + name.substr(2);
    if (name == "APs" || name == "ARs") return "objects up to 32 x 32 pixels";
    if (name == "APm" || name == "ARm") return "from there to 96 x 96";
    if (name == "APl" || name == "ARl") return "larger ones";
    return "average recall with at most " + name.substr(2) + (name == "AR1" ? " detection" : " detections");
}

std::string coco_table(const CocoResult &coco, bool coloured)
{
    Rows rows;
    for (const auto &number : coco.numbers)
        rows.push_back({number.name, shown(number.value), meaning(number.name, coco.max_detections.back())});
    return "\n" + table({"COCO", "", ""}, rows, coloured);
}

std::string voc_table(const EvaluationResult &result, bool coloured)
{
    Rows rows;
    const std::string at = formatted(" at IoU %g, mean over categories", result.choice.voc_options.iou);
    if (result.choice.voc07)
        rows.push_back({"AP 2007", shown(result.voc->mean_eleven_point), "at 11 points of recall," + at});
    if (result.choice.voc10)
        rows.push_back({"AP 2010", shown(result.voc->mean_average_precision), "at all points of recall," + at});
    rows.push_back({"CorLoc", shown(result.voc->mean_correct_location),
                    "pictures in which the best detection of a category is right"});
    return "\n" + table({"PASCAL VOC", "", ""}, rows, coloured);
}

std::string category_table(const EvaluationResult &result, bool coloured)
{
    std::vector<std::string> header = {"category", "objects"};
    if (result.coco) header.insert(header.end(), {"AP", "AP50", "AR"});
    if (result.choice.voc07) header.push_back("AP 2007");
    if (result.choice.voc10) header.push_back("AP 2010");
    Rows rows;
    const std::size_t count = result.coco ? result.coco->categories.size() : result.voc->categories.size();
    for (std::size_t i = 0; i < count; ++i) {
        std::vector<std::string> row;
        if (result.coco) {
            const auto &one = result.coco->categories[i];
            row = {printable(one.name), std::to_string(one.annotations), shown(one.ap), shown(one.ap50), shown(one.ar)};
        } else {
            const auto &one = result.voc->categories[i];
            row = {printable(one.name), std::to_string(static_cast<long>(one.objects))};
        }
        if (result.choice.voc07) row.push_back(shown(result.voc->categories[i].eleven_point));
        if (result.choice.voc10) row.push_back(shown(result.voc->categories[i].average_precision));
        rows.push_back(std::move(row));
    }
    return "\n" + table(header, rows, coloured);
}

std::string error_table(const ErrorResult &errors, bool coloured)
{
    constexpr const char *meanings[] = {
        "right place, wrong category",         "right category, place not exact", "neither quite",
        "of an object that was found already", "of nothing that is annotated",    "objects that no detection meant"};
    Rows rows;
    for (std::size_t type = 0; type < error_types; ++type)
        rows.push_back(
            {error_name(type), std::to_string(errors.counts[type]), shown(errors.gains[type]), meanings[type]});
    rows.push_back({"false positives", "-", shown(errors.false_positives), "all of them"});
    rows.push_back({"false negatives", "-", shown(errors.false_negatives), "all of them"});
    return "\n" + table({"mistakes at IoU .5", "count", "AP50 lost", ""}, rows, coloured);
}

} // namespace

std::string evaluation_text(const EvaluationResult &result, bool categories, bool coloured)
{
    std::string text = std::to_string(result.pictures) + " pictures, " + std::to_string(result.objects) + " objects" +
                       (result.crowds ? " and " + std::to_string(result.crowds) + " crowds or difficult ones" : "") +
                       " (" + printable(result.annotations) + "), " + std::to_string(result.detections) +
                       " detections\n";
    if (result.coco) text += coco_table(*result.coco, coloured);
    if (result.voc) text += voc_table(result, coloured);
    text += error_table(result.errors, coloured);
    if (categories) text += category_table(result, coloured);
    if (!result.notes.empty()) text += "\n";
    for (const auto &note : result.notes) text += "note: " + printable(note) + "\n";
    return text;
}

} // namespace tradewind::cli
