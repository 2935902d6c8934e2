// SPDX-License-Identifier: Apache-2.0
// Precedence.
#include "cli/run_settings.h"

#include "cli/folders.h"
#include "cli/published.h"
#include "config/list.h"
#include "detector/open_target.h"
#include "tensor/error.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace tradewind::cli {
namespace {

std::string upper(std::string text)
{
    for (auto &c : text) c = c == '-' ? '_' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
    return text;
}

std::string flag_of(std::string key)
{
    std::replace(key.begin(), key.end(), '_', '-');
    return key;
}

// The two files, the weaker one first.
Settings from_files()
{
    Settings settings;
    std::error_code ignored;
    for (const auto &path : {user_config(), std::string("./tradewind.ini")})
        if (!path.empty() && std::filesystem::exists(std::filesystem::symlink_status(path, ignored)))
            settings.merge(read_ini(path));
    return settings;
}

void add_run_values(const Settings &from, Settings &to)
{
    for (const auto &[name, setting] : from.all())
        if (name.starts_with("run.")) to.set(name, setting.value, setting.origin);
}

// "--score", or "./tradewind.ini:2: run.score" where the place does not say which key.
std::string place_of(const std::string &key, const Setting &setting)
{
    return setting.origin.find(':') == std::string::npos ? setting.origin : setting.origin + ": run." + key;
}

// What is wrong with the host's own keys is said before any work; those of plugins are known once they are chosen.
void check_host_keys(const Settings &overrides)
{
    Settings own;
    for (const auto &[name, setting] : overrides.all())
        if (!name.starts_with("extractor.") && !name.starts_with("meta.")) own.set(name, setting.value, setting.origin);
    OptionTable known = host_options();
    known.push_back({"extractor", "", OptionType::text, "", "", ""}); // sections that exist as well
    known.push_back({"meta", "", OptionType::text, "", "", ""});
    resolve(own, known);
}

void add_set_flags(const Flags &flags, Settings &overrides)
{
    for (const auto &pair : flags.all("set")) {
        const auto equals = pair.find('='), dot = pair.find('.');
        if (equals == std::string::npos || dot == std::string::npos || dot > equals)
            throw Error(ErrorCode::usage, "--set is '" + pair + "', but must be section.key=value");
        if (std::any_of(pair.begin(), pair.end(), [](unsigned char c) { return c < 0x20; }))
            throw Error(ErrorCode::usage, "--set is '" + pair + "', but values are one line of text");
        overrides.set(trim(pair.substr(0, equals)), trim(pair.substr(equals + 1)), "--set");
    }
    check_host_keys(overrides);
}

// Keys of the run, and what they set in the meta-architecture.
constexpr std::pair<const char *, const char *> thresholds[] = {
    {"score", "meta.score_threshold"}, {"iou", "meta.iou_threshold"}, {"max_detections", "meta.max_total"}};

// As the table would, but for the values of --target that a table cannot list (cuda:1).
[[noreturn]] void refuse_target(const Setting &setting)
{
    throw Error(ErrorCode::usage,
                "run.target is '" + setting.value +
                    "', but may be auto, cpu, reference, cuda, cuda:N, cuda:0,1 or cuda:all",
                setting.origin);
}

} // namespace

const OptionTable &run_options()
{
    static const OptionTable table = {
        {"run", "target", OptionType::text, "auto", "",
         "what computes: auto (cuda where there is a GPU that works, else cpu), cpu, reference, cuda; cuda:1 is the "
         "second "
         "GPU, cuda:0,1 and cuda:all are several"},
        {"run", "threads", OptionType::integer, "0", "0..1024",
         "threads of the cpu target, of each stream; 0: as many as the process may use, shared out among streams"},
        {"run", "streams", OptionType::integer, "0", "0..1024",
         "pictures, or batches, at the same time; 0: one for each GPU of the target, else one, or what the hint says"},
        {"run", "hint", OptionType::text, "latency", "latency|throughput",
         "what matters: each picture as soon as possible, or as many as possible: a stream for each processor"},
        {"run", "batch", OptionType::integer, "1", "1..1024",
         "pictures that a GPU computes at once; other targets compute one after the other, whatever it says"},
        {"run", "precision", OptionType::text, "f32", "f32|tf32|f16|bf16|int8|auto",
         "of the network's arithmetic. On cuda all but int8; on cpu f32, int8 for bundles of 'model quantise', bf16 "
         "where "
         "the processor has it. auto: f16 on a GPU; else int8 if the model has ranges, else bf16, else f32"},
        {"run", "tune", OptionType::text, "fast", "off|fast|full",
         "how the algorithm of each layer is chosen: off takes the plainest, fast what is predicted (GPU) or a table for "
         "the kind of processor says, full measures once and keeps what it found"},
        {"run", "max_memory", OptionType::text, "", "",
         "the most memory of each GPU, or of the process where none computes: 800M, 4G; empty: as much as there is"},
        {"run", "score", OptionType::text, "", "", "only detections with a higher score; empty: the model's threshold"},
        {"run", "iou", OptionType::text, "", "", "overlap above which the worse of two boxes goes; empty: the model's"},
        {"run", "max_detections", OptionType::text, "", "", "the most detections of a picture; empty: the model's"},
        {"run", "fuse", OptionType::text, "nms", "nms|soft-nms|wbf",
         "how the results of several models, or of crops, become one"},
        {"run", "fuse_iou", OptionType::text, "", "",
         "overlap above which boxes are one; empty: 0.6 of nms, 0.55 of wbf"},
        {"run", "fuse_weights", OptionType::reals, "", "0.001..1000", "one for each model; empty: all count the same"},
        {"run", "fuse_sigma", OptionType::real, "0.5", "0.001..100", "of soft-nms: the larger, the further it reaches"},
        {"run", "box_voting", OptionType::boolean, "false", "",
         "after nms or soft-nms: each box becomes the mean of those it overlaps by more than 0.5"},
        {"run", "crops", OptionType::text, "none", "",
         "parts of a picture that are looked at: 2x3 (rows x columns), tile:640, tile:480x640; +full: all of it too"},
        {"run", "crop_overlap", OptionType::real, "0.2", "0..0.9", "of neighbouring crops, as a part of their side"},
        {"run", "reduced_jpeg", OptionType::boolean, "false", "",
         "JPEG is decoded at 1/2, 1/4 or 1/8 of its size where that is no smaller than what the network sees: faster, "
         "with "
         "other results; of detect and eval"},
        {"run", "color", OptionType::text, "auto", "auto|always|never", "colours on the terminal"},
    };
    return table;
}

Settings run_settings(const Flags &flags)
{
    Settings given;
    add_run_values(from_files(), given);
    const std::string path = flags.value("config").value_or("");
    const Settings config = path.empty() || is_pipeline(path) ? Settings() : read_ini(config_path(path));
    add_run_values(config, given);
    for (const auto &option : run_options()) {
        const std::string variable = "TRADEWIND_" + upper(option.key), name = "run." + option.key;
        if (const char *value = std::getenv(variable.c_str())) given.set(name, value, variable);
        if (const auto value = flags.value(flag_of(option.key))) {
            const bool bare = option.type == OptionType::boolean && value->empty(); // its presence says yes
            given.set(name, bare ? "true" : *value, "--" + flag_of(option.key));
        }
    }
    Settings run = resolve(given, run_options());
    for (const char *key : {"score", "iou"})
        if (const auto &setting = *run.find(std::string("run.") + key); !setting.value.empty())
            real_between(place_of(key, setting), setting.value, 0, 1);
    if (const auto &most = *run.find("run.max_detections"); !most.value.empty())
        integer_between(place_of("max_detections", most), most.value, 1, 10'000);
    if (!is_target_name(run.text("run.target"))) refuse_target(*run.find("run.target"));
    if (const auto &most = *run.find("run.max_memory"); !most.value.empty() && !memory_size(most.value))
        throw Error(ErrorCode::usage, "run.max_memory is '" + most.value + "', but must be a size such as 800M or 4G",
                    most.origin);
    return run;
}

std::optional<std::size_t> memory_size(const std::string &text)
{
    constexpr double most = 1e15;
    const auto unit = std::string("KMGT").find(text.empty() ? ' ' : text.back());
    const auto number = to_real(unit == std::string::npos ? text : text.substr(0, text.size() - 1));
    const double bytes =
        number.value_or(0) * (unit == std::string::npos ? 1 : std::ldexp(1.0, 10 * (static_cast<int>(unit) + 1)));
    if (!(bytes >= 1) || bytes > most) return std::nullopt;
    return static_cast<std::size_t>(bytes);
}

bool only_thresholds(const Settings &overrides)
{
    return std::all_of(overrides.all().begin(), overrides.all().end(), [](const auto &setting) {
        return std::any_of(std::begin(thresholds), std::end(thresholds),
                           [&](const auto &pair) { return setting.first == pair.second; });
    });
}

Settings made_overrides(const Flags &flags)
{
    Settings overrides;
    add_set_flags(flags, overrides);
    return overrides;
}

Settings model_overrides(const Flags &flags, const Settings &run)
{
    Settings overrides;
    const bool trunk_alone = flags.has("extractor") && !flags.has("meta");
    const Settings files = from_files();
    for (const auto &[name, setting] : files.all())
        if (!name.starts_with("run.") && !(trunk_alone && name.starts_with("meta.")))
            overrides.set(name, setting.value, setting.origin);
    for (const auto &[key, name] : thresholds)
        if (const auto &setting = *run.find(std::string("run.") + key);
            !setting.value.empty() && !(trunk_alone && !setting.origin.starts_with("--")))
            overrides.set(name, setting.value, setting.origin);
    add_set_flags(flags, overrides);
    return overrides;
}

} // namespace tradewind::cli
