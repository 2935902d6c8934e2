// SPDX-License-Identifier: Apache-2.0
// Descriptors of cuDNN's back-end API: owned, and with typed attributes.
#pragma once

#include <cudnn_backend.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace tradewind::cuda {

// Null when moved from. Attributes may be set until finalize(), and read after it. Throws Error(failed) with cuDNN's
// own words where a call is refused.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(cudnnBackendDescriptorType_t type);
    Descriptor(Descriptor &&other) noexcept : descriptor_(std::exchange(other.descriptor_, nullptr)) {}
    Descriptor &operator=(Descriptor &&other) noexcept
    {
        std::swap(descriptor_, other.descriptor_);
        return *this;
    }
    ~Descriptor();

    explicit operator bool() const { return descriptor_ != nullptr; }
    cudnnBackendDescriptor_t get() const { return descriptor_; }

    void set(cudnnBackendAttributeName_t name, std::int64_t value);
    void set(cudnnBackendAttributeName_t name, const std::vector<std::int64_t> &values);
    void set(cudnnBackendAttributeName_t name, bool value);
    void set(cudnnBackendAttributeName_t name, float value);
    void set(cudnnBackendAttributeName_t name, const std::string &text);
    void set(cudnnBackendAttributeName_t name, cudnnDataType_t value);
    void set(cudnnBackendAttributeName_t name, cudnnConvolutionMode_t value);
    void set(cudnnBackendAttributeName_t name, cudnnPointwiseMode_t value);
    void set(cudnnBackendAttributeName_t name, cudnnBackendHeurMode_t value);
    void set(cudnnBackendAttributeName_t name, cudnnBackendKnobType_t value);
    void set(cudnnBackendAttributeName_t name, cudnnHandle_t value);
    void set(cudnnBackendAttributeName_t name, const Descriptor &value);
    void set(cudnnBackendAttributeName_t name, const std::vector<Descriptor> &values);
    void set(cudnnBackendAttributeName_t name, const std::vector<void *> &addresses);

    // False when cuDNN does not support what is described.
    bool supported();
    void finalize(const char *what);

    std::int64_t integer(cudnnBackendAttributeName_t name) const;
    cudnnBackendKnobType_t knob_type(cudnnBackendAttributeName_t name) const;
    std::vector<cudnnBackendNumericalNote_t> numerical_notes() const; // of an engine
    std::vector<cudnnBackendBehaviorNote_t> behavior_notes() const;
    Descriptor descriptor(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type) const;
    std::vector<Descriptor> descriptors(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type) const;

private:
    void set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::size_t count, const void *values);
    template <class T> std::vector<T> values(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const;

    cudnnBackendDescriptor_t descriptor_ = nullptr;
};

} // namespace tradewind::cuda
