// SPDX-License-Identifier: Apache-2.0
// Reading and writing the container.
#include "weights/safetensors.h"

#include "tensor/error.h"
#include "weights/as_float32.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <set>
#include <vector>

namespace tradewind {
namespace {

using nlohmann::json;

constexpr std::uint64_t longest_header = 100u << 20;
constexpr int deepest = 8;

[[noreturn]] void refuse(const std::string &name, const std::string &why)
{
    throw Error(ErrorCode::refused, why + "; the file is damaged or no safetensors file", name);
}

// One tensor of the header.
struct Entry {
    std::string name, type;
    Shape shape;
    std::uint64_t begin = 0, end = 0;
};

std::uint64_t element_bytes(const std::string &type)
{
    static const std::map<std::string, std::uint64_t> sizes = {{"F32", 4}, {"I32", 4}, {"I64", 8}, {"U8", 1},
                                                               {"F64", 8}, {"F16", 2}, {"BF16", 2}};
    const auto found = sizes.find(type);
    return found == sizes.end() ? 0 : found->second;
}

std::uint64_t whole_number(const json &value, const std::string &file, const std::string &tensor)
{
    if (!value.is_number_unsigned())
        refuse(file, "tensor " + tensor + " has a shape or an offset that is no whole number");
    return value.get<std::uint64_t>();
}

Entry to_entry(const std::string &name, const json &value, const std::string &file)
{
    if (!value.is_object() || !value.contains("dtype") || !value.contains("shape") || !value.contains("data_offsets"))
        refuse(file, "tensor " + name + " lacks dtype, shape or data_offsets");
    Entry entry{name, {}, {}, 0, 0};
    const json &offsets = value.at("data_offsets"), &shape = value.at("shape");
    if (!value.at("dtype").is_string() || !shape.is_array() || shape.size() > 16 || !offsets.is_array() ||
        offsets.size() != 2)
        refuse(file, "tensor " + name + " is described wrongly");
    entry.type = value.at("dtype");
    for (const json &dimension : shape)
        entry.shape.push_back(static_cast<std::int64_t>(
            std::min<std::uint64_t>(whole_number(dimension, file, name), std::numeric_limits<std::int64_t>::max())));
    entry.begin = whole_number(offsets[0], file, name);
    entry.end = whole_number(offsets[1], file, name);
    return entry;
}

void check_extent(const Entry &entry, std::uint64_t data_bytes, const std::string &file)
{
    const std::uint64_t element = element_bytes(entry.type);
    if (element == 0)
        throw Error(ErrorCode::refused,
                    "tensor " + entry.name + " has element type " + entry.type + ", which is not read", file);
    if (entry.begin > entry.end || entry.end > data_bytes)
        refuse(file, "tensor " + entry.name + " lies at bytes " + std::to_string(entry.begin) + " to " +
                         std::to_string(entry.end) + " of " + std::to_string(data_bytes));
    std::int64_t bytes = static_cast<std::int64_t>(element);
    for (const auto dimension : entry.shape)
        if (__builtin_mul_overflow(bytes, dimension, &bytes))
            refuse(file, "tensor " + entry.name + " has an impossible shape");
    if (static_cast<std::uint64_t>(bytes) != entry.end - entry.begin)
        refuse(file, "tensor " + entry.name + " has " + std::to_string(entry.end - entry.begin) + " bytes, its shape " +
                         to_string(entry.shape) + " needs " + std::to_string(bytes));
}

void check_order(std::vector<Entry> entries, std::uint64_t data_bytes, const std::string &file)
{
    std::sort(entries.begin(), entries.end(),
              [](auto &a, auto &b) { return std::pair(a.begin, a.end) < std::pair(b.begin, b.end); });
    std::uint64_t reached = 0;
    for (const auto &entry : entries) {
        if (entry.begin != reached)
            refuse(file, "tensor " + entry.name + (entry.begin < reached ? " overlaps another" : " follows a hole"));
        reached = entry.end;
    }
    if (reached != data_bytes)
        refuse(file, std::to_string(data_bytes - reached) + " bytes at the end belong to no tensor");
}

Tensor to_tensor(const Entry &entry, std::span<const std::byte> data, const std::shared_ptr<const void> &owner,
                 Tensor::Backing backing)
{
    const std::byte *first = data.data() + entry.begin;
    if (entry.type == "F64" || entry.type == "F16" || entry.type == "BF16")
        return converted_to_f32(entry.type, entry.shape, first);
    const ElementType type = entry.type == "F32"   ? ElementType::f32
                             : entry.type == "I32" ? ElementType::i32
                             : entry.type == "I64" ? ElementType::i64
                                                   : ElementType::u8;
    if (reinterpret_cast<std::uintptr_t>(first) % byte_size(type) == 0)
        return Tensor(entry.shape, type, first, owner, backing);
    Tensor copy(entry.shape, type);
    std::memcpy(copy.data(), first, copy.bytes());
    return copy;
}

// Duplicate names would silently hide a tensor, and nlohmann keeps the last of them, so they are caught while parsing.
json parse_header(const std::string &text, const std::string &file)
{
    std::set<std::string> names;
    bool twice = false;
    const auto watch = [&](int depth, json::parse_event_t event, json &value) {
        if (depth > deepest) return false;
        if (depth == 1 && event == json::parse_event_t::key) twice |= !names.insert(value.get<std::string>()).second;
        return true;
    };
    const json header = json::parse(text, watch, false);
    if (header.is_discarded() || !header.is_object()) refuse(file, "the header is no JSON object");
    if (twice) refuse(file, "a tensor is named twice");
    return header;
}

std::uint64_t header_length(std::span<const std::byte> bytes, const std::string &file)
{
    std::uint64_t length = 0;
    if (bytes.size() < 8) refuse(file, "it has " + std::to_string(bytes.size()) + " bytes");
    std::memcpy(&length, bytes.data(), 8);
    if (length > longest_header || length > bytes.size() - 8)
        refuse(file, "the header claims " + std::to_string(length) + " bytes of " + std::to_string(bytes.size()));
    return length;
}

void read_metadata(const json &value, SafetensorsFile &file, const std::string &name)
{
    if (!value.is_object()) refuse(name, "__metadata__ is no object");
    for (const auto &[key, text] : value.items()) {
        if (!text.is_string()) refuse(name, "metadata " + key + " is no text");
        file.metadata[key] = text;
    }
}

const char *name_of(ElementType type)
{
    switch (type) {
    case ElementType::f32:
        return "F32";
    case ElementType::i32:
        return "I32";
    case ElementType::i64:
        return "I64";
    case ElementType::u8:
        return "U8";
    case ElementType::bf16:
        return "BF16";
    case ElementType::i8:
        return "I8";
    }
    return "";
}

} // namespace

SafetensorsFile parse_safetensors(std::span<const std::byte> bytes, const std::shared_ptr<const void> &owner,
                                  const std::string &name, Tensor::Backing backing)
{
    const std::uint64_t length = header_length(bytes, name);
    SafetensorsFile file;
    file.header = bytes.subspan(8, length);
    file.data = bytes.subspan(8 + length);
    const json header = parse_header({reinterpret_cast<const char *>(file.header.data()), file.header.size()}, name);
    std::vector<Entry> entries;
    for (const auto &[key, value] : header.items()) {
        if (key == "__metadata__")
            read_metadata(value, file, name);
        else
            entries.push_back(to_entry(key, value, name));
    }
    for (const auto &entry : entries) check_extent(entry, file.data.size(), name);
    check_order(entries, file.data.size(), name);
    for (const auto &entry : entries) file.tensors[entry.name] = to_tensor(entry, file.data, owner, backing);
    return file;
}

std::string safetensors_header(const std::map<std::string, Tensor> &tensors,
                               const std::map<std::string, std::string> &metadata)
{
    nlohmann::ordered_json header;
    for (const auto &[key, value] : metadata) header["__metadata__"][key] = value;
    std::uint64_t at = 0;
    for (const auto &[name, tensor] : tensors) {
        header[name] = {
            {"dtype", name_of(tensor.type())}, {"shape", tensor.shape()}, {"data_offsets", {at, at + tensor.bytes()}}};
        at += tensor.bytes();
    }
    std::string text = header.is_null() ? "{}" : header.dump(-1, ' ', false, json::error_handler_t::replace);
    text.resize((text.size() + 8 + 63) / 64 * 64 - 8, ' ');
    const std::uint64_t length = text.size();
    return std::string(reinterpret_cast<const char *>(&length), 8) + text;
}

} // namespace tradewind
