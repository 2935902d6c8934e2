// SPDX-License-Identifier: Apache-2.0
// Looking for pictures by name.
#include "cli/eval/annotated_pictures.h"

#include "tensor/error.h"

#include <set>

namespace tradewind::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char *voc_folder = "JPEGImages";

bool is_folder(const fs::path &path)
{
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

bool is_file(const fs::path &path)
{
    std::error_code ignored;
    return fs::exists(path, ignored) && !fs::is_directory(path, ignored);
}

std::vector<fs::path> candidates(const fs::path &folder, const fs::path &name)
{
    std::vector<fs::path> paths = {folder / name.filename()};
    if (name.is_relative()) paths.insert(paths.begin(), folder / name);
    if (!has_picture_ending(name))
        for (const char *ending : {".jpg", ".jpeg", ".png"}) {
            fs::path with_ending = folder / name.filename();
            paths.push_back(with_ending += ending);
        }
    return paths;
}

} // namespace

std::string image_folder(const Flags &flags, const std::string &annotations)
{
    if (const auto given = flags.value("images")) {
        if (!is_folder(*given)) throw Error(ErrorCode::usage, "--images names no folder", *given);
        return *given;
    }
    for (const fs::path &folder : {fs::path(annotations), fs::path(annotations).parent_path()})
        if (is_folder(folder / voc_folder)) return (folder / voc_folder).string();
    throw Error(ErrorCode::usage, "the pictures are missing: give their folder with --images DIR");
}

Input find_picture(const std::string &folder, const AnnotatedImage &image)
{
    for (const auto &path : candidates(folder, image.file))
        if (is_file(path)) return {path.string(), ""};
    return {(fs::path(folder) / fs::path(image.file).filename()).string(), "the annotated picture is not there"};
}

std::size_t pictures_not_annotated(const std::string &folder, const Annotations &annotations)
{
    std::set<std::string> annotated;
    for (const auto &image : annotations.images) annotated.insert(fs::path(image.file).stem().string());
    std::size_t count = 0;
    std::error_code ignored;
    for (const auto &item : fs::directory_iterator(folder, ignored))
        count += has_picture_ending(item.path()) && !annotated.count(item.path().stem().string());
    return count;
}

} // namespace tradewind::cli
