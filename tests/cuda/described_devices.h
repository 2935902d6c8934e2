// SPDX-License-Identifier: Apache-2.0
// Devices that are not there, in cuDNN's words: it chooses engines and builds plans for them on any machine.
#pragma once

#include <string>
#include <vector>

namespace scene {

struct DescribedDevice {
    std::string name;   // "sm_90"
    std::string device; // in cuDNN's JSON of device properties
};

// One for each compute capability that has its own kernels: 8.0, 8.9, 9.0 and 12.0.
const std::vector<DescribedDevice> &described_devices();

} // namespace scene
