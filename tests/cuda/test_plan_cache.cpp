// SPDX-License-Identifier: Apache-2.0
// What was measured, from run to run, and files that are not what they should be.
#include "targets/cuda/plan_cache.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <unistd.h>

using namespace tradewind::cuda;
namespace fs = std::filesystem;

namespace {

// A folder that goes at the end.
struct Folder {
    fs::path path = fs::temp_directory_path() / ("tradewind-plan-cache-" + std::to_string(getpid()));

    Folder() { fs::remove_all(path); }
    ~Folder() { fs::remove_all(path); }
    fs::path file() const { return path / "cuda-plans.jsonl"; }
    std::string text() const
    {
        std::ifstream stream(file());
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    void write(const std::string &text) const
    {
        fs::create_directories(path);
        std::ofstream(file()) << text;
    }
};

const PlanCache::Entry some_entry{"41 2=5 13=1", 12.5}, other_entry{"11", 80};

} // namespace

TEST_CASE("entries are found by the next cache of the folder")
{
    const Folder folder;
    PlanCache(folder.path).keep("one", some_entry); // makes the folder
    PlanCache second(folder.path);
    CHECK(second.find("one") == some_entry);
    CHECK_FALSE(second.find("two"));
    second.keep("one", other_entry);
    CHECK(PlanCache(folder.path).find("one") == other_entry);
}

TEST_CASE("caches at the same time keep each other's entries")
{
    const Folder folder;
    PlanCache first(folder.path), second(folder.path);
    first.keep("one", some_entry);
    second.keep("two", other_entry);
    const PlanCache both(folder.path);
    CHECK(both.find("one") == some_entry);
    CHECK(both.find("two") == other_entry);
    CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 1); // no file in the making is left
}

TEST_CASE("a cache without folder keeps entries for itself")
{
    PlanCache cache{std::string()};
    cache.keep("one", some_entry);
    CHECK(cache.find("one") == some_entry);
}

TEST_CASE("files that are none of this version count as absent and are replaced")
{
    const Folder folder;
    for (const char *text :
         {"", "\n", "something else\n", "{\"format\":\"tradewind plans\",\"version\":99}\n", "\xff\xfe\0"}) {
        folder.write(std::string(text) + R"({"engine":"41","key":"one","microseconds":1})" + "\n");
        PlanCache cache(folder.path);
        CHECK_FALSE(cache.find("one"));
        cache.keep("two", other_entry);
        CHECK(PlanCache(folder.path).find("two") == other_entry);
    }
}

TEST_CASE("damaged lines are left out, the others stay")
{
    const Folder folder;
    PlanCache(folder.path).keep("one", some_entry);
    const std::string whole = folder.text();
    for (const char *damage :
         {"{", "[]", "null", "{\"key\":\"x\"}", R"({"key":1,"engine":"1","microseconds":1})",
          R"({"key":"x","engine":["1"],"microseconds":1})", R"({"key":"x","engine":"1","microseconds":"1"})",
          R"({"key":"x","engine":"1","microseconds":-1})", R"({"key":"x","engine":"1","microseconds":1e999})",
          "\xff\xff", R"({"key":"x","engine":"1","micr)"}) {
        CAPTURE(damage);
        folder.write(whole + damage + "\n");
        const PlanCache cache(folder.path);
        CHECK(cache.find("one") == some_entry);
        CHECK_FALSE(cache.find("x"));
    }
}

TEST_CASE("compiled plans are kept for their engine alone, and damaged ones are none")
{
    const Folder folder;
    const std::string plan("{\"kernel\":\"\n\0\xff\"}", 16);
    PlanCache(folder.path).keep_compiled("one", "7 24=21", plan);
    const PlanCache cache(folder.path);
    CHECK(cache.compiled("one", "7 24=21") == plan);
    CHECK(cache.compiled("one", "7 24=22") == "");
    CHECK(cache.compiled("two", "7 24=21") == "");
    const fs::path file = fs::directory_iterator(folder.path / "cuda-plans")->path();
    fs::resize_file(file, fs::file_size(file) - 1);
    CHECK(cache.compiled("one", "7 24=21") == "");
    cache.keep_compiled("one", "7 24=21", plan);
    CHECK(cache.compiled("one", "7 24=21") == plan);
    CHECK(PlanCache(std::string()).compiled("one", "7 24=21") == "");
}

TEST_CASE("a folder that cannot be written is no error")
{
    PlanCache cache("/proc/no-such-folder");
    cache.keep("one", some_entry);
    CHECK(cache.find("one") == some_entry);
    CHECK_NOTHROW(cache.keep_compiled("one", "7", "plan"));
}

TEST_CASE("keys tell devices, versions and shapes apart")
{
    const DeviceFacts facts{"NVIDIA H200", 90, "driver 13.0, CUDA 13.0, cuDNN 9.19.0"};
    ConvolutionShape shape{1, 3, 32, {300, 150, 3, 2, 1, 0, 1}, {300, 150, 3, 2, 1, 0, 1}, Storage::f16};
    CHECK(plan_key(facts, shape) == "NVIDIA H200, 90, driver 13.0, CUDA 13.0, cuDNN 9.19.0: " + to_string(shape));
    const std::string key = plan_key(facts, shape);
    DeviceFacts other = facts;
    other.libraries = "driver 13.0, CUDA 13.0, cuDNN 9.20.0";
    CHECK(plan_key(other, shape) != key);
    shape.storage = Storage::bf16;
    CHECK(plan_key(facts, shape) != key);
}
