// SPDX-License-Identifier: Apache-2.0
// tradewind version
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/terminal.h"

#include "build_version.h"

#include <tradewind/plugin.h>

namespace tradewind::cli {

int version(const Arguments &arguments)
{
    const Flags flags = parse({{"json"}}, arguments, 0);
    const std::string abi = std::to_string(TW_ABI_MAJOR) + "." + std::to_string(TW_ABI_MINOR);
    print(flags.has("json") ? "{\"version\":\"" TRADEWIND_VERSION "\",\"commit\":\"" TRADEWIND_COMMIT
                              "\",\"plugin_abi\":\"" +
                                  abi + "\"}\n"
                            : "tradewind " TRADEWIND_VERSION " (" TRADEWIND_COMMIT "), plugin ABI " + abi + "\n");
    return 0;
}

} // namespace tradewind::cli
