// SPDX-License-Identifier: Apache-2.0
// Finding and parting pictures.
#include "cli/model/quantise_pictures.h"

#include "cli/eval/annotated_pictures.h"
#include "cli/eval/evaluation_choice.h"
#include "cli/inputs.h"
#include "tensor/error.h"

#include <filesystem>

namespace tradewind::cli {
namespace {

constexpr std::size_t held_out_share = 4; // one of so many

std::string folder_of(const Flags &flags)
{
    const std::string folder = flags.value("images").value_or("");
    std::error_code ignored;
    if (!std::filesystem::is_directory(folder, ignored))
        throw Error(ErrorCode::usage,
                    folder.empty() ? "the pictures to calibrate with are missing: give their folder with --images DIR"
                                   : "--images names no folder",
                    folder);
    return folder;
}

std::vector<NumberedPicture> pictures_below(const std::string &folder)
{
    std::vector<NumberedPicture> pictures;
    Inputs inputs({folder});
    while (const auto input = inputs.next())
        if (input->failure.empty()) pictures.push_back({static_cast<std::int64_t>(pictures.size() + 1), input->path});
    return pictures;
}

std::vector<NumberedPicture> annotated_pictures(const std::string &folder, const Annotations &annotations)
{
    std::vector<NumberedPicture> pictures;
    for (const auto &image : annotations.images)
        if (const Input input = find_picture(folder, image); input.failure.empty())
            pictures.push_back({image.id, input.path});
    return pictures;
}

std::vector<NumberedPicture> spread(const std::vector<NumberedPicture> &all, std::size_t most)
{
    if (all.size() <= most) return all;
    std::vector<NumberedPicture> some;
    for (std::size_t i = 0; i < most; ++i) some.push_back(all[i * all.size() / most]);
    return some;
}

} // namespace

QuantisePictures quantise_pictures(const Flags &flags, std::size_t most)
{
    QuantisePictures result;
    if (const auto file = flags.value("annotations"))
        result.annotations = read_annotations(*file, annotation_format(flags));
    const std::string folder = result.annotations ? image_folder(flags, result.annotations->origin) : folder_of(flags);
    const auto all = result.annotations ? annotated_pictures(folder, *result.annotations) : pictures_below(folder);
    if (all.size() < held_out_share)
        throw Error(ErrorCode::usage,
                    "there are " + std::to_string(all.size()) +
                        (result.annotations ? " annotated pictures" : " pictures") +
                        ", but calibration takes at least four, and some hundred to be of use",
                    folder);
    for (std::size_t i = 0; i < all.size(); ++i)
        (i % held_out_share == held_out_share - 1 ? result.held_out : result.calibrating).push_back(all[i]);
    result.calibrating = spread(result.calibrating, most);
    result.held_out = spread(result.held_out, most);
    return result;
}

} // namespace tradewind::cli
