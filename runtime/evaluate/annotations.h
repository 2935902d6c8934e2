// SPDX-License-Identifier: Apache-2.0
// What people marked in pictures, whatever file it came from, and what a detector says of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tradewind {

// Corner and sides in pixels, as COCO writes them. Double, because scores of published evaluators are.
struct Rectangle {
    double x = 0, y = 0, width = 0, height = 0;
};

struct AnnotatedImage {
    std::int64_t id = 0;
    std::string file; // its name, as annotated
    std::int64_t width = 0, height = 0;
};

struct Category {
    std::int64_t id = 0;
    std::string name;
};

struct Annotation {
    std::int64_t image_id = 0, category_id = 0;
    Rectangle box;
    double area = 0;        // of the object, not of the box, where the annotations tell; square pixels
    bool crowd = false;     // COCO: many objects in one box
    bool difficult = false; // VOC: neither wanted nor wrong
    bool group_of = false;  // Open Images: one box around several
    std::int64_t id = -1;   // COCO's, as annotated

    // For COCO's metrics and error types, as programs write it that convert annotations to COCO's format.
    bool is_crowd() const { return crowd || difficult || group_of; }
};

struct Annotations {
    std::string origin;                 // the file or folder
    std::vector<AnnotatedImage> images; // in the order of the file
    std::vector<Category> categories;   // by ascending id
    std::vector<Annotation> boxes;      // in the order of the file
    std::vector<std::string> notes;     // one sentence for each kind of thing that was left out or is odd, with a count
};

struct ScoredBox {
    std::int64_t category_id = 0;
    Rectangle box;
    double score = 0;
};

// Everything found in one picture, in the order in which it was found (ties of scores keep it).
struct ImageDetections {
    std::int64_t image_id = 0;
    std::vector<ScoredBox> boxes;
};

enum class AnnotationFormat { automatic, coco, voc };

// COCO: a JSON file; only what is above is kept, however large the file. VOC: a folder of XML files, or one that has
// such a folder called Annotations. Automatic: by what is there. Throws Error(usage) for what is neither and for
// contents that cannot be meant (duplicate ids, boxes of unknown pictures or categories, numbers that are not finite,
// negative sides), naming file and place.
Annotations read_annotations(const std::string &path, AnnotationFormat format = AnnotationFormat::automatic);

// COCO's results format, [{"image_id", "category_id", "bbox": [x, y, width, height], "score"}, ...], by picture in the
// order of `annotations.images`; pictures without detections are there, empty. Throws Error(usage), naming file and
// place, for what is no such file and for images and categories that the annotations do not have.
std::vector<ImageDetections> read_detections(const std::string &path, const Annotations &annotations);

} // namespace tradewind
