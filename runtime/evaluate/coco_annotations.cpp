// SPDX-License-Identifier: Apache-2.0
// Field by field; what spans records is checked when all are read.
#include "evaluate/coco_annotations.h"

#include "evaluate/coco_consistency.h"
#include "evaluate/coco_fields.h"
#include "evaluate/json_records.h"
#include "tensor/error.h"
#include "weights/mapped_file.h"

#include <algorithm>
#include <optional>

namespace tradewind {
namespace {

// A record while it is read.
struct Entry {
    std::optional<std::int64_t> id, image_id, category_id;
    std::optional<Rectangle> box;
    std::optional<double> area;
    std::optional<std::string> name; // of a category, or of a picture's file
    std::int64_t width = 0, height = 0;
    bool crowd = false;
};

class Reader final : public JsonRecords {
public:
    explicit Reader(Annotations &into) : into_(into) {}

    bool in_sections() const override { return true; }
    const char *what() const override { return "COCO annotations"; }
    const char *form() const override
    {
        return "a JSON object with the lists \"images\", \"categories\" and \"annotations\"";
    }
    bool begin_section(const std::string &name) override;
    void field(const std::string &name, const JsonField &value) override;
    void end_record() override;
    std::string record_name() const override { return entry_.id ? " (id " + std::to_string(*entry_.id) + ")" : ""; }
    void check_complete(const std::string &path) const;

private:
    enum Section { images, categories, annotations, other };
    static constexpr const char *names[] = {"images", "categories", "annotations"};

    void image_field(const std::string &name, const JsonField &value);
    void annotation_field(const std::string &name, const JsonField &value);
    void end_image();
    void end_annotation();

    Annotations &into_;
    Section section_ = other;
    bool seen_[3] = {};
    Entry entry_;
};

bool Reader::begin_section(const std::string &name)
{
    section_ = static_cast<Section>(std::find(std::begin(names), std::end(names), name) - std::begin(names));
    if (section_ == other) return false;
    if (seen_[section_]) throw JsonRecordProblem{"the file has \"" + name + "\" twice"};
    return seen_[section_] = true;
}

void Reader::field(const std::string &name, const JsonField &value)
{
    if (name == "id") entry_.id = coco_whole_number(name, value);
    if (section_ == images) image_field(name, value);
    if (section_ == annotations) annotation_field(name, value);
    if (section_ == categories && name == "name") entry_.name = coco_text(name, value);
}

void Reader::image_field(const std::string &name, const JsonField &value)
{
    if (name == "file_name") entry_.name = coco_text(name, value);
    for (std::int64_t *side : {&entry_.width, &entry_.height})
        if (name == (side == &entry_.width ? "width" : "height")) *side = coco_whole_number(name, value);
}

void Reader::annotation_field(const std::string &name, const JsonField &value)
{
    if (name == "image_id") entry_.image_id = coco_whole_number(name, value);
    if (name == "category_id") entry_.category_id = coco_whole_number(name, value);
    if (name == "bbox") entry_.box = coco_box(name, value);
    if (name == "area") entry_.area = coco_number(name, value);
    if (name == "iscrowd") entry_.crowd = coco_flag(name, value);
}

void Reader::end_image()
{
    if (entry_.width < 0 || entry_.height < 0) throw JsonRecordProblem{"the picture has a negative side"};
    into_.images.push_back({coco_required(entry_.id, "id"), entry_.name.value_or(""), entry_.width, entry_.height});
}

void Reader::end_annotation()
{
    if (entry_.area && *entry_.area < 0) throw JsonRecordProblem{"\"area\" is negative"};
    Annotation one;
    one.id = coco_required(entry_.id, "id");
    one.image_id = coco_required(entry_.image_id, "image_id");
    one.category_id = coco_required(entry_.category_id, "category_id");
    one.box = coco_required(entry_.box, "bbox");
    one.area = entry_.area.value_or(one.box.width * one.box.height);
    one.crowd = entry_.crowd;
    into_.boxes.push_back(one);
}

void Reader::end_record()
{
    if (section_ == images) end_image();
    if (section_ == categories)
        into_.categories.push_back({coco_required(entry_.id, "id"), coco_required(entry_.name, "name")});
    if (section_ == annotations) end_annotation();
    entry_ = {};
}

void Reader::check_complete(const std::string &path) const
{
    for (const Section section : {images, categories, annotations})
        if (!seen_[section])
            throw Error(ErrorCode::usage,
                        std::string("the file has no \"") + names[section] + "\"; " + what() + " are " + form(), path);
}

} // namespace

Annotations parse_coco_annotations(std::span<const std::byte> bytes, const std::string &origin,
                                   const JsonProgress &progress)
{
    Annotations annotations;
    annotations.origin = origin;
    Reader reader(annotations);
    read_json_records(bytes, origin, reader, progress);
    reader.check_complete(origin);
    std::stable_sort(annotations.categories.begin(), annotations.categories.end(),
                     [](const Category &a, const Category &b) { return a.id < b.id; });
    check_consistency(annotations);
    note_oddities(annotations);
    return annotations;
}

Annotations read_coco_annotations(const std::string &path)
{
    const MappedFile file(path, "the file of annotations", ErrorCode::usage);
    return parse_coco_annotations(file.bytes(), path, [&](std::size_t read) { file.release(read); });
}

} // namespace tradewind
