// SPDX-License-Identifier: Apache-2.0
// Results to files, one writer per format; every file is written under a temporary name and renamed.
#pragma once

#include "detector/detection.h"
#include "image/picture.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>

namespace tradewind {

// One input's result. A failed input has `error` and nothing else.
struct Record {
    std::string file;          // as the user named it, any bytes
    std::int64_t image_id = 0; // digits at the end of the file's name (COCO style), else a running number
    std::int64_t width = 0, height = 0;
    int exif_orientation = 1;
    std::string sha256; // of the file's bytes, 64 hexadecimal digits; empty when it was not asked for
    std::vector<Detection> detections;
    StageTimes times;
    struct Failure {
        std::string code, message; // "E_IMAGE_TRUNCATED"; what is wrong, and what to do
    };
    std::optional<Failure> error;
};

// Where bytes go: to a file (temporary name, then rename) or to standard output.
class Sink {
public:
    virtual ~Sink() = default;
    // All of it or, after an Error(failed), nothing of it: what stands in a file is always whole calls.
    virtual void write(std::string_view text) = 0;
    virtual void finish() = 0; // makes the file appear under its name
};

// Creates "<path>.part-<pid>" at once; finish() syncs and renames; a sink destroyed unfinished removes it. An existing
// file is an Error(failed) unless `overwrite`.
std::unique_ptr<Sink> open_file(const std::string &path, bool overwrite);

class Writer {
public:
    virtual ~Writer() = default;
    // `picture` is null for failed inputs. Writers of pictures draw on a copy.
    virtual void add(const Record &record, const Picture *picture) = 0;
    virtual void finish() = 0; // ends the document; nothing appears before, except annotated pictures
};

// Names of formats for --save: "image", "jsonl", "json", "coco", "csv".
const std::vector<std::string> &formats();

// A writer for one textual format into a sink (not "image").
std::unique_ptr<Writer> make_writer(const std::string &format, std::unique_ptr<Sink> sink);

// A copy with what was found drawn on it: PNG bytes of a picture that was PNG, else JPEG.
std::vector<std::byte> annotated_picture(const Picture &picture, const std::vector<Detection> &detections);

// Annotated pictures into `folder`, one for each input: "<stem>.jpg" (".png" for PNG inputs), unique names when stems
// repeat. `written` hears each path.
std::unique_ptr<Writer> make_image_writer(const std::string &folder, bool overwrite,
                                          std::function<void(const std::string &)> written);

} // namespace tradewind
