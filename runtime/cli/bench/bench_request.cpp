// SPDX-License-Identifier: Apache-2.0
// Parsing the options of bench.
#include "cli/bench/bench_request.h"

#include "cli/computing.h"
#include "cli/model_choice.h"
#include "cli/terminal.h"
#include "config/bounded_text.h"
#include "config/list.h"
#include "tensor/error.h"

#include <filesystem>
#include <fstream>

namespace tradewind::cli {
namespace {

constexpr std::size_t most_result_bytes = std::size_t{1} << 24; // a profile of thousands of nodes has a tenth

// "5%" or "0.05".
double parse_limit(const std::string &text)
{
    const bool percent = text.ends_with("%");
    const auto value = to_real(percent ? text.substr(0, text.size() - 1) : text);
    const double part = value.value_or(-1) / (percent ? 100 : 1);
    if (part < 0 || part > 10)
        throw Error(ErrorCode::usage,
                    "--max-regress is '" + text + "', but must be a part such as 5% or 0.05, at most 10");
    return part;
}

double parse_duration(const std::string &text)
{
    const auto value = to_real(text);
    if (!value || !(*value > 0) || *value > 86'400)
        throw Error(ErrorCode::usage, "--duration is '" + text + "', but must be seconds, above 0 and up to 86400");
    return *value;
}

Result read_result(const std::string &path)
{
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary);
    if (!file || std::filesystem::is_directory(path, ignored))
        throw Error(ErrorCode::usage, "the result to compare with cannot be read", path);
    const auto text = read_at_most(file, most_result_bytes);
    if (!text) throw Error(ErrorCode::usage, "this is no result: it is too large", path);
    Result result = result_from_json(*text, path);
    if (result.status != "ok" || !result.time.count("total") || !(result.time.at("total").median > 0))
        throw Error(ErrorCode::usage, "the result holds no times to compare with", path);
    return result;
}

std::string new_file(const Flags &flags, const char *name)
{
    const auto path = flags.value(name);
    if (!path) return "";
    if (path->empty() || *path == "-")
        throw Error(ErrorCode::usage, "--" + std::string(name) + " names no file; --json writes to standard output");
    std::error_code ignored;
    if (std::filesystem::is_directory(*path, ignored))
        throw Error(ErrorCode::usage, "--" + std::string(name) + " names a folder, but must name a file", *path);
    if (!flags.has("overwrite") && std::filesystem::exists(*path, ignored))
        throw Error(ErrorCode::failed, "the file exists already; give --overwrite to replace it", *path);
    return *path;
}

MeasurementOptions measurement_options(const Flags &flags)
{
    MeasurementOptions options;
    const auto count = [&](const char *name, long least) {
        const auto text = flags.value(name);
        return static_cast<std::size_t>(text ? integer_between("--" + std::string(name), *text, least, 1'000'000) : 0);
    };
    if (flags.has("warmup")) options.warmup = count("warmup", 0);
    if (flags.has("rounds")) options.rounds = count("rounds", 1);
    options.iterations = count("iterations", 1);
    if (flags.has("iterations") && flags.has("duration"))
        throw Error(ErrorCode::usage, "--iterations and --duration both say how long to measure: give one of them");
    if (const auto seconds = flags.value("duration")) options.duration = parse_duration(*seconds);
    const std::string encode = flags.value("encode").value_or("text");
    if (encode != "text" && encode != "image")
        throw Error(ErrorCode::usage, "--encode is '" + encode + "', but may be text or image");
    options.annotate = encode == "image";
    return options;
}

} // namespace

std::vector<Flag> bench_flags()
{
    std::vector<Flag> flags = model_flags();
    for (const Flag &flag : std::vector<Flag>{{"score", "T", "", {"conf"}},
                                              {"iou", "T"},
                                              {"max-detections", "N", "", {"max-det"}},
                                              {"classes", "LIST"},
                                              {"warmup", "N"},
                                              {"rounds", "N"},
                                              {"iterations", "N"},
                                              {"duration", "SECONDS"},
                                              {"encode", "WHAT"},
                                              {"profile"},
                                              {"trace", "FILE"},
                                              {"compare", "FILE"},
                                              {"max-regress", "PART"},
                                              {"strict"},
                                              {"json"},
                                              {"output", "FILE", "o"},
                                              {"overwrite"},
                                              {"color", "WHEN"}})
        flags.push_back(flag);
    for (const Flag &flag : computing_flags()) flags.push_back(flag);
    return flags;
}

BenchRequest bench_request(const Flags &flags, const Settings &run)
{
    BenchRequest request;
    request.measurement = measurement_options(flags);
    if (const auto limit = flags.value("max-regress")) {
        if (!flags.has("compare"))
            throw Error(ErrorCode::usage, "--max-regress needs a result to compare with: give --compare FILE");
        request.limit = parse_limit(*limit);
    }
    request.strict = flags.has("strict");
    if (request.strict && !flags.has("compare"))
        throw Error(ErrorCode::usage, "--strict needs a result to compare with: give --compare FILE");
    request.output = new_file(flags, "output");
    request.trace = new_file(flags, "trace");
    if (!request.output.empty() && request.output == request.trace)
        throw Error(ErrorCode::usage, "--output and --trace name the same file", request.output);
    request.overwrite = flags.has("overwrite");
    request.json = flags.has("json");
    request.coloured = colours_on(parse_colour(run.text("run.color")));
    request.profile = flags.has("profile");
    if (const auto path = flags.value("compare")) request.before = read_result(*path);
    return request;
}

} // namespace tradewind::cli
