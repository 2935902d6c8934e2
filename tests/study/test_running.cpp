// SPDX-License-Identifier: Apache-2.0
// Running studies with a program that stands in for this one.
#include "study_folder.h"

#include "study/study.h"
#include "study/study_record.h"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

using namespace tradewind;

namespace {

const std::string two = "[grid a]\nconfig = ssd_mobilenet_v1_300\nsize = 160, 300\n";

// Prints a result, and keeps what it was called with.
std::string good_program(const StudyFolder &folder)
{
    Result result;
    result.configuration.config = "printed";
    result.time["total"].median = 2.5;
    folder.write("bench.json", to_json(result) + "\n");
    return "echo \"$@\" >> " + folder.path("calls") + "\ncat " + folder.path("$1.json") + "\n";
}

struct Running {
    StudyFolder folder;
    Study study;
    std::vector<Cell> cells;
    std::string program;
    std::vector<std::string> told;

    Running(const std::string &text, const std::string &script) { set(text, script); }
    void set(const std::string &text, const std::string &script)
    {
        cells = folder.cells(text);
        study = folder.study(text);
        program = folder.write_program("program", script);
    }
    std::size_t run(StudyOptions options = {})
    {
        ResultsFile results(folder.path("out"));
        StudyEvents events;
        events.before = [&](const Cell &cell, std::size_t left) {
            told.push_back("+" + cell.label + std::to_string(left));
        };
        events.after = [&](const Result &result, std::size_t left) {
            told.push_back(result.status + std::to_string(left));
        };
        return run_study(study, cells, results, {program, {"--plugin-dir", "p"}, -1}, options, events);
    }
    ResultLines lines() const { return read_results(folder.path("out/results.jsonl")); }
};

} // namespace

TEST_CASE("what is missing is measured, once, in order, and told")
{
    Running running(two, "");
    running.program = running.folder.write_program("program", good_program(running.folder));
    CHECK(running.run() == 0);
    const ResultLines lines = running.lines();
    REQUIRE(lines.lines.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK(lines.lines[i].result.key == running.cells[i].key);
        CHECK(lines.lines[i].result.status == "ok");
        CHECK(lines.lines[i].result.configuration.config == "printed");
        CHECK(lines.lines[i].result.accuracy_note.find("would mean nothing") != std::string::npos);
    }
    CHECK(running.told ==
          std::vector<std::string>{"+ssd_mobilenet_v1_300 size=1602", "ok1", "+ssd_mobilenet_v1_300 size=3001", "ok0"});
    const std::string calls = running.folder.read("calls");
    CHECK(calls.starts_with("bench picture:480x640 --config ssd_mobilenet_v1_300 --weights seeded --target auto "
                            "--threads 0 --precision f32 --batch 1 --set image.size=160 "
                            "--streams 1 --iterations 10 --rounds 5 --warmup 1 --json --plugin-dir p\n"));
    CHECK(running.run() == 0); // nothing is left
    CHECK(running.folder.read("calls") == calls);
}

TEST_CASE("--limit stops early, and the same study goes on")
{
    Running running(two, "");
    running.program = running.folder.write_program("program", good_program(running.folder));
    StudyOptions options;
    options.limit = 1;
    CHECK(running.run(options) == 1);
    CHECK(running.lines().lines.size() == 1);
    CHECK(running.run(options) == 0);
    CHECK(running.lines().lines.size() == 2);
}

TEST_CASE("refusals are impossible, everything else that goes wrong is failed, and the study goes on")
{
    const auto outcome = [](const std::string &script) {
        Running running("[study]\ntimeout = 0.5\n" + two, script);
        running.run();
        const ResultLines lines = running.lines();
        REQUIRE(lines.lines.size() == 2);
        CHECK(lines.lines[1].result.status == lines.lines[0].result.status);
        CHECK(lines.lines[0].result.configuration.size == 160); // what it was to be
        return lines.lines[0].result.status + ": " + lines.lines[0].result.error;
    };
    CHECK(outcome("echo 'tradewind: no such thing' >&2; exit 2") == "impossible: no such thing");
    CHECK(outcome("echo 'tradewind: damaged' >&2; exit 5") == "impossible: damaged");
    CHECK(outcome("echo 'tradewind: not enough' >&2; exit 6") == "failed: exit code 6: tradewind: not enough");
    CHECK(outcome("kill -KILL $$").starts_with("failed: ended by signal 9"));
    CHECK(outcome("kill -SEGV $$") == "failed: ended by signal 11 (Segmentation fault)");
    CHECK(outcome("exec sleep 20") == "failed: it took longer than the study allows");
    CHECK(outcome("echo hello").starts_with("failed: what it printed is no result"));
    CHECK(outcome("exit 0").starts_with("failed: what it printed is no result"));
}

TEST_CASE("failed cells are measured again only when asked, and their lines do not double")
{
    Running running(two, "echo x >&2; exit 1");
    running.run();
    CHECK(count(running.cells, running.lines()).failed == 2);
    running.program = running.folder.write_program("program", good_program(running.folder));
    running.run();
    CHECK(count(running.cells, running.lines()).failed == 2);
    StudyOptions options;
    options.retry = true;
    running.run(options);
    CHECK(running.lines().lines.size() == 2);
    CHECK(running.lines().doubled == 0);
    CHECK(count(running.cells, running.lines()).ok == 2);
}

TEST_CASE("another grid measures what it adds, and results of the earlier one stay behind it")
{
    Running running("[grid a]\nconfig = ssd_mobilenet_v1_300\nsize = 200, 300\n", "");
    const std::string program = good_program(running.folder);
    running.program = running.folder.write_program("program", program);
    running.run();
    running.set("[grid a]\nconfig = ssd_mobilenet_v1_300\nsize = 160, 300\n", program);
    running.run();
    const ResultLines lines = running.lines();
    REQUIRE(lines.lines.size() == 3);
    CHECK(lines.lines[0].result.key == running.cells[0].key);
    CHECK(lines.lines[1].result.key == running.cells[1].key);
    const StudyCounts counts = count(running.cells, lines);
    CHECK(counts.ok == 2);
    CHECK(counts.earlier == 1);
    CHECK(counts.missing == 0);
}

TEST_CASE("what cannot be is a line, without a process")
{
    Running running("[grid a]\nconfig = ssd_mobilenet_v1_300\nprecision = int8\n", "touch called; exit 1");
    running.run();
    REQUIRE(running.lines().lines.size() == 1);
    CHECK(running.lines().lines[0].result.status == "impossible");
    CHECK(running.lines().lines[0].result.configuration.precision == "int8");
}

TEST_CASE("trained weights and annotations give accuracy")
{
    Running running(two, "");
    const std::string program = good_program(running.folder);
    running.folder.write("w", "weights");
    running.folder.write("a.json", "{}");
    running.folder.write("eval.json",
                         R"({"coco":{"AP":0.25,"AP50":0.5},"ap_by_iou":[0.5,0.1],"pictures":7,"annotations":9})");
    const std::string weights = "[weights]\nssd_mobilenet_v1_300 = w\n";
    running.set("[study]\nimages = .\nannotations = a.json\n" + weights + two, program);
    running.run();
    const Result result = running.lines().lines[0].result;
    CHECK(result.status == "ok");
    REQUIRE(result.accuracy);
    CHECK(result.accuracy->numbers.at("AP") == 0.25);
    CHECK(result.accuracy->ap_by_iou == std::vector<double>{0.5, 0.1});
    CHECK(result.accuracy->pictures == 7);
    const std::string calls = running.folder.read("calls");
    CHECK(calls.find("eval --config ssd_mobilenet_v1_300 --weights " + running.folder.path("w") +
                     " --target auto --threads 0 --precision f32 --batch 1 --set image.size=160 --images " +
                     running.folder.path(".") + " --annotations " + running.folder.path("a.json") +
                     " --json --plugin-dir p\n") != std::string::npos);

    running.set("[study]\nimages = .\n" + weights + two, program);
    running.run();
    CHECK(running.lines().find(running.cells[0].key)->accuracy_note == "no annotations given");
}

TEST_CASE("accuracy that cannot be had is a failure that keeps the times")
{
    Running running(two, "");
    const std::string program = good_program(running.folder);
    running.folder.write("w", "weights");
    running.folder.write("a.json", "{}");
    running.folder.write("eval.json", "{}");
    running.set("[study]\nimages = .\nannotations = a.json\n[weights]\nssd_mobilenet_v1_300 = w\n" + two, program);
    running.run();
    const Result result = running.lines().lines[0].result;
    CHECK(result.status == "failed");
    CHECK(result.error.starts_with("the accuracy could not be measured: what it printed is no accuracy"));
    CHECK(result.time.at("total").median == 2.5);
    CHECK(!result.accuracy);
}

TEST_CASE("the record of a study names its cells in order")
{
    Running running(two, "");
    running.run();
    write_study_record(running.study, running.cells, running.folder.path("out"));
    const auto json = nlohmann::json::parse(running.folder.read("out/study.json"));
    CHECK(json.at("schema") == "tradewind-study-1");
    CHECK(json.at("name") == "study");
    REQUIRE(json.at("cells").size() == 2);
    CHECK(json.at("cells")[1].at("key") == running.cells[1].key);
    CHECK(recorded_keys(running.folder.path("out")) ==
          std::set<std::string>{running.cells[0].key, running.cells[1].key});
    CHECK(!recorded_keys(running.folder.path(".")));
    running.folder.write("out/study.json", "{}");
    CHECK(refusal([&] {
              recorded_keys(running.folder.path("out"));
          }).find("study.json: this is no record of a study") != std::string::npos);
}
