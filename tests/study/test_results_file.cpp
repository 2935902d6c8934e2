// SPDX-License-Identifier: Apache-2.0
// Lines of results: none lost, none doubled, wherever writing stopped.
#include "study_folder.h"

#include "study/results_file.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <unistd.h>

using namespace tradewind;

namespace {

Result result_of(const std::string &key, const std::string &status = "ok")
{
    Result result;
    result.key = key;
    result.status = status;
    result.time["total"].median = 1.5;
    return result;
}

std::string line(const std::string &key, const std::string &status = "ok")
{
    return to_json(result_of(key, status)) + "\n";
}

std::string keys(const ResultLines &read)
{
    std::string text;
    for (const auto &one : read.lines) text += one.result.key;
    return text;
}

std::string keys_in(const StudyFolder &folder) { return keys(read_results(folder.path("results.jsonl"))); }

std::string refused(const std::string &contents)
{
    const StudyFolder folder;
    folder.write("results.jsonl", contents);
    const std::string said = refusal([&] { ResultsFile file(folder.path(".")); });
    CHECK(folder.read("results.jsonl") == contents); // what is not ours stays as it is
    return said;
}

} // namespace

TEST_CASE("lines are there once they are appended")
{
    const StudyFolder folder;
    CHECK(keys_in(folder) == "");
    {
        ResultsFile file(folder.path("."));
        file.append(result_of("a"));
        CHECK(keys_in(folder) == "a");
        file.append(result_of("b", "failed"));
        CHECK(file.read().find("b")->status == "failed");
        CHECK(file.read().find("c") == nullptr);
    }
    ResultsFile file(folder.path("."));
    CHECK(keys(file.read()) == "ab");
    file.append(result_of("c"));
    CHECK(folder.read("results.jsonl") == line("a") + line("b", "failed") + line("c"));
}

TEST_CASE("wherever writing stopped, whole lines are kept and the torn one goes")
{
    const std::string first = line("a"), both = first + line("b");
    const StudyFolder folder;
    for (std::size_t length = 0; length <= both.size(); ++length) {
        CAPTURE(length);
        folder.write("results.jsonl", both.substr(0, length));
        const std::string whole = length < first.size() ? "" : length < both.size() ? "a" : "ab";
        REQUIRE(keys_in(folder) == whole); // looking changes nothing
        REQUIRE(folder.read("results.jsonl").size() == length);
        const bool at_an_end = (length + 2) % first.size() < 4;
        if (length % 16 && !at_an_end) continue; // syncing takes its time
        ResultsFile file(folder.path("."));
        REQUIRE(keys(file.read()) == whole);
        file.append(result_of("c"));
        REQUIRE(keys_in(folder) == whole + "c");
    }
}

TEST_CASE("of doubled lines the first counts, unless only a later one is ok")
{
    const StudyFolder folder;
    folder.write("results.jsonl", line("a") + line("b", "failed") + line("a", "failed") + line("b") + line("c"));
    ResultsFile file(folder.path("."));
    CHECK(keys(file.read()) == "abc");
    CHECK(file.read().doubled == 2);
    CHECK(file.read().find("a")->status == "ok");
    CHECK(file.read().find("b")->status == "ok");
    file.put_in_order({"a", "b", "c"});
    CHECK(folder.read("results.jsonl") == line("a") + line("b") + line("c"));
}

TEST_CASE("files that are not ours are refused and stay")
{
    CHECK(refused(line("a") + "hello\n").find("results.jsonl:2: this is no result") != std::string::npos);
    CHECK(refused("{\"schema\":\"tradewind-result-2\"}\n").find("results.jsonl:1: this is no result") !=
          std::string::npos);
    CHECK(refused("a diary without an end of line").find("results.jsonl:1: this is no result of a study") !=
          std::string::npos);
    CHECK(refused(line("a") + "{\"x\":").find("results.jsonl:2: ") != std::string::npos);
    CHECK(refused(line("")).find("results.jsonl:1: this result is of no study") != std::string::npos);
    CHECK(refused("\n").find("results.jsonl:1: this is no result") != std::string::npos);
    CHECK(refused(std::string(50, '\0')).find("results.jsonl:1") != std::string::npos);
}

TEST_CASE("one study at a time")
{
    const StudyFolder folder;
    {
        const ResultsFile first(folder.path("."));
        CHECK(refusal([&] { ResultsFile second(folder.path(".")); }).find("another study writes its results here") !=
              std::string::npos);
    }
    CHECK(refusal([&] { ResultsFile third(folder.path(".")); }) == "");
}

TEST_CASE("folders that cannot be are refused")
{
    const StudyFolder folder;
    folder.write("file", "x");
    CHECK(refusal([&] { ResultsFile file(folder.path("file")); }).find("the folder cannot be made") !=
          std::string::npos);
    CHECK(refusal([&] { ResultsFile file(folder.path("file/below")); }).find("the folder cannot be made") !=
          std::string::npos);
    CHECK(refusal([&] { ResultsFile file(folder.path("new/below")); }) == "");
    if (geteuid() == 0) return; // who may write everywhere
    std::filesystem::create_directory(folder.path("closed"));
    std::filesystem::permissions(folder.path("closed"),
                                 std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    CHECK(refusal([&] { ResultsFile file(folder.path("closed")); }).find("the folder cannot be written") !=
          std::string::npos);
}

TEST_CASE("order is that of the cells, then what is of others; text is kept as it is")
{
    const StudyFolder folder;
    const std::string foreign = "{\"schema\":\"tradewind-result-1\",\"key\":\"x\",\"later_member\":3}\n";
    folder.write("results.jsonl", foreign + line("b") + line("y") + line("a"));
    ResultsFile file(folder.path("."));
    file.put_in_order({"a", "b", "c"});
    CHECK(folder.read("results.jsonl") == line("a") + line("b") + foreign + line("y"));
    file.append(result_of("c"));
    CHECK(keys_in(folder) == "abxyc");
    file.put_in_order({"a", "b", "c"});
    CHECK(keys_in(folder) == "abcxy");
    file.drop({"b", "x"});
    CHECK(keys_in(folder) == "acy");
    file.append(result_of("d"));
    CHECK(keys_in(folder) == "acyd");
}

TEST_CASE("what a killed process was about to put in place is removed")
{
    const StudyFolder folder;
    folder.write("results.jsonl", line("a"));
    folder.write("results.jsonl.part-12345", line("a"));
    const ResultsFile file(folder.path("."));
    CHECK(!std::filesystem::exists(folder.path("results.jsonl.part-12345")));
    CHECK(keys(file.read()) == "a");
}
