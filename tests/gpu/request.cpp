// SPDX-License-Identifier: Apache-2.0
// Models, targets and pictures by words.
#include "request.h"

#include "config/list.h"
#include "image/decode.h"
#include "scene.h"
#include "tensor/error.h"

#include <cstdio>

using namespace tradewind;

namespace gpu {

std::string Request::text(const std::string &key) const
{
    const auto found = words_.find(key);
    if (found == words_.end()) throw Error(ErrorCode::usage, "give " + key + "=...");
    return found->second;
}

std::string Request::text(const std::string &key, const std::string &otherwise) const
{
    const auto found = words_.find(key);
    return found == words_.end() ? otherwise : found->second;
}

int Request::number(const std::string &key, int otherwise) const
{
    return std::stoi(text(key, std::to_string(otherwise)));
}

std::unique_ptr<Target> Request::target() const
{
    const std::string name = text("target");
    if (name != "stand-in") return open_target(name, scene::module_folders(), {});
    auto target = stand_in();
    if (!target) throw Error(ErrorCode::usage, "this program has no stand-in");
    return target;
}

DetectorOptions Request::options() const
{
    DetectorOptions options;
    const std::string precision = text("precision", "f32"), tuning = text("tune", "fast");
    for (const auto known : {Precision::f32, Precision::tf32, Precision::f16, Precision::bf16})
        if (precision == to_string(known)) options.precision = known;
    if (precision != to_string(options.precision)) throw Error(ErrorCode::usage, "no precision: " + precision);
    options.tuning = tuning == "full" ? Tuning::full : tuning == "off" ? Tuning::off : Tuning::fast;
    options.cache_folder = text("cache", "");
    options.batch = static_cast<std::size_t>(number("batch", 1));
    options.threads = number("threads", 0);
    return options;
}

Model Request::model() const
{
    const std::string path = text("config");
    Settings settings = parse_ini(scene::read_text(path), path);
    settings.set("model.labels", "", "here");
    for (const auto &setting : split_list(text("set", ""), ';'))
        settings.set(setting.substr(0, setting.find('=')), setting.substr(setting.find('=') + 1), "here");
    return scene::seeded_model(settings);
}

Picture Request::picture() const
{
    int height = 0, width = 0;
    if (std::sscanf(text("picture", "480x640").c_str(), "%dx%d", &height, &width) != 2)
        throw Error(ErrorCode::usage, "picture=HEIGHTxWIDTH");
    return formula_picture(height, width);
}

} // namespace gpu
