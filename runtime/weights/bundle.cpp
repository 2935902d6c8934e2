// SPDX-License-Identifier: Apache-2.0
// Bundles: safetensors with a config, labels and provenance in the metadata, and checksums against damage.
#include "weights/bundle.h"

#include "tensor/error.h"
#include "weights/checksum.h"
#include "weights/mapped_file.h"
#include "weights/safetensors.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace tradewind {
namespace {

using nlohmann::json;

constexpr const char *bundle_format = "tradewind-bundle", *format_version = "1";
constexpr const char *data_key = "data_checksum", *header_key = "header_checksum", *golden_key = "golden";
constexpr const char *quantisation_key = "quantisation";
// Of the names of golden tensors. It sorts behind all letters, so that weights stay aligned whatever those hold.
constexpr const char *golden_prefix = "~golden/";

std::string taken(std::map<std::string, std::string> &metadata, const std::string &key)
{
    const auto node = metadata.extract(key);
    return node ? node.mapped() : "";
}

std::map<int, std::string> parse_label_object(const std::string &text, const std::string &name)
{
    std::map<int, std::string> labels;
    if (text.empty()) return labels;
    const json object = json::parse(text, nullptr, false);
    if (!object.is_object()) throw Error(ErrorCode::refused, "the metadata 'labels' is no JSON object", name);
    for (const auto &[key, value] : object.items()) {
        int id = 0;
        const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), id);
        if (error != std::errc() || end != key.data() + key.size() || id < 1 || !value.is_string())
            throw Error(ErrorCode::refused, "the metadata 'labels' has a bad entry '" + key + "'", name);
        labels[id] = value;
    }
    return labels;
}

// The header's own checksum is that of the header with sixteen zeros in its place.
void check_header(const SafetensorsFile &file, const std::string &expected, const std::string &name)
{
    std::string text(reinterpret_cast<const char *>(file.header.data()), file.header.size());
    const std::string entry = std::string("\"") + header_key + "\":\"" + expected + "\"";
    const auto at = text.find(entry);
    if (at != std::string::npos) text.replace(at + entry.size() - 17, 16, 16, '0');
    if (at == std::string::npos || checksum(std::as_bytes(std::span(text))) != expected)
        throw Error(ErrorCode::refused, "the header does not match its checksum: the file is damaged", name);
}

bool is_ours(const Bundle &bundle)
{
    const auto format = bundle.metadata.find("format");
    return format != bundle.metadata.end() && format->second == bundle_format;
}

using Read = std::function<void(std::size_t)>; // see checksum()

// Returns the checksums, which tell the content.
std::string check_integrity(const SafetensorsFile &file, Bundle &bundle, const std::string &name, const Read &read)
{
    const std::string header = taken(bundle.metadata, header_key), data = taken(bundle.metadata, data_key);
    if (header.empty() && data.empty() && !is_ours(bundle)) return ""; // somebody else's file
    check_header(file, header, name);
    if (checksum(file.data, read) != data)
        throw Error(ErrorCode::refused, "the weights do not match their checksum: the file is damaged", name);
    return header + ":" + data;
}

void take_golden(Bundle &bundle, std::map<std::string, Tensor> &tensors)
{
    bundle.golden.description = taken(bundle.metadata, golden_key);
    const std::string prefix = golden_prefix;
    for (auto at = tensors.lower_bound(prefix); at != tensors.end() && at->first.starts_with(prefix);) {
        bundle.golden.tensors[at->first.substr(prefix.size())] = std::move(at->second);
        at = tensors.erase(at);
    }
}

Settings parse_config(const std::string &text, const std::string &name)
try {
    return parse_ini(text, "the config in " + name);
} catch (const Error &error) {
    throw Error(ErrorCode::refused, error.message(), error.context());
}

Bundle to_bundle(SafetensorsFile file, const std::string &name, const Read &read = {})
{
    Bundle bundle;
    bundle.metadata = std::move(file.metadata);
    if (is_ours(bundle) && bundle.metadata["format_version"] != format_version)
        throw Error(ErrorCode::refused,
                    "this bundle is of version " + bundle.metadata["format_version"] + ", this program reads " +
                        format_version + ": install a newer Tradewind",
                    name);
    const std::string content = check_integrity(file, bundle, name, read);
    if (is_ours(bundle)) take_golden(bundle, file.tensors);
    bundle.weights = {std::move(file.tensors), name, content};
    bundle.labels = parse_label_object(taken(bundle.metadata, "labels"), name);
    if (is_ours(bundle)) bundle.quantisation = parse_quantisation(taken(bundle.metadata, quantisation_key), name);
    const Settings parsed = parse_config(taken(bundle.metadata, "config"), name);
    for (const auto &[key, setting] : parsed.all()) bundle.settings.set(key, setting.value, bundle_origin + name);
    return bundle;
}

std::string label_object(const std::map<int, std::string> &labels)
{
    json object = json::object();
    for (const auto &[id, label] : labels) object[std::to_string(id)] = label;
    return object.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string plain_ini(const Settings &settings)
{
    std::map<std::string, std::string> sections;
    for (const auto &[name, setting] : settings.all()) {
        const auto dot = name.find('.');
        sections[name.substr(0, dot)] += name.substr(dot + 1) + " = " + setting.value + "\n";
    }
    std::string text;
    for (const auto &[section, lines] : sections) text += "[" + section + "]\n" + lines;
    return text;
}

std::map<std::string, Tensor> all_tensors(const Bundle &bundle)
{
    std::map<std::string, Tensor> tensors = bundle.weights.tensors;
    for (const auto &[name, tensor] : bundle.golden.tensors) tensors[golden_prefix + name] = tensor;
    return tensors;
}

std::string data_of(const std::map<std::string, Tensor> &tensors)
{
    std::string data;
    for (const auto &[name, tensor] : tensors)
        data.append(reinterpret_cast<const char *>(tensor.data()), tensor.bytes());
    return data;
}

std::string serialise(const Bundle &bundle)
{
    const auto tensors = all_tensors(bundle);
    const std::string data = data_of(tensors);
    auto metadata = bundle.metadata;
    metadata["format"] = bundle_format;
    metadata["format_version"] = format_version;
    metadata["labels"] = label_object(bundle.labels);
    metadata["config"] = plain_ini(bundle.settings);
    if (!bundle.golden.description.empty()) metadata[golden_key] = bundle.golden.description;
    if (!bundle.quantisation.empty()) metadata[quantisation_key] = to_json(bundle.quantisation);
    metadata[data_key] = checksum(std::as_bytes(std::span(data)));
    metadata[header_key] = std::string(16, '0');
    const std::string blank = safetensors_header(tensors, metadata);
    metadata[header_key] = checksum(std::as_bytes(std::span(blank).subspan(8)));
    return safetensors_header(tensors, metadata) + data;
}

// Removed again unless it was renamed to its place.
struct PartFile {
    std::string path;
    int descriptor;
    ~PartFile()
    {
        if (descriptor >= 0) close(descriptor);
        if (!path.empty()) unlink(path.c_str());
    }
};

[[noreturn]] void fail(const std::string &what, const std::string &path)
{
    throw Error(ErrorCode::failed, what + ": " + std::strerror(errno), path);
}

void write_all(int descriptor, const std::string &bytes, const std::string &path)
{
    for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t written = ::write(descriptor, bytes.data() + at, bytes.size() - at);
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("the model cannot be written", path);
        at += static_cast<std::size_t>(written);
    }
    if (fsync(descriptor) != 0 && errno != EINVAL) fail("the model cannot be written", path);
}

} // namespace

Bundle read_bundle(const std::string &path)
{
    auto file = std::make_shared<const MappedFile>(path);
    SafetensorsFile parsed = parse_safetensors(file->bytes(), file, path, Tensor::Backing::file);
    const auto before = static_cast<std::size_t>(parsed.data.data() - file->bytes().data());
    Bundle bundle = to_bundle(std::move(parsed), path, [&](std::size_t read) { file->release(before + read); });
    if (!bundle.weights.identity.empty()) bundle.weights.identity += ":" + file->version();
    release_pages(bundle.weights); // the end of them was read last
    return bundle;
}

Bundle read_bundle(std::span<const std::byte> bytes, const std::string &name)
{
    return to_bundle(parse_safetensors(bytes, nullptr, name), name);
}

void write_bundle(const Bundle &bundle, const std::string &path, bool overwrite)
{
    std::error_code ignored;
    if (!overwrite && std::filesystem::exists(path, ignored))
        throw Error(ErrorCode::failed, "the file exists already; give --overwrite to replace it", path);
    const std::string part = path + ".part-" + std::to_string(getpid());
    PartFile file{part, open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)};
    if (file.descriptor < 0) {
        file.path.clear();
        fail("the model cannot be written", path);
    }
    write_all(file.descriptor, serialise(bundle), path);
    if (rename(part.c_str(), path.c_str()) != 0) fail("the model cannot be put in its place", path);
    file.path.clear();
}

} // namespace tradewind
