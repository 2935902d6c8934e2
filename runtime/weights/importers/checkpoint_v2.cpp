// SPDX-License-Identifier: Apache-2.0
// TensorFlow checkpoints since 2016: a table (.index) of tensor_bundle.proto's entries, and shards of data.
#include "weights/importers/formats.h"
#include "weights/importers/sorted_table.h"
#include "weights/importers/tensor_slices.h"

#include "tensor/error.h"

namespace tradewind {
namespace {

using namespace importers;
using protozero::pbf_reader;
using wire = protozero::pbf_wire_type;

// BundleEntryProto.
struct Entry {
    std::int32_t type = 0;
    Shape shape;
    std::uint64_t shard = 0, offset = 0, size = 0;
    std::uint32_t checksum = 0;
    std::vector<Slice> slices; // when there are any, the data stands under their keys
};

Entry read_entry(std::string_view bytes)
{
    Entry entry;
    pbf_reader message(bytes.data(), bytes.size());
    while (message.next()) switch (message.tag_and_type()) {
        case field(1, wire::varint):
            entry.type = message.get_enum();
            break;
        case field(2, wire::length_delimited):
            entry.shape = read_shape(message.get_message());
            break;
        case field(3, wire::varint):
            entry.shard = message.get_uint64();
            break;
        case field(4, wire::varint):
            entry.offset = message.get_uint64();
            break;
        case field(5, wire::varint):
            entry.size = message.get_uint64();
            break;
        case field(6, wire::fixed32):
            entry.checksum = message.get_fixed32();
            break;
        case field(7, wire::length_delimited):
            entry.slices.push_back(read_slice(message.get_message()));
            break;
        default:
            message.skip();
        }
    return entry;
}

// BundleHeaderProto: the number of shards; endianness and version are of no other kind in practice.
std::uint64_t shard_count(std::string_view bytes)
{
    std::uint64_t shards = 0;
    pbf_reader header(bytes.data(), bytes.size());
    while (header.next()) switch (header.tag_and_type()) {
        case field(1, wire::varint):
            shards = header.get_uint64();
            break;
        case field(2, wire::varint):
            if (header.get_enum() != 0)
                throw Error(ErrorCode::refused,
                            "the checkpoint was written on a big-endian machine, which is not read");
            break;
        default:
            header.skip();
        }
    if (shards < 1 || shards > 99'999) throw Error(ErrorCode::refused, "the header of the checkpoint is damaged");
    return shards;
}

class Checkpoint {
public:
    Checkpoint(std::span<const std::byte> index, const OpenShard &open) : open_(open)
    {
        for_each_entry(index, [&](std::string_view key, std::string_view value) {
            if (key.empty())
                shards_.resize(shard_count(value));
            else
                (key[0] == '\0' ? parts_ : entries_)[std::string(key)] = value;
            return true;
        });
        if (shards_.empty()) throw Error(ErrorCode::refused, "the checkpoint has no header");
    }

    std::map<std::string, Tensor> tensors(Reading reading)
    {
        std::map<std::string, Tensor> found;
        for (const auto &[name, bytes] : entries_) try {
                const Entry entry = read_entry(bytes);
                if (!stored_type(entry.type)) continue; // texts and the like are no weights
                found.emplace(name, entry.slices.empty() ? whole(entry, reading) : sliced(name, entry, reading));
            } catch (const Error &error) {
                throw error.within(name);
            }
        return found;
    }

private:
    Tensor whole(const Entry &entry, Reading reading)
    {
        const StoredType &type = *stored_type(entry.type);
        const auto needed = static_cast<std::uint64_t>(element_count(entry.shape)) * type.bytes;
        if (entry.size != needed)
            throw Error(ErrorCode::refused, "the index gives it " + std::to_string(entry.size) +
                                                " bytes, but its shape " + to_string(entry.shape) + " needs " +
                                                std::to_string(needed));
        if (reading == Reading::shapes) return tensor_without_values(type, entry.shape);
        const Shard &shard = shard_of(entry);
        if (entry.offset > shard.bytes.size() || entry.size > shard.bytes.size() - entry.offset)
            throw Error(ErrorCode::refused,
                        "its " + std::to_string(entry.size) + " bytes from " + std::to_string(entry.offset) +
                            " on lie outside of the data file, which is truncated or of another checkpoint (it has " +
                            std::to_string(shard.bytes.size()) + " bytes)");
        const auto bytes = shard.bytes.subspan(entry.offset, entry.size);
        if (!checksum_holds(bytes, entry.checksum))
            throw Error(ErrorCode::refused,
                        "its checksum is wrong: the data file is damaged, or of another checkpoint");
        return stored_tensor(type, entry.shape, bytes, shard.owner);
    }

    Tensor sliced(const std::string &name, const Entry &entry, Reading reading)
    {
        const StoredType &type = *stored_type(entry.type);
        check_cover(entry.slices, entry.shape);
        if (reading == Reading::shapes) return tensor_without_values(type, entry.shape);
        std::vector<Tensor> parts; // before the whole is allocated: then it is no larger than what the file holds
        for (const Slice &slice : entry.slices) {
            const auto found = parts_.find(slice_key(name, slice));
            if (found == parts_.end()) throw Error(ErrorCode::refused, "a slice of it is missing");
            const Entry part = read_entry(found->second);
            if (part.type != entry.type || part.shape != shape_of(slice, entry.shape))
                throw Error(ErrorCode::refused, "a slice of it has another type or shape than the whole");
            parts.push_back(whole(part, reading));
        }
        Tensor tensor(entry.shape, type.element);
        for (std::size_t i = 0; i < parts.size(); ++i) put(tensor, entry.slices[i], parts[i]);
        return tensor;
    }

    const Shard &shard_of(const Entry &entry)
    {
        if (entry.shard >= shards_.size())
            throw Error(ErrorCode::refused, "the index puts it into data file " + std::to_string(entry.shard) + " of " +
                                                std::to_string(shards_.size()));
        Shard &shard = shards_[entry.shard];
        if (!shard.owner) shard = open_(entry.shard, shards_.size());
        return shard;
    }

    const OpenShard &open_;
    std::vector<Shard> shards_; // opened when first needed
    std::map<std::string, std::string_view> entries_, parts_;
};

} // namespace

std::map<std::string, Tensor> read_checkpoint_v2(std::span<const std::byte> index, const OpenShard &open,
                                                 const std::string &name, Reading reading)
try {
    return Checkpoint(index, open).tensors(reading);
} catch (const protozero::exception &) {
    throw Error(ErrorCode::refused, "the index of the checkpoint is damaged", name);
} catch (const Error &error) {
    throw error.within(name);
}

} // namespace tradewind
