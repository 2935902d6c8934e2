// SPDX-License-Identifier: Apache-2.0
// Plugins that cannot be used: each is refused with a sentence that names the file, what disagrees and what to do.
#include "plugin_folder.h"

#include <doctest/doctest.h>

#include <elf.h>
#include <fstream>

using namespace tradewind;
using plugins::error_of;
using plugins::Folder;
using plugins::lacks;
namespace fs = std::filesystem;

namespace {

std::string refusal(const Folder &folder, const std::string &name)
{
    Registry registry(folder.search_path());
    return error_of([&] { registry.extractor(name); });
}

// Of a fixture that is copied as it is.
std::string refusal(const std::string &fixture)
{
    const Folder folder;
    folder.add(fixture);
    const std::string said = refusal(folder, fixture);
    CHECK(lacks(said, {folder.path(fixture + ".so")}) == "");
    return said;
}

} // namespace

TEST_CASE("a plugin in plain C is loaded")
{
    const Folder folder;
    folder.add("plain");
    Registry registry(folder.search_path());
    CHECK(registry.extractor("plain").id == "org.example.plain");
    CHECK(&registry.extractor("plain") == &registry.extractor("org.example.plain"));
}

TEST_CASE("versions that do not fit")
{
    CHECK(lacks(refusal("wrong_major"),
                {"refused: ", "exports tradewind_plugin_v1", "needs tradewind_plugin_v0", "rebuild"}) == "");
    CHECK(lacks(refusal("later_major"), {"refused: ", "marked twabi1", "needs twabi0", "rebuild"}) == "");
    CHECK(lacks(refusal("later_minor"), {"refused: ", "needs a host of ABI 0.9", "this is 0.1", "newer Tradewind"}) ==
          "");
    CHECK(lacks(refusal("foreign_kind"), {"refused: ", "feature-extractor/7", "feature-extractor/1"}) == "");
}

TEST_CASE("structs that are shorter or longer than the host's are read as far as they go")
{
    const Folder folder;
    folder.add("older_minor");
    folder.add("newer_minor");
    Registry registry(folder.search_path());
    CHECK_FALSE(registry.extractor("older_minor").has_tail);
    CHECK(registry.extractor("older_minor").preprocessing.scale == std::vector<double>{1, 1, 1});
    for (const char *name : {"older_minor", "newer_minor"}) {
        const auto graph = plugins::network(registry, "[model]\nextractor = " + std::string(name) + "\n", {64, 64});
        CHECK(graph.shape(graph.output("last")) == Shape{1, 8, 8, 4});
    }
}

TEST_CASE("shared objects that are no plugins")
{
    CHECK(lacks(refusal("no_mark"), {"refused: ", "no Tradewind plugin", "no section twabi0", "TRADEWIND_PLUGIN"}) ==
          "");
    CHECK(lacks(refusal("no_symbol"), {"refused: ", "does not export tradewind_plugin_v0", "TRADEWIND_PLUGIN"}) == "");
    CHECK(lacks(refusal("short_component"), {"refused: ", "is 16 bytes, of at least", "rebuild"}) == "");
}

TEST_CASE("options that their own author got wrong")
{
    CHECK(lacks(refusal("wrong_default"),
                {"refused: ", "its own default is wrong", "extractor.width is '7'", "0 to 1"}) == "");
    CHECK(lacks(refusal("wrong_range"), {"refused: ", "option width", "'few..many'", "0..1"}) == "");
}

TEST_CASE("files that cannot be loaded")
{
    CHECK(lacks(refusal("missing_symbol_of_library"),
                {"refused: ", "cannot be loaded", "tradewind_no_library_has_this"}) == "");
    const Folder folder;
    folder.add("plain", "broken");
    fs::resize_file(folder.path("broken.so"), 1000);
    CHECK(lacks(refusal(folder, "broken"),
                {"refused: ", folder.path("broken.so"), "damaged shared object", "rebuild"}) == "");
    folder.add("plain", "text");
    folder.write("text.so", "not a library");
    CHECK(lacks(refusal(folder, "org.example.plain"), {"refused: ", "broken.so", "damaged shared object"}) ==
          ""); // the first
    fs::remove(folder.path("broken.plugin"));
    CHECK(lacks(refusal(folder, "text"), {"refused: ", folder.path("text.so"), "no shared object"}) == "");
    fs::remove(folder.path("text.so"));
    CHECK(lacks(refusal(folder, "text"), {"refused: ", folder.path("text.plugin"), "text.so does not exist"}) == "");
}

TEST_CASE("a library that is cut off anywhere, or says it was, is never opened")
{
    const Folder folder;
    folder.add("plain", "cut");
    const auto whole = fs::file_size(folder.path("cut.so"));
    for (const auto size :
         {std::uintmax_t{0}, std::uintmax_t{3}, std::uintmax_t{63}, whole / 3, whole / 2, whole - 1}) {
        CAPTURE(size);
        folder.add("plain", "cut");
        fs::resize_file(folder.path("cut.so"), size);
        CHECK(lacks(refusal(folder, "cut"), {"refused: ", "cut.so", "shared object", "rebuild"}) == "");
    }
}

TEST_CASE("names of sections without an end")
{
    const Folder folder;
    folder.add("plain", "endless");
    std::fstream file(folder.path("endless.so"), std::ios::in | std::ios::out | std::ios::binary);
    Elf64_Ehdr header;
    file.read(reinterpret_cast<char *>(&header), sizeof header);
    Elf64_Shdr names;
    file.seekg(static_cast<std::streamoff>(header.e_shoff + header.e_shstrndx * sizeof names));
    file.read(reinterpret_cast<char *>(&names), sizeof names);
    file.seekp(static_cast<std::streamoff>(names.sh_offset + names.sh_size - 1));
    file.put('A');
    file.close();
    CHECK(lacks(refusal(folder, "endless"), {"refused: ", "endless.so", "damaged shared object", "rebuild"}) == "");
}

TEST_CASE("manifests that disagree with their library")
{
    const Folder folder;
    folder.add("plain", "stale", "feature-extractor:org.example.renamed");
    const auto said = refusal(folder, "stale");
    CHECK(lacks(said, {"refused: ", folder.path("stale.so"), folder.path("stale.plugin"),
                       "feature-extractor:org.example.plain", "feature-extractor:org.example.renamed", "rebuild"}) ==
          "");
}

TEST_CASE("manifests that cannot be used")
{
    const Folder folder;
    const auto said = [&](const std::string &text) {
        folder.write("odd.plugin", text);
        return refusal(folder, "odd");
    };
    const std::string manifest = folder.path("odd.plugin");
    CHECK(lacks(said("[plugin]\nabi = 0.1\nprovides = feature-extractor:a\n"),
                {"refused: ", manifest, "library = ..."}) == "");
    CHECK(lacks(said("[plugin]\nlibrary = odd.so\nprovides = feature-extractor:a\n"),
                {"refused: ", manifest, "abi = ..."}) == "");
    CHECK(lacks(said("[plugin]\nlibrary = ../odd.so\nabi = 0.1\nprovides = a\n"),
                {"refused: ", manifest, "../odd.so", "beside"}) == "");
    CHECK(lacks(said("[plugin]\nlibrary = odd.so\nabi = 1.0\nprovides = feature-extractor:a\n"),
                {"refused: ", manifest, "ABI 1.0", "host has 0.1", "rebuild"}) == "");
    CHECK(lacks(said("[plugin]\nlibrary = odd.so\nabi = 0.1\nprovides = foo\n"),
                {"refused: ", manifest, "'foo'", "feature-extractor:ID"}) == "");
    CHECK(lacks(said("[plugin]\nlibrary = " + std::string(300, 'x') + "\nabi = 0.1\nprovides = feature-extractor:a\n"),
                {"refused: ", manifest, "does not exist"}) == "");
    CHECK(lacks(said("[plugin\n"), {"refused: ", manifest}) == "");
}

TEST_CASE("what others could have changed is not loaded")
{
    const Folder folder;
    folder.add("plain");
    fs::permissions(folder.path("plain.so"), fs::perms::group_write, fs::perm_options::add);
    CHECK(lacks(refusal(folder, "plain"), {"refused: ", folder.path("plain.so"), "writable by others", "chmod go-w"}) ==
          "");
    fs::permissions(folder.path("plain.so"), fs::perms::group_write, fs::perm_options::remove);
    CHECK(refusal(folder, "plain") == "no error");
    fs::permissions(folder.path(), fs::perms::others_write, fs::perm_options::add);
    CHECK(lacks(refusal(folder, "plain"), {"refused: ", folder.path(), "writable by others", "chmod go-w"}) == "");
    fs::permissions(folder.path(), fs::perms::others_write, fs::perm_options::remove);

    const Folder open;
    open.add("plain");
    fs::permissions(open.path(), fs::perms::others_write, fs::perm_options::add);
    fs::remove(folder.path("plain.so"));
    fs::create_symlink(open.path("plain.so"), folder.path("plain.so"));
    CHECK(lacks(refusal(folder, "plain"), {"refused: ", open.path(), "writable by others"}) == "");
}
