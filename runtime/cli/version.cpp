// SPDX-License-Identifier: Apache-2.0
// tradewind version
#include "cli/commands.h"
#include "cli/flags.h"
#include "cli/terminal.h"
#include "host/manifest.h"

#include "build_version.h"

namespace tradewind::cli {

int version(const Arguments &arguments)
{
    const Flags flags = parse({{"json"}}, arguments, 0);
    print(flags.has("json")
              ? "{\"version\":\"" TRADEWIND_VERSION "\",\"commit\":\"" TRADEWIND_COMMIT "\",\"plugin_abi\":\"" +
                    host_abi() + "\"}\n"
              : "tradewind " TRADEWIND_VERSION " (" TRADEWIND_COMMIT "), plugin ABI " + host_abi() + "\n");
    return 0;
}

} // namespace tradewind::cli
