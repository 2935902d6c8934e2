// SPDX-License-Identifier: Apache-2.0
// Annotated pictures.
#include "output/writer.h"

#include "image/draw.h"
#include "tensor/seed.h"

#include <cstdio>
#include <filesystem>
#include <map>
#include <unordered_set>

namespace tradewind {
namespace {

constexpr std::size_t longest_name = 255; // bytes, on every file system in use

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
        const bool png = picture->format == "png";
        const auto bytes = annotated_picture(*picture, record.detections);
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
        const std::uint64_t plain = seed_hash(stem + extension);
        const auto repeated = next_.find(plain);
        for (std::size_t number = repeated == next_.end() ? 1 : repeated->second;; ++number) {
            const std::string ending = (number > 1 ? "-" + std::to_string(number) : "") + extension;
            const std::string name = stem.substr(0, longest_name - ending.size()) + ending;
            if (!used_.insert(seed_hash(name)).second) continue;
            if (number > 1) next_[plain] = number + 1;
            return folder_ + "/" + name;
        }
    }

    std::string folder_;
    bool overwrite_;
    std::function<void(const std::string &)> written_;
    std::unordered_set<std::uint64_t> used_;    // hashes of names: a million of them must not take much memory
    std::map<std::uint64_t, std::size_t> next_; // the next number, for names that repeat
};

} // namespace

std::vector<std::byte> annotated_picture(const Picture &picture, const std::vector<Detection> &detections)
{
    Picture copy = picture;
    std::vector<Annotation> annotations;
    for (const auto &d : detections)
        annotations.push_back({d.box.ymin, d.box.xmin, d.box.ymax, d.box.xmax, d.class_id, caption(d)});
    draw(copy, annotations);
    return picture.format == "png" ? encode_png(copy) : encode_jpeg(copy);
}

std::unique_ptr<Writer> make_image_writer(const std::string &folder, bool overwrite,
                                          std::function<void(const std::string &)> written)
{
    return std::make_unique<ImageWriter>(folder, overwrite, std::move(written));
}

} // namespace tradewind
