// SPDX-License-Identifier: Apache-2.0
// Which importer.
#include "weights/importers/import.h"

#include "tensor/error.h"
#include "weights/importers/formats.h"
#include "weights/mapped_file.h"
#include "weights/sha256.h"

#include <cstdio>
#include <cstring>
#include <filesystem>

namespace tradewind {
namespace {

constexpr const char *index_ending = ".index";

bool looks_like_safetensors(std::span<const std::byte> head)
{
    std::uint64_t length = 0;
    if (head.size() < 9) return false;
    std::memcpy(&length, head.data(), 8);
    return length < (std::uint64_t{1} << 32) && head[8] == std::byte{'{'};
}

// A GraphDef begins with a node: field 1, of length-delimited type.
bool looks_like_graph(std::span<const std::byte> head) { return head.size() > 2 && head[0] == std::byte{0x0A}; }

// "model.ckpt" names a checkpoint whose files are called "model.ckpt.index" and so on.
std::string file_of(const std::string &path)
{
    std::error_code ignored;
    const bool is_prefix =
        !std::filesystem::exists(path, ignored) && std::filesystem::is_regular_file(path + index_ending, ignored);
    if (const auto data = path.rfind(".data-"); data != std::string::npos && path.find('/', data) == std::string::npos)
        throw Error(ErrorCode::refused,
                    "this is a data file of a checkpoint: name its index, " + path.substr(0, data) + index_ending,
                    path);
    if (path.ends_with(".meta"))
        throw Error(ErrorCode::refused,
                    "this is the graph of a checkpoint, which has no weights: name its index, " +
                        path.substr(0, path.size() - std::strlen(".meta")) + index_ending,
                    path);
    return is_prefix ? path + index_ending : path;
}

// "model.ckpt.data-00000-of-00001", beside the index.
OpenShard shards_beside(const std::string &index)
{
    if (!index.ends_with(index_ending))
        throw Error(
            ErrorCode::refused,
            "this is the index of a checkpoint, but its name does not end in .index: its data files are not found",
            index);
    return [prefix = index.substr(0, index.size() - std::strlen(index_ending))](std::size_t number, std::size_t of) {
        char ending[64];
        std::snprintf(ending, sizeof ending, ".data-%05zu-of-%05zu", number, of);
        std::error_code ignored;
        if (!std::filesystem::exists(prefix + ending, ignored))
            throw Error(ErrorCode::refused,
                        "the checkpoint lacks its data file " + prefix + ending + ", which the index names");
        auto file = std::make_shared<const MappedFile>(prefix + ending);
        return Shard{file->bytes(), file};
    };
}

std::map<std::string, Tensor> read(WeightFormat format, std::span<const std::byte> bytes, const std::string &path,
                                   Reading reading)
{
    switch (format) {
    case WeightFormat::tflite:
        return read_tflite(bytes, path);
    case WeightFormat::tensorflow_checkpoint:
        return read_checkpoint_v2(bytes, shards_beside(path), path, reading);
    case WeightFormat::tensorflow_checkpoint_v1:
        return read_checkpoint_v1(bytes, path, reading);
    default:
        return read_frozen_graph(bytes, path);
    }
}

} // namespace

const char *to_string(WeightFormat format)
{
    switch (format) {
    case WeightFormat::safetensors:
        return "safetensors";
    case WeightFormat::tensorflow_frozen_graph:
        return "TensorFlow frozen graph";
    case WeightFormat::tensorflow_checkpoint:
        return "TensorFlow checkpoint";
    case WeightFormat::tensorflow_checkpoint_v1:
        return "TensorFlow checkpoint (version 1)";
    case WeightFormat::tflite:
        return "TFLite";
    }
    return "?";
}

WeightFormat probe(std::span<const std::byte> bytes, const std::string &path)
try {
    if (bytes.size() >= 8 && !std::memcmp(bytes.data() + 4, "TFL3", 4)) return WeightFormat::tflite;
    if (looks_like_safetensors(bytes)) return WeightFormat::safetensors;
    if (looks_like_table(bytes) || path.ends_with(index_ending) || path.ends_with(".ckpt"))
        return is_checkpoint_v1(bytes) ? WeightFormat::tensorflow_checkpoint_v1 : WeightFormat::tensorflow_checkpoint;
    if (looks_like_graph(bytes)) return WeightFormat::tensorflow_frozen_graph;
    throw Error(ErrorCode::refused, "this is no weight file of a known format: safetensors, TensorFlow checkpoint "
                                    "(.index), TensorFlow frozen graph (.pb) and TFLite are read");
} catch (const Error &error) {
    throw error.within(path);
}

Bundle import_weights(const std::string &given, Reading reading)
{
    const std::string path = file_of(given);
    auto file = std::make_shared<const MappedFile>(path);
    const WeightFormat format = probe(file->bytes(), path);
    if (format == WeightFormat::safetensors) return read_bundle(path);
    Bundle bundle;
    bundle.weights.tensors = read(format, file->bytes(), path, reading);
    if (format == WeightFormat::tflite) bundle.quantisation = read_tflite_ranges(file->bytes(), path);
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
