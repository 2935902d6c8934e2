// SPDX-License-Identifier: Apache-2.0
// Stages in groups, as columns.
#include "detector_table.h"

#include <cstdio>

namespace golden {
namespace {

struct Group {
    const char *title;
    std::vector<std::string> stages; // or the ends of their names
};

const std::vector<Group> &groups()
{
    static const std::vector<Group> all = {
        {"picture", {"resized_image", "preprocessed"}},
        {"anchors", {"anchors", "anchors_unclipped"}},
        {"every layer", {"layers"}},
        {"first-stage maps", {"rpn_features", "rpn_conv"}},
        {"first-stage predictions", {"rpn_box_encodings", "rpn_objectness"}},
        {"proposals", {"proposals_normalized", "proposals_absolute", "proposal_scores"}},
        {"regions", {"crops", "crops_pooled"}},
        {"second-stage maps",
         {"second_stage_features", "pooled_features", "reduce_depth", "class_predictions_map",
          "refined_locations_map"}},
        {"predictions", {"box_encodings", "refined_box_encodings", "class_logits", "max_logit", "argmax_class"}},
        {"boxes", {"decoded_boxes"}},
        {"detections", {"detections"}},
        {"not found end to end", {"end to end"}},
    };
    return all;
}

bool belongs(const Group &group, const std::string &stage)
{
    for (const auto &name : group.stages)
        if (stage == name || stage.ends_with(" " + name) || stage.starts_with(name + ",")) return true;
    return false;
}

double share(const StageDifference &d) { return d.tolerance > 0 ? d.largest / d.tolerance : d.largest; }

std::string text_of(const char *format, double value)
{
    char digits[32];
    std::snprintf(digits, sizeof digits, format, value);
    return digits;
}

std::string cell(const Group &group, const std::vector<StageDifference> &differences)
{
    const StageDifference *worst = nullptr;
    for (const auto &d : differences)
        if (belongs(group, d.stage) && (!worst || !(share(d) <= share(*worst)))) worst = &d;
    if (!worst) return "";
    const auto remark = worst->stage.find(", ");
    return text_of("%.2g", worst->largest) + (worst->relative ? " std" : "") +
           (remark == std::string::npos ? "" : worst->stage.substr(remark));
}

} // namespace

std::string table_head()
{
    std::string head = "| detector | target | parameters | multiply-adds, G |", line = "|---|---|--:|--:|";
    for (const auto &group : groups()) {
        head += std::string(" ") + group.title + " |";
        line += "---|";
    }
    return head + " |\n" + line + "---|\n";
}

std::string table_row(const std::string &config, const std::string &target, const tradewind::ModelReport &report,
                      const std::vector<StageDifference> &differences)
{
    std::string row = "| " + config + " | " + target + " | " + std::to_string(report.parameters) + " | " +
                      text_of("%.3f", static_cast<double>(report.multiply_adds) / 1e9) + " |",
                failed;
    for (const auto &group : groups()) row += " " + cell(group, differences) + " |";
    for (const auto &d : differences)
        if (!d.passes()) failed += (failed.empty() ? "FAIL: " : ", ") + d.stage;
    return row + " " + (failed.empty() ? "pass" : failed) + " |\n";
}

} // namespace golden
