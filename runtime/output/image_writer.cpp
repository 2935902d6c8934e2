// SPDX-License-Identifier: Apache-2.0
// Annotated pictures.
#include "output/writer.h"

#include "image/draw.h"

#include <cstdio>
#include <filesystem>
#include <set>

namespace tradewind {
namespace {

std::string caption(const Detection &detection)
{
    char score[16];
    std::snprintf(score, sizeof score, " %.2f", static_cast<double>(detection.score));
    return detection.label + score;
}

class ImageWriter final : public Writer {
public:
    ImageWriter(std::string folder, bool overwrite, std::function<void(const std::string &)> written)
        : folder_(std::move(folder)), overwrite_(overwrite), written_(std::move(written))
    {
    }

    void add(const Record &record, const Picture *picture) override
    {
        if (!picture) return;
        Picture copy = *picture;
        std::vector<Annotation> annotations;
        for (const auto &d : record.detections)
            annotations.push_back({d.box.ymin, d.box.xmin, d.box.ymax, d.box.xmax, d.class_id, caption(d)});
        draw(copy, annotations);
        const bool png = picture->format == "png";
        const auto bytes = png ? encode_png(copy) : encode_jpeg(copy);
        const std::string path = unique_path(record.file, png ? ".png" : ".jpg");
        const auto sink = open_file(path, overwrite_);
        sink->write({reinterpret_cast<const char *>(bytes.data()), bytes.size()});
        sink->finish();
        if (written_) written_(path);
    }

    void finish() override {}

private:
    // Pictures of the same name in different folders get numbers.
    std::string unique_path(const std::string &file, const std::string &extension)
    {
        std::string stem = std::filesystem::path(file).stem().string();
        for (auto &c : stem)
            if (c == ':' || c == '/') c = '_';
        if (stem.empty()) stem = "picture";
        for (int number = 1;; ++number) {
            const std::string name = stem + (number > 1 ? "-" + std::to_string(number) : "") + extension;
            if (used_.insert(name).second) return folder_ + "/" + name;
        }
    }

    std::string folder_;
    bool overwrite_;
    std::function<void(const std::string &)> written_;
    std::set<std::string> used_;
};

} // namespace

std::unique_ptr<Writer> make_image_writer(const std::string &folder, bool overwrite,
                                          std::function<void(const std::string &)> written)
{
    return std::make_unique<ImageWriter>(folder, overwrite, std::move(written));
}

} // namespace tradewind
