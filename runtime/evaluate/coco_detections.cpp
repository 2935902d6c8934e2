// SPDX-License-Identifier: Apache-2.0
// Sorted into pictures as they are read; what is unknown is counted first and refused at the end.
#include "evaluate/coco_detections.h"

#include "evaluate/coco_fields.h"
#include "evaluate/json_records.h"
#include "tensor/error.h"
#include "weights/mapped_file.h"

#include <optional>
#include <unordered_map>
#include <unordered_set>

namespace tradewind {
namespace {

// Ids that the annotations do not have: the first, and how many detections have such.
struct Unknown {
    std::int64_t first = 0;
    std::size_t entry = 0, count = 0;

    void add(std::int64_t id, std::size_t index)
    {
        if (count++ == 0) first = id, entry = index;
    }
};

struct Entry {
    std::optional<std::int64_t> image_id, category_id;
    std::optional<Rectangle> box;
    std::optional<double> score;
};

class Reader final : public JsonRecords {
public:
    explicit Reader(const Annotations &annotations) : annotations_(annotations)
    {
        for (const AnnotatedImage &image : annotations.images) {
            place_[image.id] = found_.size();
            found_.push_back({image.id, {}});
        }
        for (const Category &category : annotations.categories) categories_.insert(category.id);
    }

    bool in_sections() const override { return false; }
    const char *what() const override { return "COCO results"; }
    const char *form() const override
    {
        return "a JSON list of objects with \"image_id\", \"category_id\", \"bbox\" and \"score\"";
    }
    bool begin_section(const std::string &) override { return true; }
    void field(const std::string &name, const JsonField &value) override;
    void end_record() override;
    std::vector<ImageDetections> finish(const std::string &path);

private:
    void refuse(const Unknown &unknown, const std::string &what, const std::string &path) const;

    const Annotations &annotations_;
    std::unordered_map<std::int64_t, std::size_t> place_;
    std::unordered_set<std::int64_t> categories_;
    std::vector<ImageDetections> found_;
    Unknown images_without_, categories_without_;
    std::size_t count_ = 0;
    Entry entry_;
};

void Reader::field(const std::string &name, const JsonField &value)
{
    if (name == "image_id") entry_.image_id = coco_whole_number(name, value);
    if (name == "category_id") entry_.category_id = coco_whole_number(name, value);
    if (name == "bbox") entry_.box = coco_box(name, value);
    if (name == "score") entry_.score = coco_number(name, value);
}

void Reader::end_record()
{
    const std::int64_t image = coco_required(entry_.image_id, "image_id");
    const ScoredBox box{coco_required(entry_.category_id, "category_id"), coco_required(entry_.box, "bbox"),
                        coco_required(entry_.score, "score")};
    const auto place = place_.find(image);
    if (place == place_.end())
        images_without_.add(image, count_);
    else
        found_[place->second].boxes.push_back(box);
    if (!categories_.contains(box.category_id)) categories_without_.add(box.category_id, count_);
    ++count_;
    entry_ = {};
}

void Reader::refuse(const Unknown &unknown, const std::string &what, const std::string &path) const
{
    if (unknown.count == 0) return;
    throw Error(ErrorCode::usage,
                std::to_string(unknown.count) + " of " + std::to_string(count_) + " detections are of " + what +
                    " that " + annotations_.origin + " does not have, the first (entry " +
                    std::to_string(unknown.entry) + ") of " + std::to_string(unknown.first) +
                    "; leave them out, or evaluate against the annotations that they are for",
                path);
}

std::vector<ImageDetections> Reader::finish(const std::string &path)
{
    refuse(images_without_, "images", path);
    refuse(categories_without_, "categories", path);
    return std::move(found_);
}

} // namespace

std::vector<ImageDetections> parse_coco_detections(std::span<const std::byte> bytes, const std::string &origin,
                                                   const Annotations &annotations, const JsonProgress &progress)
{
    Reader reader(annotations);
    read_json_records(bytes, origin, reader, progress);
    return reader.finish(origin);
}

std::vector<ImageDetections> read_detections(const std::string &path, const Annotations &annotations)
{
    const MappedFile file(path, "the file of results", ErrorCode::usage);
    return parse_coco_detections(file.bytes(), path, annotations, [&](std::size_t read) { file.release(read); });
}

} // namespace tradewind
