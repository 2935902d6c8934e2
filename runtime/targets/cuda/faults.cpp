// SPDX-License-Identifier: Apache-2.0
// Status codes as sentences.
#include "targets/cuda/faults.h"

#include <algorithm>
#include <iterator>

namespace tradewind::cuda {
namespace {

struct Sentence {
    int status;
    ErrorCode code;
    const char *text; // after what was being done
};

constexpr const char *less_memory = "the GPU's memory does not suffice: other processes may use it; give --precision "
                                    "f16, a smaller --batch or --max-memory";
constexpr const char *no_machine_code =
    "this program was built for GPUs of compute capability " TRADEWIND_GPU_ARCHITECTURES
    ", and the GPU is older or between: build it again with its own in -Dgpu_architectures (80, 86, 89, 90, 120, ...)";
constexpr const char *in_use = "the GPU is not available: another process may hold it alone (nvidia-smi shows its "
                               "compute mode and processes)";
constexpr const char *driver_files = "the files of the NVIDIA driver are of different versions; restart the machine "
                                     "after a driver update";

const Sentence cuda_sentences[] = {
    {cudaErrorMemoryAllocation, ErrorCode::resource, less_memory},
    {cudaErrorLaunchOutOfResources, ErrorCode::resource, "the GPU has not the registers or shared memory for a kernel"},
    {cudaErrorNoKernelImageForDevice, ErrorCode::resource, no_machine_code},
    {cudaErrorUnsupportedPtxVersion, ErrorCode::resource, "the NVIDIA driver is too old for this program"},
    {cudaErrorInsufficientDriver, ErrorCode::resource, "the NVIDIA driver is too old for this program"},
    {cudaErrorCallRequiresNewerDriver, ErrorCode::resource, "the NVIDIA driver is too old for this program"},
    {cudaErrorNoDevice, ErrorCode::resource, "no GPU is visible"},
    {cudaErrorDevicesUnavailable, ErrorCode::resource, in_use},
    {cudaErrorDeviceAlreadyInUse, ErrorCode::resource, in_use},
    {cudaErrorSystemNotReady, ErrorCode::resource,
     "the GPU's system services are not running (nvidia-fabricmanager, on machines with NVSwitch)"},
    {cudaErrorSystemDriverMismatch, ErrorCode::resource, driver_files},
    {cudaErrorCompatNotSupportedOnDevice, ErrorCode::resource, "the NVIDIA driver is too old for this program"},
    {cudaErrorStubLibrary, ErrorCode::resource,
     "the libcuda.so.1 that was found is a stub for linking; put the NVIDIA driver's first in the search path"},
    {cudaErrorMpsMaxClientsReached, ErrorCode::resource, "as many processes share the GPU as its server allows"},
    {cudaErrorMpsMaxConnectionsReached, ErrorCode::resource, "as many processes share the GPU as its server allows"},
};

struct Loss {
    cudaError_t status;
    const char *reason;
};

const Loss losses[] = {
    {cudaErrorIllegalAddress, "a kernel read or wrote where it must not"},
    {cudaErrorMisalignedAddress, "a kernel used an address that is not aligned"},
    {cudaErrorInvalidAddressSpace, "a kernel read or wrote where it must not"},
    {cudaErrorInvalidPc, "a kernel ran astray"},
    {cudaErrorIllegalInstruction, "a kernel ran astray"},
    {cudaErrorHardwareStackError, "a kernel's stack was damaged"},
    {cudaErrorLaunchFailure, "a kernel failed"},
    {cudaErrorLaunchTimeout, "a kernel ran for too long: the GPU also drives a display"},
    {cudaErrorAssert, "a kernel found an error"},
    {cudaErrorECCUncorrectable, "its memory had an error that could not be corrected"},
    {cudaErrorNvlinkUncorrectable, "a link between GPUs had an error that could not be corrected"},
    {cudaErrorContained, "its memory had an error that ended this process's work"},
    {cudaErrorContextIsDestroyed, "its context was destroyed"},
    {cudaErrorExternalDevice, "another device that works with it failed"},
    {cudaErrorMpsRpcFailure, "the server that shares it is gone"},
    {cudaErrorMpsClientTerminated, "the server that shares it ended this process's work"},
    {cudaErrorTensorMemoryLeak, "a kernel did not give memory back"},
    {cudaErrorUnknown, "the driver does not say why; its log may (dmesg, lines with Xid)"},
};

const Sentence cudnn_sentences[] = {
    {CUDNN_STATUS_NOT_INITIALIZED, ErrorCode::resource,
     "cuDNN cannot be started on this GPU; it may be too old, or its memory full"},
    {CUDNN_STATUS_SUBLIBRARY_VERSION_MISMATCH, ErrorCode::resource,
     "the libraries of cuDNN are of different versions; install them from one package"},
    {CUDNN_STATUS_SUBLIBRARY_LOADING_FAILED, ErrorCode::resource,
     "a library of cuDNN (libcudnn_graph, libcudnn_engines_..., libcudnn_heuristic) or CUDA (libnvrtc, libcublasLt) "
     "cannot be loaded; install them all and add their folder to LD_LIBRARY_PATH"},
    {CUDNN_STATUS_NOT_SUPPORTED_SUBLIBRARY_UNAVAILABLE, ErrorCode::resource,
     "a library of cuDNN cannot be loaded; install them all and add their folder to LD_LIBRARY_PATH"},
    {CUDNN_STATUS_NOT_SUPPORTED_RUNTIME_PREREQUISITE_MISSING, ErrorCode::resource,
     "a library that cuDNN needs (libnvrtc, libcublasLt) cannot be loaded; add its folder to LD_LIBRARY_PATH"},
    {CUDNN_STATUS_NOT_SUPPORTED_INCOMPATIBLE_CUDA_DRIVER, ErrorCode::resource,
     "the NVIDIA driver is too old for this cuDNN"},
    {CUDNN_STATUS_NOT_SUPPORTED_INCOMPATIBLE_CUDART, ErrorCode::resource, "this cuDNN is for another version of CUDA"},
    {CUDNN_STATUS_NOT_SUPPORTED_ARCH_MISMATCH, ErrorCode::resource, "this cuDNN does not support the GPU"},
    {CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED, ErrorCode::resource, less_memory},
    {CUDNN_STATUS_INTERNAL_ERROR_HOST_ALLOCATION_FAILED, ErrorCode::resource,
     "the memory of this process does not suffice"},
};

const Sentence *find(const Sentence *first, const Sentence *last, int status)
{
    const auto found = std::find_if(first, last, [&](const Sentence &each) { return each.status == status; });
    return found == last ? nullptr : found;
}

const Loss *find_loss(cudaError_t status)
{
    const auto found =
        std::find_if(std::begin(losses), std::end(losses), [&](const Loss &each) { return each.status == status; });
    return found == std::end(losses) ? nullptr : found;
}

} // namespace

Error error_of(cudaError_t status, const std::string &doing)
{
    if (const Loss *loss = find_loss(status))
        return Error(ErrorCode::failed, "the GPU was lost while " + doing + ": " + loss->reason + " (" +
                                            cudaGetErrorName(status) + "); start the program again");
    if (const Sentence *known = find(std::begin(cuda_sentences), std::end(cuda_sentences), status))
        return Error(known->code, doing + " failed: " + known->text);
    return Error(ErrorCode::failed,
                 doing + " failed: " + cudaGetErrorString(status) + " (" + cudaGetErrorName(status) + ")");
}

Error error_of(cudnnStatus_t status, const std::string &doing, const std::string &detail)
{
    if (const Sentence *known = find(std::begin(cudnn_sentences), std::end(cudnn_sentences), status))
        return Error(known->code, doing + " failed: " + known->text);
    return Error(ErrorCode::failed,
                 doing + " failed: " + cudnnGetErrorString(status) + (detail.empty() ? "" : ": " + detail));
}

void check(cudaError_t status, const std::string &doing)
{
    if (status == cudaSuccess) return;
    forget(status);
    throw error_of(status, doing);
}

void check(cudnnStatus_t status, const std::string &doing)
{
    if (status == CUDNN_STATUS_SUCCESS) return;
    const cudaError_t beneath = device_state();
    if (is_lost(beneath)) throw error_of(beneath, doing);
    throw error_of(status, doing);
}

bool is_lost(cudaError_t status) { return find_loss(status) != nullptr; }

void forget(cudaError_t status)
{
    if (!is_lost(status)) cudaGetLastError();
}

// cuDNN has a CUDA runtime of its own, whose last error this one does not know; a device that is lost answers nothing.
cudaError_t device_state()
{
    const cudaError_t last = cudaPeekAtLastError();
    if (is_lost(last)) return last;
    std::size_t free = 0, all = 0;
    const cudaError_t status = cudaMemGetInfo(&free, &all);
    forget(status);
    return status;
}

Error no_device(cudaError_t status, int driver_version, int runtime_version)
{
    const std::string needed = cuda_version_text(runtime_version);
    if (status == cudaErrorStubLibrary) return error_of(status, "looking for GPUs");
    if (driver_version == 0)
        return Error(ErrorCode::resource, "there is no NVIDIA driver: install one for CUDA " + needed +
                                              " (580 or newer), or give --target cpu");
    if (status == cudaErrorInsufficientDriver)
        return Error(ErrorCode::resource, "the NVIDIA driver is for CUDA " + cuda_version_text(driver_version) +
                                              " and must be for " + needed +
                                              " or newer: install one, or give --target cpu");
    if (status == cudaErrorNoDevice || status == cudaSuccess)
        return Error(ErrorCode::resource, "no GPU is visible: the machine has none, CUDA_VISIBLE_DEVICES hides it, or "
                                          "the container was started without; give --target cpu");
    return error_of(status, "looking for GPUs");
}

Error no_such_device(int index, int count)
{
    const std::string known =
        count == 1 ? "one GPU is visible, number 0"
                   : std::to_string(count) + " GPUs are visible, numbers 0 to " + std::to_string(count - 1);
    return Error(ErrorCode::usage, "there is no GPU number " + std::to_string(index) + ": " + known);
}

std::string refuses_cudnn(std::size_t version)
{
    if (version / 10000 == CUDNN_MAJOR) return "";
    return "cuDNN is version " + cudnn_version_text(version) + " and must be " + std::to_string(CUDNN_MAJOR) +
           ".x: install that, or give --target cpu";
}

std::string cuda_version_text(int version)
{
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

// Up to version 8, cuDNN counted in other steps.
std::string cudnn_version_text(std::size_t version)
{
    const std::size_t major = version < 10000 ? version / 1000 : version / 10000;
    const std::size_t rest = version < 10000 ? version % 1000 : version % 10000;
    return std::to_string(major) + "." + std::to_string(rest / 100) + "." + std::to_string(rest % 100);
}

} // namespace tradewind::cuda
