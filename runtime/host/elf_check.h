// SPDX-License-Identifier: Apache-2.0
// Whether a shared object is whole, before anything trusts its tables.
#pragma once

#include <string>

namespace tradewind {

// Why the file cannot be a 64-bit ELF library of this machine, as the end of a sentence: cut off, damaged tables, made
// for another machine; "" when nothing is known against it. Reads the headers only, so that neither the loader of the
// system nor a reader of sections runs past the end of a damaged file.
std::string elf_fault(const std::string &path);

} // namespace tradewind
