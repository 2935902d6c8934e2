// SPDX-License-Identifier: Apache-2.0
// TensorFlow's first checkpoints: one table that holds everything, as saved_tensor_slice.proto.
#include "weights/importers/formats.h"
#include "weights/importers/sorted_table.h"
#include "weights/importers/tensor_slices.h"

#include "tensor/error.h"

namespace tradewind {
namespace {

using namespace importers;
using protozero::pbf_reader;
using wire = protozero::pbf_wire_type;

// SavedSliceMeta.
struct Described {
    std::string name;
    std::int32_t type = 0;
    Shape shape;
    std::vector<Slice> slices;
};

// SavedSlice.
struct Saved {
    std::string name;
    Slice slice;
    protozero::data_view data{nullptr, 0}; // a TensorProto, in the file
};

Described read_described(pbf_reader message)
{
    Described described;
    while (message.next()) switch (message.tag_and_type()) {
        case field(1, wire::length_delimited):
            described.name = text(message.get_view());
            break;
        case field(2, wire::length_delimited):
            described.shape = read_shape(message.get_message());
            break;
        case field(3, wire::varint):
            described.type = message.get_enum();
            break;
        case field(4, wire::length_delimited):
            described.slices.push_back(read_slice(message.get_message()));
            break;
        default:
            message.skip();
        }
    return described;
}

Saved read_saved(pbf_reader message)
{
    Saved saved;
    while (message.next()) switch (message.tag_and_type()) {
        case field(1, wire::length_delimited):
            saved.name = text(message.get_view());
            break;
        case field(2, wire::length_delimited):
            saved.slice = read_slice(message.get_message());
            break;
        case field(3, wire::length_delimited):
            saved.data = message.get_view();
            break;
        default:
            message.skip();
        }
    return saved;
}

// SavedTensorSlices: field 1 describes all tensors, in the first entry; field 2 is a part of one, in all others.
class Checkpoint {
public:
    void read(std::string_view key, std::string_view value)
    {
        pbf_reader message(value.data(), value.size());
        while (message.next()) switch (message.tag_and_type()) {
            case field(1, wire::length_delimited):
                if (key.empty())
                    describe(message.get_message());
                else
                    message.skip();
                break;
            case field(2, wire::length_delimited):
                place(read_saved(message.get_message()));
                break;
            default:
                message.skip();
            }
    }

    std::map<std::string, Tensor> tensors(Reading reading) const
    {
        std::map<std::string, Tensor> found;
        for (const auto &[name, described] : described_) try {
                found.emplace(name, tensor(described, reading));
            } catch (const Error &error) {
                throw error.within(name);
            }
        return found;
    }

private:
    void describe(pbf_reader message)
    {
        while (message.next(1, wire::length_delimited)) {
            const Described described = read_described(message.get_message());
            if (stored_type(described.type)) described_[described.name] = described;
        }
    }

    void place(const Saved &saved) { saved_[slice_key(saved.name, saved.slice)] = saved.data; }

    Tensor tensor(const Described &described, Reading reading) const
    {
        const StoredType &type = *stored_type(described.type);
        check_cover(described.slices, described.shape);
        if (reading == Reading::shapes) return tensor_without_values(type, described.shape);
        std::vector<Tensor> parts;
        for (const Slice &slice : described.slices) {
            const auto found = saved_.find(slice_key(described.name, slice));
            if (found == saved_.end()) throw Error(ErrorCode::refused, "its values are missing");
            TensorProto values = read_tensor(pbf_reader(found->second));
            if (values.type == 0) values.type = described.type; // writers leave it out
            if (values.type != described.type)
                throw Error(ErrorCode::refused, "its values have another type than described");
            parts.push_back(to_tensor(values, type, shape_of(slice, described.shape), false));
        }
        if (parts.size() == 1) return parts[0].reshaped(described.shape);
        Tensor whole(described.shape, type.element);
        for (std::size_t i = 0; i < parts.size(); ++i) put(whole, described.slices[i], parts[i]);
        return whole;
    }

    std::map<std::string, Described> described_;
    std::map<std::string, protozero::data_view> saved_; // by slice_key()
};

} // namespace

bool looks_like_table(std::span<const std::byte> bytes) { return looks_like_sorted_table(bytes); }

bool is_checkpoint_v1(std::span<const std::byte> table)
{
    bool described = false;
    for_each_entry(table, [&](std::string_view key, std::string_view value) {
        described = key.empty() && value.starts_with('\x0A'); // version 2 has a number there
        return false;
    });
    return described;
}

std::map<std::string, Tensor> read_checkpoint_v1(std::span<const std::byte> table, const std::string &name,
                                                 Reading reading)
try {
    Checkpoint checkpoint;
    for_each_entry(table, [&](std::string_view key, std::string_view value) {
        checkpoint.read(key, value);
        return true;
    });
    return checkpoint.tensors(reading);
} catch (const protozero::exception &) {
    throw Error(ErrorCode::refused, "the checkpoint is damaged", name);
} catch (const Error &error) {
    throw error.within(name);
}

} // namespace tradewind
