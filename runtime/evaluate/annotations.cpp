// SPDX-License-Identifier: Apache-2.0
// Which reader.
#include "evaluate/annotations.h"

#include "evaluate/coco_annotations.h"
#include "evaluate/voc_annotations.h"
#include "tensor/error.h"

#include <filesystem>

namespace tradewind {
namespace {

AnnotationFormat format_of(const std::string &path)
{
    std::error_code ignored;
    const auto status = std::filesystem::status(path, ignored);
    if (std::filesystem::is_directory(status)) return AnnotationFormat::voc;
    if (std::filesystem::is_regular_file(status)) return AnnotationFormat::coco;
    throw Error(ErrorCode::usage,
                std::filesystem::exists(status) ? "annotations are a file (COCO) or a folder (VOC); this is neither"
                                                : "there is no such file or folder; annotations are a file (COCO) or a "
                                                  "folder (VOC)",
                path);
}

} // namespace

Annotations read_annotations(const std::string &path, AnnotationFormat format)
{
    const AnnotationFormat there = format_of(path);
    if (format != AnnotationFormat::automatic && format != there)
        throw Error(ErrorCode::usage,
                    format == AnnotationFormat::coco ? "COCO annotations are a file; this is a folder"
                                                     : "VOC annotations are a folder; this is a file",
                    path);
    if (there == AnnotationFormat::voc) return read_voc_annotations(path);
    return read_coco_annotations(path);
}

} // namespace tradewind
