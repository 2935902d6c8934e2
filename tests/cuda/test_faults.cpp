// SPDX-License-Identifier: Apache-2.0
// What each status of CUDA and cuDNN says to a user; no device is needed.
#include "shared_data.h"
#include "targets/cuda/devices.h"
#include "targets/cuda/faults.h"

#include <doctest/doctest.h>

#include <string>

using namespace tradewind;
using namespace tradewind::cuda;

namespace {

struct CudaCase {
    cudaError_t status;
    ErrorCode code;
    const char *part;
};

const CudaCase cuda_cases[] = {
    {cudaErrorMemoryAllocation, ErrorCode::resource, "the GPU's memory does not suffice"},
    {cudaErrorDevicesUnavailable, ErrorCode::resource, "another process may hold it alone"},
    {cudaErrorDeviceAlreadyInUse, ErrorCode::resource, "another process may hold it alone"},
    {cudaErrorNoKernelImageForDevice, ErrorCode::resource, "build it again with its own in -Dgpu_architectures"},
    {cudaErrorUnsupportedPtxVersion, ErrorCode::resource, "driver is too old"},
    {cudaErrorSystemDriverMismatch, ErrorCode::resource, "restart the machine"},
    {cudaErrorSystemNotReady, ErrorCode::resource, "nvidia-fabricmanager"},
    {cudaErrorStubLibrary, ErrorCode::resource, "a stub for linking"},
    {cudaErrorIllegalAddress, ErrorCode::failed, "the GPU was lost"},
    {cudaErrorMisalignedAddress, ErrorCode::failed, "the GPU was lost"},
    {cudaErrorIllegalInstruction, ErrorCode::failed, "the GPU was lost"},
    {cudaErrorLaunchFailure, ErrorCode::failed, "the GPU was lost"},
    {cudaErrorLaunchTimeout, ErrorCode::failed, "drives a display"},
    {cudaErrorECCUncorrectable, ErrorCode::failed, "could not be corrected"},
    {cudaErrorNvlinkUncorrectable, ErrorCode::failed, "a link between GPUs"},
    {cudaErrorMpsClientTerminated, ErrorCode::failed, "the server that shares it"},
    {cudaErrorUnknown, ErrorCode::failed, "Xid"},
    {cudaErrorInvalidValue, ErrorCode::failed, "cudaErrorInvalidValue"},
    {cudaErrorInvalidConfiguration, ErrorCode::failed, "cudaErrorInvalidConfiguration"},
};

struct CudnnCase {
    cudnnStatus_t status;
    ErrorCode code;
    const char *part;
};

const CudnnCase cudnn_cases[] = {
    {CUDNN_STATUS_NOT_INITIALIZED, ErrorCode::resource, "cannot be started on this GPU"},
    {CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH, ErrorCode::resource, "of different versions"},
    {CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED, ErrorCode::resource, "LD_LIBRARY_PATH"},
    {CUDNN_STATUS_NOT_SUPPORTED_RUNTIME_PREREQUISITE_MISSING, ErrorCode::resource, "libnvrtc"},
    {CUDNN_STATUS_NOT_SUPPORTED_INCOMPATIBLE_CUDA_DRIVER, ErrorCode::resource, "driver is too old"},
    {CUDNN_STATUS_NOT_SUPPORTED_ARCH_MISMATCH, ErrorCode::resource, "does not support the GPU"},
    {CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED, ErrorCode::resource, "the GPU's memory does not suffice"},
    {CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED, ErrorCode::resource, "memory of this process"},
    {CUDNN_STATUS_BAD_PARAM, ErrorCode::failed, "CUDNN_STATUS_BAD_PARAM"},
    {CUDNN_STATUS_EXECUTION_FAILED, ErrorCode::failed, "CUDNN_STATUS_EXECUTION_FAILED"},
};

bool has(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("what CUDA reports is one sentence with the right exit code")
{
    for (const CudaCase &each : cuda_cases) {
        const Error error = error_of(each.status, "copying the picture to the GPU");
        CAPTURE(error.what());
        CHECK(error.code() == each.code);
        CHECK(has(error.what(), each.part));
        CHECK(has(error.what(), "copying the picture to the GPU"));
        CHECK(is_lost(each.status) == has(error.what(), "lost"));
    }
}

TEST_CASE("what cuDNN reports is one sentence with the right exit code")
{
    for (const CudnnCase &each : cudnn_cases) {
        const Error error = error_of(each.status, "starting cuDNN");
        CAPTURE(error.what());
        CHECK(error.code() == each.code);
        CHECK(has(error.what(), each.part));
        CHECK(has(error.what(), "starting cuDNN failed: "));
    }
    CHECK(has(error_of(CUDNN_STATUS_BAD_PARAM, "starting cuDNN", "strides differ").what(), ": strides differ"));
}

TEST_CASE("success is no error")
{
    CHECK_NOTHROW(check(cudaSuccess, "copying"));
    CHECK_NOTHROW(check(CUDNN_STATUS_SUCCESS, "copying"));
    CHECK_THROWS_AS(check(cudaErrorInvalidValue, "copying"), Error);
    CHECK_THROWS_AS(check(CUDNN_STATUS_BAD_PARAM, "copying"), Error);
}

TEST_CASE("why there is no device")
{
    const auto text = [](cudaError_t status, int driver) {
        const Error error = no_device(status, driver, 13000);
        CHECK(error.code() == ErrorCode::resource);
        return std::string(error.what());
    };
    CHECK(text(cudaErrorInsufficientDriver, 0) ==
          "there is no NVIDIA driver: install one for CUDA 13.0 (580 or newer), or give --target cpu");
    CHECK(text(cudaErrorInsufficientDriver, 12040) ==
          "the NVIDIA driver is for CUDA 12.4 and must be for 13.0 or newer: install one, or give --target cpu");
    CHECK(has(text(cudaErrorStubLibrary, 0), "a stub for linking"));
    CHECK(has(text(cudaErrorNoDevice, 13000), "no GPU is visible"));
    CHECK(has(text(cudaSuccess, 13000), "no GPU is visible"));
    CHECK(has(text(cudaErrorSystemDriverMismatch, 13000), "of different versions"));
}

TEST_CASE("a device beyond those that there are")
{
    CHECK(no_such_device(1, 1).code() == ErrorCode::usage);
    CHECK(std::string(no_such_device(1, 1).what()) == "there is no GPU number 1: one GPU is visible, number 0");
    CHECK(std::string(no_such_device(-1, 4).what()) == "there is no GPU number -1: 4 GPUs are visible, numbers 0 to 3");
}

TEST_CASE("cuDNN must be of the major version that this was built with")
{
    const std::size_t same = CUDNN_MAJOR * 10000;
    CHECK(refuses_cudnn(same).empty());
    CHECK(refuses_cudnn(same + 2105).empty());
    CHECK(has(refuses_cudnn(same + 10000), "cuDNN is version " + std::to_string(CUDNN_MAJOR + 1) + ".0.0"));
    CHECK(has(refuses_cudnn(8907), "cuDNN is version 8.9.7"));
    CHECK(cudnn_version_text(91900) == "9.19.0");
    CHECK(cuda_version_text(12040) == "12.4");
}

TEST_CASE("devices are described, or it is said why there is none")
{
    std::string text;
    try {
        text = to_string(facts_of(0));
    } catch (const Error &error) {
        text = error.what();
    }
    CAPTURE(text);
    CHECK((has(text, "compute capability") || has(text, "there is no NVIDIA driver") ||
           has(text, "no GPU is visible") || has(text, "the NVIDIA driver is for CUDA") ||
           has(text, "a stub for linking")));
}

TEST_CASE("a failure that was told is not told again by the next kernel")
{
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess) return say_skipped("what CUDA remembers", "a GPU");
    void *memory = nullptr;
    const cudaError_t failure = cudaMalloc(&memory, std::size_t{1} << 60); // more than any device has
    REQUIRE(failure != cudaSuccess);
    REQUIRE(cudaPeekAtLastError() == failure);
    CHECK_THROWS_AS(check(failure, "asking for GPU memory"), Error);
    CHECK(cudaPeekAtLastError() == cudaSuccess);
}
