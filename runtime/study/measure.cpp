// SPDX-License-Identifier: Apache-2.0
// The two commands that measure, and what they print.
#include "study/measure.h"

#include "study/child_process.h"
#include "tensor/error.h"

#include <nlohmann/json.hpp>

namespace tradewind {
namespace {

using Arguments = std::vector<std::string>;

void append(Arguments &arguments, const Arguments &more)
{
    arguments.insert(arguments.end(), more.begin(), more.end());
}

Arguments detector_arguments(const Cell &cell)
{
    Arguments arguments;
    if (cell.config.empty())
        arguments = {"--meta", cell.meta, "--extractor", cell.extractor};
    else
        arguments = {"--config", cell.config};
    append(arguments, {"--weights", cell.weights, "--target", cell.target, "--threads", std::to_string(cell.threads),
                       "--precision", cell.precision, "--batch", std::to_string(cell.batch)});
    for (const auto &[name, value] : cell.sets) append(arguments, {"--set", name + "=" + value});
    return arguments;
}

ChildEnd run(Arguments arguments, const MeasuringProgram &program, double timeout)
{
    append(arguments, program.arguments);
    ChildEnd end = run_child({program.path, std::move(arguments), timeout, program.stop_descriptor});
    if (end.stopped) throw Stopped{};
    return end;
}

// Errors of the program begin with its name, which a study need not repeat.
std::string without_name(const std::string &text)
{
    const std::string name = "tradewind: ";
    return text.starts_with(name) ? text.substr(name.size()) : text;
}

Result ended_badly(const Cell &cell, const ChildEnd &end)
{
    Result result = impossible_result(cell);
    const bool refused = !end.timed_out && !end.signal && (end.exit_code == 2 || end.exit_code == 5);
    result.status = refused ? "impossible" : "failed";
    result.error = refused && !end.last_error.empty() ? without_name(end.last_error) : end.told();
    return result;
}

Result bench(const Cell &cell, const Study &study, const MeasuringProgram &program)
{
    const ChildEnd end = run(bench_arguments(cell, study), program, study.timeout);
    if (end.exit_code != 0) return ended_badly(cell, end);
    try {
        Result result = result_from_json(end.output, "bench");
        result.key = cell.key;
        return result;
    } catch (const Error &error) {
        Result result = ended_badly(cell, end);
        result.error = std::string("what it printed is no result: ") + error.message();
        return result;
    }
}

Accuracy accuracy_from(const std::string &text)
{
    const auto json = nlohmann::json::parse(text);
    Accuracy accuracy;
    accuracy.numbers = json.at("coco").get<std::map<std::string, double>>();
    accuracy.ap_by_iou = json.at("ap_by_iou").get<std::vector<double>>();
    accuracy.pictures = json.at("pictures").get<std::int64_t>();
    accuracy.annotations = json.at("annotations").get<std::int64_t>();
    return accuracy;
}

void fail_accuracy(Result &result, const std::string &why)
{
    result.status = "failed";
    result.error = "the accuracy could not be measured: " + why;
    result.accuracy_note = "not measured: " + why;
}

void add_accuracy(Result &result, const Cell &cell, const Study &study, const MeasuringProgram &program)
{
    const ChildEnd end = run(eval_arguments(cell, study), program, study.accuracy_timeout);
    if (end.exit_code != 0) return fail_accuracy(result, end.told());
    try {
        result.accuracy = accuracy_from(end.output);
        result.accuracy_note = "on " + study.annotations;
    } catch (const nlohmann::json::exception &error) {
        fail_accuracy(result, std::string("what it printed is no accuracy: ") + error.what());
    }
}

} // namespace

std::vector<std::string> bench_arguments(const Cell &cell, const Study &study)
{
    Arguments arguments = {"bench"};
    append(arguments, study.images);
    append(arguments, detector_arguments(cell));
    if (cell.hint != "latency") append(arguments, {"--hint", cell.hint});
    if (cell.streams > 0) append(arguments, {"--streams", std::to_string(cell.streams)});
    append(arguments, {"--iterations", std::to_string(study.iterations), "--rounds", std::to_string(study.rounds),
                       "--warmup", std::to_string(study.warmup), "--json"});
    return arguments;
}

std::vector<std::string> eval_arguments(const Cell &cell, const Study &study)
{
    Arguments arguments = {"eval"};
    append(arguments, detector_arguments(cell));
    append(arguments, {"--images", study.images.front(), "--annotations", study.annotations, "--json"});
    return arguments;
}

Result impossible_result(const Cell &cell)
{
    Result result;
    result.key = cell.key;
    result.status = "impossible";
    result.error = cell.impossible;
    result.configuration = planned(cell);
    return result;
}

Result measure(const Cell &cell, const Study &study, const MeasuringProgram &program)
{
    Result result = bench(cell, study, program);
    if (result.status != "ok") return result;
    if (!cell.trained())
        result.accuracy_note = "weights by formula: accuracy would mean nothing";
    else if (study.annotations.empty())
        result.accuracy_note = "no annotations given";
    else
        add_accuracy(result, cell, study, program);
    return result;
}

} // namespace tradewind
