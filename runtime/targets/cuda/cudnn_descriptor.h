// SPDX-License-Identifier: Apache-2.0
// Descriptors of cuDNN's back-end API: owned, and with typed attributes.
#pragma once

#include <cudnn_backend.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tradewind::cuda {

// Copies share the descriptor, which keeps those that it was given alive. Attributes may be set until it is finalised
// and are read after that. Functions throw Error(failed), with cuDNN's own words, where a call is refused.
class Descriptor {
public:
    Descriptor() = default; // null
    explicit Descriptor(cudnnBackendDescriptorType_t type);

    explicit operator bool() const { return owner_ != nullptr; }
    cudnnBackendDescriptor_t get() const;

    void set(cudnnBackendAttributeName_t name, std::int64_t value);
    void set(cudnnBackendAttributeName_t name, const std::vector<std::int64_t> &values);
    void set(cudnnBackendAttributeName_t name, const std::vector<void *> &addresses);
    void set(cudnnBackendAttributeName_t name, bool value);
    void set(cudnnBackendAttributeName_t name, float value);
    void set(cudnnBackendAttributeName_t name, const std::string &text);
    void set(cudnnBackendAttributeName_t name, void *address);
    void set(cudnnBackendAttributeName_t name, cudnnHandle_t value);
    void set(cudnnBackendAttributeName_t name, cudnnDataType_t value);
    void set(cudnnBackendAttributeName_t name, cudnnConvolutionMode_t value);
    void set(cudnnBackendAttributeName_t name, cudnnPointwiseMode_t value);
    void set(cudnnBackendAttributeName_t name, cudnnBackendHeurMode_t value);
    void set(cudnnBackendAttributeName_t name, cudnnBackendKnobType_t value);
    void set(cudnnBackendAttributeName_t name, const Descriptor &value);
    void set(cudnnBackendAttributeName_t name, const std::vector<Descriptor> &values);

    bool try_finalize(); // false: refused, as what cannot be on this device
    void finalize(const char *what);

    std::int64_t integer(cudnnBackendAttributeName_t name) const;
    std::string text(cudnnBackendAttributeName_t name) const;
    cudnnBackendKnobType_t knob_type() const;                         // of a choice
    std::vector<cudnnBackendNumericalNote_t> numerical_notes() const; // of an engine
    std::vector<cudnnBackendBehaviorNote_t> behavior_notes() const;
    Descriptor descriptor(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type) const;
    std::vector<Descriptor> descriptors(cudnnBackendAttributeName_t name, cudnnBackendDescriptorType_t type,
                                        std::int64_t most) const;
    // How many there are, where cuDNN tells that: not for all attributes.
    std::int64_t count(cudnnBackendAttributeName_t name) const
    {
        return read(name, CUDNN_TYPE_BACKEND_DESCRIPTOR, 0, nullptr);
    }

private:
    struct Owned {
        cudnnBackendDescriptor_t handle = nullptr;
        std::vector<std::shared_ptr<Owned>> parts; // what it was made of
        ~Owned();
    };

    void set(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::size_t count, const void *values);
    std::int64_t read(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type, std::int64_t room,
                      void *values) const;

    template <class T> std::vector<T> notes(cudnnBackendAttributeName_t name, cudnnBackendAttributeType_t type) const;

    std::shared_ptr<Owned> owner_;
};

} // namespace tradewind::cuda
