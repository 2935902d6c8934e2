// SPDX-License-Identifier: Apache-2.0
// Files as they are, formula pictures as JPEG.
#include "cli/bench/bench_pictures.h"

#include "cli/inputs.h"
#include "cli/load_picture.h"
#include "cli/signals.h"
#include "image/draw.h"
#include "tensor/clock.h"
#include "tensor/error.h"

#include <algorithm>
#include <map>

namespace tradewind::cli {
namespace {

// One for all that have the same name.
using MadePictures = std::map<std::string, std::shared_ptr<const std::vector<std::byte>>>;

PictureSource source_of(const std::string &path, MadePictures &made)
{
    if (!path.starts_with("picture:")) return {path, [path] { return load_picture(path); }};
    auto &bytes = made[path];
    if (!bytes) bytes = std::make_shared<const std::vector<std::byte>>(encode_jpeg(load_picture(path)));
    return {path, [path, bytes] { return decode(*bytes, path); }};
}

std::string joined(const std::vector<std::string> &names)
{
    constexpr std::size_t most = 3;
    std::string text;
    for (std::size_t i = 0; i < std::min(names.size(), most); ++i) text += (i ? " " : "") + names[i];
    return text + (names.size() > most ? " ..." : "");
}

} // namespace

BenchPictures bench_pictures(const Flags &flags)
{
    const double start = milliseconds_now();
    const std::vector<std::string> named =
        flags.inputs().empty() ? std::vector<std::string>{"picture:480x640"} : flags.inputs();
    BenchPictures pictures;
    MadePictures made;
    Inputs inputs(named);
    while (const auto input = inputs.next()) {
        stop_if_asked();
        if (!input->failure.empty()) throw Error(ErrorCode::input, input->failure, input->path, input_unreadable);
        pictures.sources.push_back(source_of(input->path, made));
    }
    if (pictures.sources.empty()) throw Error(ErrorCode::input, "the inputs name no picture");
    const std::size_t count = pictures.sources.size();
    pictures.described =
        count == 1 ? pictures.sources.front().name : std::to_string(count) + " pictures: " + joined(named);
    pictures.prepared = milliseconds_now() - start;
    return pictures;
}

} // namespace tradewind::cli
