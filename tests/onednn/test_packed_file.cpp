// SPDX-License-Identifier: Apache-2.0
// Packed weights from run to run, and files that are not what they should be.
#include "processes.h"
#include "running.h"
#include "targets/onednn/packed_file.h"
#include "test_folder.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace tradewind::onednn;
namespace fs = std::filesystem;

namespace {

constexpr double long_time = 20, short_time = 1;
const Tensor some = random_tensor({1000}, 1), other = random_tensor({77}, 2);

bool equal(const Tensor &expected, const Tensor &found)
{
    return found.bytes() == expected.bytes() && std::memcmp(found.data(), expected.data(), expected.bytes()) == 0;
}

void save(const TestFolder &folder, const std::string &of, const std::string &key, const Tensor &values)
{
    PackedFile file(folder.path, of);
    file.add(key, values, long_time);
    file.save();
}

fs::path only_file(const TestFolder &folder)
{
    for (const auto &entry : fs::directory_iterator(folder.path))
        if (entry.path().extension() == ".packed") return entry.path();
    return {};
}

} // namespace

TEST_CASE("what was packed is mapped by the next process")
{
    const TestFolder folder("packed");
    PackedFile file(folder.path, "a model");
    CHECK(file.find("one", some.bytes()).empty());
    file.add("one", some, long_time);
    file.add("two", other, short_time);
    file.save();
    CHECK(file.counts().saved == 1);
    PackedFile next(folder.path, "a model");
    CHECK(next.has("one", some.bytes()));
    const Tensor found = next.find("one", some.bytes());
    CHECK(equal(some, found));
    CHECK(found.is_mapped());
    CHECK(reinterpret_cast<std::uintptr_t>(found.data()) % 64 == 0);
    CHECK(equal(other, next.find("two", other.bytes())));
    CHECK(next.counts().found == 2);
    CHECK(next.find("one", other.bytes()).empty()); // another size
    CHECK(next.find("three", some.bytes()).empty());
    CHECK(PackedFile(folder.path, "another model").find("one", some.bytes()).empty());
}

TEST_CASE("a file grows by what further plans pack, and who maps the old one keeps it")
{
    const TestFolder folder("packed");
    save(folder, "a model", "one", some);
    PackedFile first(folder.path, "a model"), second(folder.path, "a model");
    const Tensor mapped = first.find("one", some.bytes());
    second.add("two", other, long_time);
    second.save();
    first.add("three", other, long_time);
    first.save();
    CHECK(equal(some, mapped));
    PackedFile all(folder.path, "a model");
    for (const char *key : {"two", "three"}) CHECK(equal(other, all.find(key, other.bytes())));
    CHECK(equal(some, all.find("one", some.bytes())));
}

TEST_CASE("nothing is written for what is packed in no time, nor without a folder")
{
    const TestFolder folder("packed");
    PackedFile quick(folder.path, "a model");
    quick.add("one", some, short_time);
    quick.save();
    CHECK_FALSE(fs::exists(folder.path));
    PackedFile nowhere("", "a model");
    nowhere.add("one", some, long_time);
    nowhere.save();
    CHECK(nowhere.counts().saved == 0);
    CHECK(nowhere.find("one", some.bytes()).empty());
}

TEST_CASE("damage is seen, wherever it is, and mended by the next who packs")
{
    const TestFolder folder("packed");
    save(folder, "a model", "one", some);
    const fs::path path = only_file(folder);
    const std::string name = path.filename(), whole = folder.read(name);
    REQUIRE(whole.size() > some.bytes());
    for (std::size_t at = 0; at < whole.size(); at += at < 400 ? 1 : 97) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
        folder.write(name, damaged);
        PackedFile file(folder.path, "a model");
        const Tensor found = file.find("one", some.bytes());
        INFO("byte " << at);
        // Nothing lies in the gaps before and behind the values.
        CHECK((found.empty() || equal(some, found)));
        if (at < 100 || (at > 1000 && at + 64 < whole.size())) CHECK(found.empty());
    }
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{1}, std::size_t{40}, whole.size() / 2, whole.size() - 200}) {
        folder.write(name, whole.substr(0, length));
        PackedFile file(folder.path, "a model");
        CHECK(file.find("one", some.bytes()).empty());
        file.add("one", some, long_time);
        file.save();
        CHECK(equal(some, PackedFile(folder.path, "a model").find("one", some.bytes())));
    }
}

TEST_CASE("the file of another model under the same name is not taken for this one's")
{
    const TestFolder folder("packed");
    save(folder, "a model", "one", some);
    const fs::path path = only_file(folder);
    save(folder, "another model", "one", other);
    std::string theirs;
    for (const auto &entry : fs::directory_iterator(folder.path))
        if (entry.path().extension() == ".packed" && entry.path() != path) theirs = entry.path();
    fs::rename(theirs, path);
    CHECK(PackedFile(folder.path, "a model").find("one", other.bytes()).empty());
}

TEST_CASE("folders that cannot be written are no error")
{
    for (const char *folder : {"/proc/no-such-folder", "/dev/null", "/dev/full/x"}) {
        PackedFile file(folder, "a model");
        file.add("one", some, long_time);
        CHECK_NOTHROW(file.save());
        CHECK(file.counts().saved == 0);
    }
}

TEST_CASE("the folder stays below its limit: what was used the longest ago goes")
{
    const TestFolder folder("packed");
    constexpr std::uintmax_t limit = 10'000; // two files of `some`, not three
    using Clock = fs::file_time_type::clock;
    for (const char *of : {"a", "b"}) save(folder, of, "one", some);
    for (const auto &entry : fs::directory_iterator(folder.path))
        fs::last_write_time(entry.path(), Clock::now() - std::chrono::hours(24));
    CHECK_FALSE(PackedFile(folder.path, "a").find("one", some.bytes()).empty()); // used today
    PackedFile third(folder.path, "c", limit);
    third.add("one", some, long_time);
    third.save();
    CHECK(PackedFile(folder.path, "a").has("one", some.bytes()));
    CHECK_FALSE(PackedFile(folder.path, "b").has("one", some.bytes()));
    CHECK(PackedFile(folder.path, "c").has("one", some.bytes()));
    PackedFile large(folder.path, "d", some.bytes() / 2); // more than all may have
    large.add("one", some, long_time);
    large.save();
    CHECK(large.counts().saved == 0);
}

TEST_CASE("processes that write at once leave a whole file")
{
    const TestFolder folder("packed");
    in_processes(4, [&](int i) {
        for (int j = 0; j < 5; ++j) save(folder, "a model", std::to_string(i) + "," + std::to_string(j), some);
    });
    PackedFile all(folder.path, "a model");
    for (int i = 0; i < 4; ++i)
        for (int j = 0; j < 5; ++j)
            CHECK(equal(some, all.find(std::to_string(i) + "," + std::to_string(j), some.bytes())));
}
