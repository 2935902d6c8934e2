// SPDX-License-Identifier: Apache-2.0
// From NVIDIA's data sheets and the table of limits in the CUDA programming guide.
#include "described_devices.h"

#include <nlohmann/json.hpp>

#include <cstdint>

namespace scene {
namespace {

struct Limits {
    int capability;
    const char *name;
    std::int64_t memory, l2_cache;
    int processors, shared_memory, blocks, threads; // the last three: of one processor, shared memory of a block
};

std::string json_of(const Limits &limits)
{
    return nlohmann::json{{"cudaDeviceId", 0},
                          {"deviceVer", limits.capability * 10},
                          {"driverVer", 13000},
                          {"deviceName", limits.name},
                          {"totalGlobalMem", limits.memory},
                          {"maxGridSize", {2147483647, 65535, 65535}},
                          {"maxBlockSize", {1024, 1024, 64}},
                          {"regsPerBlock", 65536},
                          {"multiProcessorCount", limits.processors},
                          {"warpSize", 32},
                          {"maxSharedMemoryPerBlock", 49152},
                          {"maxSharedMemoryPerBlockOptin", limits.shared_memory},
                          {"reservedSharedMemoryPerBlock", 1024},
                          {"maxRegistersPerSM", 65536},
                          {"maxCtasPerSM", limits.blocks},
                          {"maxThreadsPerBlock", 1024},
                          {"maxThreadsPerSM", limits.threads},
                          {"pciDeviceId", 0},
                          {"isTccDriver", 0},
                          {"supportCoopLaunch", 1},
                          {"smClockRateKHz", 1980000},
                          {"memClockRateKHz", 3201000},
                          {"l2CacheSize", limits.l2_cache}}
        .dump();
}

} // namespace

const std::vector<DescribedDevice> &described_devices()
{
    constexpr std::int64_t gigabyte = 1000000000, mebibyte = 1 << 20;
    static const std::vector<DescribedDevice> all = {
        {"sm_80", json_of({80, "NVIDIA A100-SXM4-80GB", 80 * gigabyte, 40 * mebibyte, 108, 166912, 32, 2048})},
        {"sm_89", json_of({89, "NVIDIA L40S", 48 * gigabyte, 96 * mebibyte, 142, 101376, 24, 1536})},
        {"sm_90", json_of({90, "NVIDIA H200", 141 * gigabyte, 60 * mebibyte, 132, 232448, 32, 2048})},
        {"sm_120",
         json_of({120, "NVIDIA RTX PRO 6000 Blackwell", 96 * gigabyte, 128 * mebibyte, 188, 101376, 24, 1536})},
    };
    return all;
}

} // namespace scene
