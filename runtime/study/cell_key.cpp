// SPDX-License-Identifier: Apache-2.0
// Keys of cells.
#include "study/cell_key.h"

#include "weights/mapped_file.h"
#include "weights/sha256.h"

#include <filesystem>

namespace tradewind {
namespace {

// The same files wherever the study lies.
std::string beside(const std::string &path, const Study &study)
{
    const auto folder = std::filesystem::path(study.file).parent_path();
    return path.starts_with("picture:") ? path : std::filesystem::path(path).lexically_proximate(folder).string();
}

std::string digest_of_file(const std::string &path)
{
    static std::map<std::string, std::string> known; // many cells share a file
    auto &digest = known[path];
    if (digest.empty()) digest = sha256(MappedFile(path).bytes());
    return digest;
}

class Text {
public:
    void add(const std::string &name, const std::string &value) { text_ += name + "=" + value + "\n"; }
    void add(const std::string &name, std::int64_t value) { add(name, std::to_string(value)); }
    const std::string &all() const { return text_; }

private:
    std::string text_;
};

void add_model(const Cell &cell, Text &text)
{
    const bool known = !cell.resolved.all().empty();
    for (const auto &[name, setting] : (known ? cell.resolved : cell.given).all()) text.add(name, setting.value);
    text.add("weights", cell.trained() ? digest_of_file(cell.weights) : cell.weights);
}

} // namespace

std::string cell_key(const Cell &cell, const Study &study)
{
    Text text;
    add_model(cell, text);
    text.add("target", cell.target);
    text.add("precision", cell.precision);
    text.add("threads", cell.threads);
    text.add("batch", cell.batch);
    text.add("streams", cell.streams);
    if (cell.hint != "latency") text.add("hint", cell.hint); // so that keys from before there were hints stay
    for (const auto &image : study.images) text.add("image", beside(image, study));
    text.add("iterations", study.iterations);
    text.add("rounds", study.rounds);
    text.add("warmup", study.warmup);
    if (cell.trained() && !study.annotations.empty()) text.add("annotations", beside(study.annotations, study));
    return sha256(std::as_bytes(std::span(text.all()))).substr(0, 16);
}

} // namespace tradewind
