// SPDX-License-Identifier: Apache-2.0
// One typed function for each type of attribute.
#include "targets/cuda/cudnn_descriptor.h"

#include "targets/cuda/faults.h"

#include <algorithm>

namespace tradewind::cuda {
namespace {

std::string last_words()
{
    char text[1024] = {};
    cudnnGetLastErrorString(text, sizeof text);
    return text;
}

} // namespace

Descriptor::Owned::~Owned() { cudnnBackendDestroyDescriptor(handle); }

Descriptor::Descriptor(cudnnBackendDescriptorType_t type) : owner_(std::make_shared<Owned>())
{
    check(cudnnBackendCreateDescriptor(type, &owner_->handle), "making a descriptor of cuDNN");
}

cudnnBackendDescriptor_t Descriptor::get() const { return owner_ ? owner_->handle : nullptr; }

void Descriptor::set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::size_t count,
                     const void *values)
{
    const auto status = cudnnBackendSetAttribute(get(), name, type, static_cast<std::int64_t>(count), values);
    if (status != CUDNN_STATUS_SUCCESS)
        throw error_of(status, "setting attribute " + std::to_string(name) + " of cuDNN", last_words());
}

void Descriptor::set(cudnnBackendAttributeName_t name, std::int64_t value) { set(name, CUDNN_TYPE_INT64, 1, &value); }

void Descriptor::set(cudnnBackendAttributeName_t name, const std::vector<std::int64_t> &values)
{
    set(name, CUDNN_TYPE_INT64, values.size(), values.data());
}

void Descriptor::set(cudnnBackendAttributeName_t name, const std::vector<void *> &addresses)
{
    set(name, CUDNN_TYPE_VOID_PTR, addresses.size(), addresses.data());
}

void Descriptor::set(cudnnBackendAttributeName_t name, bool value) { set(name, CUDNN_TYPE_BOOLEAN, 1, &value); }

void Descriptor::set(cudnnBackendAttributeName_t name, float value) { set(name, CUDNN_TYPE_FLOAT, 1, &value); }

void Descriptor::set(cudnnBackendAttributeName_t name, const std::string &text)
{
    set(name, CUDNN_TYPE_CHAR, text.size(), text.data());
}

void Descriptor::set(cudnnBackendAttributeName_t name, void *address) { set(name, CUDNN_TYPE_VOID_PTR, 1, &address); }

void Descriptor::set(cudnnBackendAttributeName_t name, cudnnHandle_t value) { set(name, CUDNN_TYPE_HANDLE, 1, &value); }

void Descriptor::set(cudnnBackendAttributeName_t name, cudnnDataType_t value)
{
    set(name, CUDNN_TYPE_DATA_TYPE, 1, &value);
}

void Descriptor::set(cudnnBackendAttributeName_t name, cudnnConvolutionMode_t value)
{
    set(name, CUDNN_TYPE_CONVOLUTION_MODE, 1, &value);
}

void Descriptor::set(cudnnBackendAttributeName_t name, cudnnPointwiseMode_t value)
{
    set(name, CUDNN_TYPE_POINTWISE_MODE, 1, &value);
}

void Descriptor::set(cudnnBackendAttributeName_t name, cudnnBackendHeurMode_t value)
{
    set(name, CUDNN_TYPE_HEUR_MODE, 1, &value);
}

void Descriptor::set(cudnnBackendAttributeName_t name, cudnnBackendKnobType_t value)
{
    set(name, CUDNN_TYPE_KNOB_TYPE, 1, &value);
}

void Descriptor::set(cudnnBackendAttributeName_t name, const Descriptor &value)
{
    set(name, std::vector<Descriptor>{value});
}

void Descriptor::set(cudnnBackendAttributeName_t name, const std::vector<Descriptor> &values)
{
    std::vector<cudnnBackendDescriptor_t> handles;
    for (const Descriptor &value : values) handles.push_back(value.get());
    set(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, handles.size(), handles.data());
    for (const Descriptor &value : values) owner_->parts.push_back(value.owner_);
}

bool Descriptor::try_finalize()
{
    const auto status = cudnnBackendFinalize(get());
    if (status == CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ||
        status == CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED)
        throw error_of(status, "preparing a convolution", last_words());
    return status == CUDNN_STATUS_SUCCESS;
}

void Descriptor::finalize(const char *what)
{
    const auto status = cudnnBackendFinalize(get());
    if (status != CUDNN_STATUS_SUCCESS) throw error_of(status, what, last_words());
}

std::int64_t Descriptor::read(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::int64_t room,
                              void *values) const
{
    std::int64_t count = 0;
    const auto status = cudnnBackendGetAttribute(get(), name, type, room, &count, values);
    if (status != CUDNN_STATUS_SUCCESS)
        throw error_of(status, "reading attribute " + std::to_string(name) + " of cuDNN", last_words());
    return count;
}

std::int64_t Descriptor::integer(cudnnBackendAttributeName_t name) const
{
    std::int64_t value = 0;
    read(name, CUDNN_TYPE_INT64, 1, &value);
    return value;
}

std::string Descriptor::text(cudnnBackendAttributeName_t name) const
{
    std::string text(static_cast<std::size_t>(read(name, CUDNN_TYPE_CHAR, 0, nullptr)), '\0');
    read(name, CUDNN_TYPE_CHAR, static_cast<std::int64_t>(text.size()), text.data());
    return text;
}

cudnnBackendKnobType_t Descriptor::knob_type() const
{
    cudnnBackendKnobType_t type{};
    read(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, CUDNN_TYPE_KNOB_TYPE, 1, &type);
    return type;
}

template <class T>
std::vector<T> Descriptor::notes(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const
{
    constexpr std::int64_t room = 64; // libraries newer than the headers may know more of them
    std::vector<T> notes(room);
    notes.resize(static_cast<std::size_t>(std::min(read(name, type, room, notes.data()), room)));
    return notes;
}

std::vector<cudnnBackendNumericalNote_t> Descriptor::numerical_notes() const
{
    return notes<cudnnBackendNumericalNote_t>(CUDNN_ATTR_ENGINE_NUMERICAL_NOTE, CUDNN_TYPE_NUMERICAL_NOTE);
}

std::vector<cudnnBackendBehaviorNote_t> Descriptor::behavior_notes() const
{
    return notes<cudnnBackendBehaviorNote_t>(CUDNN_ATTR_ENGINE_BEHAVIOR_NOTE, CUDNN_TYPE_BEHAVIOR_NOTE);
}

Descriptor Descriptor::descriptor(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type) const
{
    Descriptor found(type);
    cudnnBackendDescriptor_t handle = found.get();
    read(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 1, &handle);
    return found;
}

std::vector<Descriptor> Descriptor::descriptors(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type,
                                                std::int64_t most) const
{
    std::vector<Descriptor> found;
    std::vector<cudnnBackendDescriptor_t> handles;
    for (std::int64_t i = 0; i < most; ++i) handles.push_back(found.emplace_back(type).get());
    if (most)
        found.resize(
            static_cast<std::size_t>(std::min(most, read(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, most, handles.data()))));
    return found;
}

} // namespace tradewind::cuda
