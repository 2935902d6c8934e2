// SPDX-License-Identifier: Apache-2.0
// Finds the files, reads one after the other, then numbers what was found.
#include "evaluate/voc_annotations.h"

#include "config/list.h"
#include "evaluate/voc_file.h"
#include "tensor/error.h"

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

namespace tradewind {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> xml_files(const fs::path &folder)
{
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        std::error_code ignored;
        if (at->path().extension() == ".xml" && !at->is_directory(ignored)) files.push_back(at->path());
    }
    if (error) throw Error(ErrorCode::usage, "the folder cannot be read: " + error.message(), folder.string());
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<fs::path> find_files(const fs::path &folder)
{
    std::error_code ignored;
    if (!fs::is_directory(folder, ignored)) throw Error(ErrorCode::usage, "there is no such folder", folder.string());
    std::vector<fs::path> files = xml_files(folder);
    if (files.empty() && fs::is_directory(folder / "Annotations", ignored)) files = xml_files(folder / "Annotations");
    if (files.empty())
        throw Error(ErrorCode::usage, "there are no XML files in it, nor in a folder Annotations in it",
                    folder.string());
    return files;
}

// Pictures and boxes by running numbers, categories by their first appearance.
class Collection {
public:
    explicit Collection(const std::string &folder) { all_.origin = folder; }

    void add(const fs::path &path)
    {
        VocFile file = read_voc_file(path.string());
        const auto [before, is_new] = seen_.try_emplace(file.image.file, path.filename().string());
        if (!is_new)
            throw Error(ErrorCode::usage,
                        "the picture " + file.image.file + " is annotated in " + before->second + " already",
                        path.string());
        file.image.id = static_cast<std::int64_t>(all_.images.size() + 1);
        sizeless_.note(file.image.width == 0 || file.image.height == 0, path.string());
        for (const VocObject &object : file.objects) add(object, file.image, path.string());
        all_.images.push_back(std::move(file.image));
    }

    Annotations finish()
    {
        number_categories();
        number_pictures();
        note(empty_, "box without width or height is left out", "boxes without width or height are left out");
        note(outside_, "box reaches out of its picture", "boxes reach out of their pictures");
        note(sizeless_, "file does not tell the size of its picture", "files do not tell the size of their pictures");
        return std::move(all_);
    }

private:
    struct Occasions {
        std::size_t count = 0;
        std::string first;

        void note(bool happened, const std::string &place)
        {
            if (happened && !count++) first = place;
        }
    };

    void add(const VocObject &object, const AnnotatedImage &image, const std::string &path)
    {
        const std::string place = path + ":" + std::to_string(object.line);
        const auto category = names_.try_emplace(object.name, static_cast<std::int64_t>(names_.size())).first->second;
        const double width = object.xmax - object.xmin, height = object.ymax - object.ymin;
        const bool empty = width <= 0 || height <= 0;
        empty_.note(empty, place);
        if (empty) return;
        outside_.note(image.width > 0 && image.height > 0 &&
                          (object.xmin < 0 || object.ymin < 0 || object.xmax > static_cast<double>(image.width) ||
                           object.ymax > static_cast<double>(image.height)),
                      place);
        Annotation box{image.id, category, {object.xmin, object.ymin, width, height}, width * height};
        box.difficult = object.difficult;
        box.group_of = object.group_of;
        all_.boxes.push_back(box);
    }

    void number_categories()
    {
        std::vector<std::int64_t> ids(names_.size());
        for (const auto &[name, found] : names_) {
            all_.categories.push_back({static_cast<std::int64_t>(all_.categories.size() + 1), name});
            ids[static_cast<std::size_t>(found)] = all_.categories.back().id;
        }
        for (Annotation &box : all_.boxes) box.category_id = ids[static_cast<std::size_t>(box.category_id)];
    }

    void number_pictures()
    {
        std::vector<std::int64_t> numbers;
        for (const AnnotatedImage &image : all_.images) {
            const std::string stem = fs::path(image.file).stem().string();
            const auto number = to_integer(stem.substr(stem.find_last_not_of("0123456789") + 1));
            if (!number) return;
            numbers.push_back(*number);
        }
        if (std::set<std::int64_t>(numbers.begin(), numbers.end()).size() != numbers.size()) return;
        for (Annotation &box : all_.boxes) box.image_id = numbers[static_cast<std::size_t>(box.image_id - 1)];
        for (std::size_t i = 0; i < numbers.size(); ++i) all_.images[i].id = numbers[i];
    }

    void note(const Occasions &occasions, const char *one, const char *several)
    {
        if (occasions.count)
            all_.notes.push_back(std::to_string(occasions.count) + " " + (occasions.count == 1 ? one : several) +
                                 ", first " + occasions.first);
    }

    Annotations all_;
    std::map<std::string, std::int64_t> names_;
    std::map<std::string, std::string> seen_; // picture to XML file
    Occasions empty_, outside_, sizeless_;
};

} // namespace

Annotations read_voc_annotations(const std::string &folder)
{
    Collection collection(folder);
    for (const fs::path &path : find_files(folder)) collection.add(path);
    return collection.finish();
}

} // namespace tradewind
