// SPDX-License-Identifier: Apache-2.0
// Which importer.
#include "weights/importers/import.h"

#include "tensor/error.h"
#include "weights/importers/formats.h"
#include "weights/mapped_file.h"
#include "weights/sha256.h"

#include <cstring>
#include <filesystem>

namespace tradewind {
namespace {

bool looks_like_safetensors(std::span<const std::byte> head)
{
    std::uint64_t length = 0;
    if (head.size() < 9) return false;
    std::memcpy(&length, head.data(), 8);
    return length < (std::uint64_t{1} << 32) && head[8] == std::byte{'{'};
}

// A GraphDef begins with a node: field 1, of length-delimited type.
bool looks_like_graph(std::span<const std::byte> head) { return head.size() > 2 && head[0] == std::byte{0x0A}; }

} // namespace

const char *to_string(WeightFormat format)
{
    switch (format) {
    case WeightFormat::safetensors:
        return "safetensors";
    case WeightFormat::tensorflow_frozen_graph:
        return "TensorFlow frozen graph";
    case WeightFormat::tflite:
        return "TFLite";
    }
    return "?";
}

WeightFormat probe(std::span<const std::byte> head, const std::string &path)
{
    if (head.size() >= 8 && !std::memcmp(head.data() + 4, "TFL3", 4)) return WeightFormat::tflite;
    if (looks_like_safetensors(head)) return WeightFormat::safetensors;
    if (looks_like_graph(head)) return WeightFormat::tensorflow_frozen_graph;
    throw Error(
        ErrorCode::refused,
        "this is no weight file of a known format: safetensors, TensorFlow frozen graph (.pb) and TFLite are read",
        path);
}

Bundle import_weights(const std::string &path)
{
    auto file = std::make_shared<const MappedFile>(path);
    const WeightFormat format = probe(file->bytes(), path);
    if (format == WeightFormat::safetensors) return read_bundle(path);
    Bundle bundle;
    bundle.weights.tensors =
        format == WeightFormat::tflite ? read_tflite(file->bytes(), path) : read_frozen_graph(file->bytes(), path);
    bundle.weights.origin = path;
    if (bundle.weights.tensors.empty())
        throw Error(ErrorCode::refused, std::string("the ") + to_string(format) + " holds no weights under known names",
                    path);
    bundle.metadata["source"] = std::filesystem::path(path).filename().string();
    bundle.metadata["source_format"] = to_string(format);
    bundle.metadata["source_sha256"] = sha256(file->bytes());
    return bundle;
}

} // namespace tradewind
