// SPDX-License-Identifier: Apache-2.0
// Index and values.
#include "targets/onednn/packed_file.h"

#include "targets/cache_file.h"
#include "tensor/seed.h"
#include "weights/checksum.h"
#include "weights/mapped_file.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <utility>

namespace tradewind::onednn {
namespace {

using Json = nlohmann::json;
namespace fs = std::filesystem;

constexpr const char *format = "tradewind packed weights 1";
constexpr std::size_t alignment = 64, longest_head = 128;
constexpr double noticeable = 5; // milliseconds

std::string checksum_of(const std::string &text) { return checksum(std::as_bytes(std::span(text))); }
std::string checksum_of(const Tensor &values) { return checksum({values.data(), values.bytes()}); }

std::size_t aligned(std::size_t offset) { return (offset + alignment - 1) / alignment * alignment; }

std::string path_of(const std::string &folder, const std::string &of)
{
    char name[32];
    std::snprintf(name, sizeof name, "/%016llx.packed", static_cast<unsigned long long>(seed_hash(of)));
    return folder.empty() ? "" : folder + name;
}

std::string head_of(const std::string &index)
{
    return std::string(format) + " " + std::to_string(index.size()) + " " + checksum_of(index) + "\n";
}

// The index of a file, and where values begin; a discarded value when it is none.
std::pair<Json, std::size_t> index_of(std::span<const std::byte> bytes)
{
    const std::string start(reinterpret_cast<const char *>(bytes.data()), std::min(bytes.size(), longest_head));
    const auto head = start.substr(0, start.find('\n') + 1);
    std::size_t length = 0;
    if (std::sscanf(head.c_str(), (std::string(format) + " %zu").c_str(), &length) != 1 ||
        length > bytes.size() - head.size())
        return {Json(Json::value_t::discarded), 0};
    const std::string index(reinterpret_cast<const char *>(bytes.data()) + head.size(), length);
    if (head_of(index) != head) return {Json(Json::value_t::discarded), 0};
    return {Json::parse(index, nullptr, false), aligned(head.size() + length)};
}

void note_use(const std::string &path)
{
    std::error_code ignored;
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
}

} // namespace

PackedFile::PackedFile(std::string folder, std::string of, std::uintmax_t most)
    : folder_(std::move(folder)), of_(std::move(of)), path_(path_of(folder_, of_)), most_(most), contents_(open())
{
    if (contents_.file) note_use(path_);
}

PackedFile::Contents PackedFile::open() const
try {
    if (path_.empty()) return {};
    Contents contents{std::make_shared<const MappedFile>(path_), {}};
    const auto bytes = contents.file->bytes();
    const auto [index, first] = index_of(bytes);
    if (index.is_discarded() || index.at("of").get<std::string>() != of_) return {};
    for (const auto &[key, entry] : index.at("entries").items()) {
        const Entry one{first + entry.at(0).get<std::size_t>(), entry.at(1), entry.at(2)};
        if (one.offset > bytes.size() || one.bytes > bytes.size() - one.offset) return {}; // cut off
        contents.entries[key] = one;
    }
    return contents;
} catch (const Error &) {
    return {};
} catch (const Json::exception &) {
    return {};
}

// Read once here: not to be in memory beside what is used.
bool PackedFile::Contents::is_whole(const Entry &entry) const
{
    const Tensor all = values(entry);
    const bool whole = checksum_of(all) == entry.checksum;
    all.release_pages();
    return whole;
}

Tensor PackedFile::Contents::values(const Entry &entry) const
{
    return Tensor({static_cast<std::int64_t>(entry.bytes)}, ElementType::u8, file->bytes().data() + entry.offset, file,
                  Tensor::Backing::file);
}

bool PackedFile::has(const std::string &key, std::size_t bytes) const
{
    const std::lock_guard lock(mutex_);
    const auto found = contents_.entries.find(key);
    return found != contents_.entries.end() && found->second.bytes == bytes;
}

Tensor PackedFile::find(const std::string &key, std::size_t bytes)
{
    const std::lock_guard lock(mutex_);
    const auto found = contents_.entries.find(key);
    if (found == contents_.entries.end() || found->second.bytes != bytes) return {};
    const Tensor values = contents_.values(found->second);
    if (checksum_of(values) != found->second.checksum) {
        contents_.entries.erase(found);
        return {};
    }
    ++counts_.found;
    return values;
}

void PackedFile::add(const std::string &key, const Tensor &values, double milliseconds)
{
    const std::lock_guard lock(mutex_);
    ++counts_.added;
    milliseconds_ += milliseconds;
    if (!folder_.empty()) added_[key] = values;
}

void PackedFile::save()
{
    const std::lock_guard lock(mutex_);
    std::map<std::string, Tensor> all = std::exchange(added_, {});
    if (std::exchange(milliseconds_, 0) < noticeable || all.empty()) return;
    const CacheLock alone(folder_ + "/lock");
    Contents now = open(); // others may have written since
    const auto is_there = [&](const auto &one) {
        const auto found = now.entries.find(one.first);
        return found != now.entries.end() && now.is_whole(found->second);
    };
    if (!std::all_of(all.begin(), all.end(), is_there)) {
        for (const auto &[key, entry] : now.entries)
            if (!all.count(key) && now.is_whole(entry)) all[key] = now.values(entry);
        if (!replace_cached(path_, [&](std::ostream &file) { return write(file, all); })) return;
        ++counts_.saved;
        make_room();
        now = open();
    }
    contents_ = std::move(now);
}

bool PackedFile::write(std::ostream &file, const std::map<std::string, Tensor> &all) const
{
    Json entries = Json::object();
    std::size_t offset = 0;
    for (const auto &[key, values] : all) {
        entries[key] = {offset, values.bytes(), checksum_of(values)};
        values.release_pages();
        offset += aligned(values.bytes());
    }
    if (offset > most_) return false;
    const std::string index =
        Json{{"of", of_}, {"entries", entries}}.dump(-1, ' ', false, Json::error_handler_t::replace);
    const std::string head = head_of(index), gap(alignment, '\0');
    file << head << index;
    const auto fill = [&](std::size_t bytes) {
        file.write(gap.data(), static_cast<std::streamsize>(aligned(bytes) - bytes));
    };
    fill(head.size() + index.size());
    for (const auto &[key, values] : all) {
        file.write(reinterpret_cast<const char *>(values.data()), static_cast<std::streamsize>(values.bytes()));
        fill(values.bytes());
        values.release_pages();
    }
    return static_cast<bool>(file);
}

PackedFile::Counts PackedFile::counts() const
{
    const std::lock_guard lock(mutex_);
    return counts_;
}

void PackedFile::make_room() const
{
    struct File {
        fs::file_time_type used;
        std::uintmax_t bytes;
        fs::path path;
    };
    std::vector<File> files;
    std::uintmax_t sum = 0;
    std::error_code error;
    for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
        std::error_code gone;
        const File file{at->last_write_time(gone), at->file_size(gone), at->path()};
        if (gone || file.path.filename().string().find(".packed") == std::string::npos) continue;
        sum += file.bytes;
        if (file.path != path_) files.push_back(file);
    }
    std::sort(files.begin(), files.end(), [](const File &a, const File &b) { return a.used < b.used; });
    for (const File &file : files) {
        if (sum <= most_) return;
        if (fs::remove(file.path, error)) sum -= file.bytes;
    }
}

} // namespace tradewind::onednn
