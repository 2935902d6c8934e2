// SPDX-License-Identifier: Apache-2.0
// The command line.
#include "cli/commands.h"

int main(int argc, char **argv) { return tradewind::cli::run({argv + 1, argv + argc}); }
