// SPDX-License-Identifier: Apache-2.0
// Packed weights of one model in a file of the cache folder, in which they are found again.
#pragma once

#include "tensor/tensor.h"

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace tradewind {
class MappedFile;
}

namespace tradewind::onednn {

// A line of text with the length and the checksum of the index, the index in JSON, the values; each entry has a
// checksum of its own, which is looked at before its values are used. Files are replaced as wholes, so that who maps
// one keeps it. What is missing or damaged counts as not there, and what cannot be written is no error. All files of
// the folder together take up to most_bytes: those that were used the longest ago go first. [any]
class PackedFile {
public:
    static constexpr std::uintmax_t most_bytes = std::uintmax_t{2} << 30;

    // `of`: what all entries depend on: the model, the library, the processor. Empty folder: nothing is kept.
    PackedFile(std::string folder, std::string of, std::uintmax_t most = most_bytes);

    bool has(const std::string &key, std::size_t bytes) const;
    // u8; empty when there is no such entry.
    Tensor find(const std::string &key, std::size_t bytes);
    // That this was packed, which took so long: save() writes it.
    void add(const std::string &key, const Tensor &values, double milliseconds);
    // Lets go what was added, having written it where packing took noticeable time.
    void save();

    struct Counts {
        std::size_t found = 0, added = 0, saved = 0; // saved: how often
    };
    Counts counts() const;

private:
    struct Entry {
        std::size_t offset = 0, bytes = 0;
        std::string checksum;
    };
    // A file, as it was opened. Null file: none.
    struct Contents {
        std::shared_ptr<const MappedFile> file;
        std::map<std::string, Entry> entries;

        Tensor values(const Entry &entry) const;
        bool is_whole(const Entry &entry) const;
    };
    Contents open() const;
    bool write(std::ostream &file, const std::map<std::string, Tensor> &all) const;
    void make_room() const;

    std::string folder_, of_, path_;
    std::uintmax_t most_;
    mutable std::mutex mutex_;
    Contents contents_;
    std::map<std::string, Tensor> added_;
    double milliseconds_ = 0;
    Counts counts_;
};

} // namespace tradewind::onednn
