// SPDX-License-Identifier: Apache-2.0
// The ELF header, its tables of segments and sections, and whether they lie in the file.
#include "host/elf_check.h"

#include <cstdint>
#include <cstring>
#include <elf.h>
#include <filesystem>
#include <fstream>
#include <vector>

namespace tradewind {
namespace {

#if defined(__x86_64__)
constexpr std::uint16_t this_machine = EM_X86_64;
#elif defined(__aarch64__)
constexpr std::uint16_t this_machine = EM_AARCH64;
#else
constexpr std::uint16_t this_machine = EM_NONE; // not compared
#endif

class Library {
public:
    explicit Library(const std::string &path) : file_(path, std::ios::binary)
    {
        std::error_code error;
        const auto size = std::filesystem::file_size(path, error);
        size_ = error ? 0 : size;
    }

    bool holds(std::uint64_t offset, std::uint64_t length) const { return offset <= size_ && length <= size_ - offset; }

    // Empty when the table does not lie in the file.
    template <class Entry> std::vector<Entry> table(std::uint64_t offset, std::uint64_t count, std::uint64_t entry_size)
    {
        if (entry_size != sizeof(Entry) || count > 0xFFFF || !holds(offset, count * sizeof(Entry))) return {};
        std::vector<Entry> entries(count);
        file_.seekg(static_cast<std::streamoff>(offset));
        file_.read(reinterpret_cast<char *>(entries.data()), static_cast<std::streamsize>(count * sizeof(Entry)));
        return file_ ? entries : std::vector<Entry>{};
    }

    // What readers of names rely on.
    bool ends_with_zero(const Elf64_Shdr &names)
    {
        if (names.sh_type != SHT_STRTAB || names.sh_size == 0 || !holds(names.sh_offset, names.sh_size)) return false;
        file_.seekg(static_cast<std::streamoff>(names.sh_offset + names.sh_size - 1));
        return file_.get() == 0;
    }

private:
    std::ifstream file_;
    std::uint64_t size_ = 0;
};

std::string header_fault(const Elf64_Ehdr &header)
{
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0) return "is no shared object";
    if (header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_ident[EI_DATA] != ELFDATA2LSB || header.e_type != ET_DYN ||
        (this_machine != EM_NONE && header.e_machine != this_machine))
        return "is no shared object for this machine";
    return "";
}

} // namespace

std::string elf_fault(const std::string &path)
{
    Library library(path);
    const auto headers = library.table<Elf64_Ehdr>(0, 1, sizeof(Elf64_Ehdr));
    if (headers.empty()) return "is no shared object";
    const Elf64_Ehdr &header = headers.front();
    if (auto fault = header_fault(header); !fault.empty()) return fault;
    const auto segments = library.table<Elf64_Phdr>(header.e_phoff, header.e_phnum, header.e_phentsize);
    const auto sections = library.table<Elf64_Shdr>(header.e_shoff, header.e_shnum, header.e_shentsize);
    if (segments.empty() || sections.empty() || header.e_shstrndx >= sections.size())
        return "is a damaged shared object: a table of it lies outside of the file";
    if (!library.ends_with_zero(sections[header.e_shstrndx]))
        return "is a damaged shared object: the names of its sections have no end";
    for (const Elf64_Phdr &segment : segments)
        if (!library.holds(segment.p_offset, segment.p_filesz) || segment.p_filesz > segment.p_memsz)
            return "is a damaged shared object: a segment of it lies outside of the file";
    for (const Elf64_Shdr &section : sections)
        if (section.sh_type != SHT_NOBITS && !library.holds(section.sh_offset, section.sh_size))
            return "is a damaged shared object: a section of it lies outside of the file";
    return "";
}

} // namespace tradewind
