// SPDX-License-Identifier: Apache-2.0
// What is chosen by measuring, from run to run, and files that are not what they should be.
#include "layers_of_tests.h"
#include "processes.h"
#include "targets/onednn/algorithm_choice.h"
#include "targets/onednn/measured_choices.h"
#include "test_folder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <thread>

using namespace tradewind;
using namespace tradewind::onednn;

namespace {

constexpr LayerChoice direct{Algorithm::direct, ElementType::f32}, blocked{Algorithm::blocked, ElementType::f32},
    winograd{Algorithm::winograd, ElementType::f32};
const std::vector<LayerChoice> candidates{direct, blocked, winograd};
const Layer layer = layer_3x3(38, 256, 256), // the table says Winograd
    small = layer_3x3(5, 64, 64);            // and here direct
constexpr const char *file = "cpu-choices.jsonl";

// One process: a memory of its own, the folder's file.
struct Process {
    std::shared_ptr<AgreedTimes> times = std::make_shared<AgreedTimes>();
    std::shared_ptr<const Processor> processor;
    std::shared_ptr<MeasuredChoices> measured;

    Process(const TestFolder &folder, std::map<std::string, double> milliseconds, int threads = 2)
        : Process(folder.path.string(), std::move(milliseconds), threads)
    {
    }
    Process(const std::string &folder, std::map<std::string, double> milliseconds, int threads = 2)
    {
        times->milliseconds = std::move(milliseconds);
        processor = std::make_shared<const Processor>(agreed_processor(times, candidates));
        measured = std::make_shared<MeasuredChoices>(*processor, threads, folder);
    }
    AlgorithmChoice plan() const { return AlgorithmChoice(Tuning::full, processor, measured); }
    LayerChoice choose(const Layer &wanted) const { return measured->choose(wanted, candidates).choice; }
};

const std::map<std::string, double> direct_wins{{"direct f32", 1}, {"blocked f32", 1.2}, {"winograd f32", 2}},
    blocked_wins{{"direct f32", 2}, {"blocked f32", 1}, {"winograd f32", 3}};

} // namespace

TEST_CASE("the fastest candidate wins, against the table's only where the difference is no noise")
{
    const TestFolder folder("choices");
    CHECK(Process("", direct_wins).choose(layer) == direct);
    CHECK(Process("", {{"direct f32", 0.98}, {"blocked f32", 1.5}, {"winograd f32", 1}}).choose(layer) == winograd);
    CHECK(Process("", {{"direct f32", 0.95}, {"blocked f32", 1.5}, {"winograd f32", 1}}).choose(layer) == direct);
    CHECK(Process("", {{"direct f32", 1}, {"blocked f32", 1.5}, {"winograd f32", 0.98}}).choose(small) == direct);
    Process noisy("", {{"direct f32", 1}, {"blocked f32", 1.4}, {"winograd f32", 0.9}});
    noisy.times->noise = 0.5; // meets all alike, whoever is first
    CHECK(noisy.choose(layer) == winograd);
}

TEST_CASE("a layer is measured once, and the next process does as the file says")
{
    const TestFolder folder("choices");
    const Process first(folder, direct_wins);
    CHECK(first.choose(layer) == direct);
    const int asked = first.times->asked;
    CHECK(asked > 3);
    CHECK(first.choose(layer) == direct);
    CHECK(first.times->asked == asked);
    const Process second(folder, blocked_wins);
    CHECK(second.choose(layer) == direct);
    CHECK(second.times->asked == 0);
    CHECK(second.choose(small) == blocked);
    CHECK(Process(folder, direct_wins, 1).choose(layer) == direct); // other threads, other lines
    CHECK(Process(folder, blocked_wins, 4).choose(layer) == blocked);
    const std::string text = folder.read(file);
    for (const char *words : {"a processor, a library, some instructions, 2 threads", "\"choice\":\"direct f32\"",
                              "\"winograd f32\":2.0", "1x38x38x256", "\"day\":\"20"})
        CHECK_MESSAGE(text.find(words) != std::string::npos, words, " in ", text);
}

TEST_CASE("a plan is named by its decisions, whatever else was measured")
{
    const TestFolder folder("choices");
    const Process process(folder, direct_wins);
    auto first = process.plan(), both = process.plan(), again = process.plan();
    first.choose(layer);
    both.choose(small);
    both.choose(layer);
    again.choose(layer);
    CHECK(first.name().size() == std::string("measured ").size() + 8);
    CHECK(first.name().starts_with("measured "));
    CHECK(first.name() == again.name());
    CHECK(first.name() != both.name());
    auto next_process = Process(folder, blocked_wins).plan();
    next_process.choose(layer);
    CHECK(first.name() == next_process.name());
    auto other_decision = Process("", blocked_wins).plan();
    other_decision.choose(layer);
    CHECK(first.name() != other_decision.name());
    const std::string description = first.described(layer);
    CHECK(description.starts_with("direct f32 (20"));
    CHECK(description.ends_with(": direct f32 1 ms, blocked f32 1.2 ms, winograd f32 2 ms)"));
}

TEST_CASE("files that are missing, of another version or damaged are rebuilt")
{
    const TestFolder folder("choices");
    Process(folder, direct_wins).choose(layer);
    const std::string whole = folder.read(file), head = whole.substr(0, whole.find('\n') + 1),
                      line = whole.substr(head.size());
    const auto replaced = [&](const std::string &from, const std::string &to) {
        std::string text = whole;
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    for (const std::string &text :
         {std::string(), std::string("\n"), head, line, whole.substr(0, whole.size() / 2 + 40),
          replaced("\"version\":1", "\"version\":9"), replaced("direct f32", "dirfct f32"),
          replaced("\"blocked f32\":1.2", "\"blocked f32\":\"x\""),
          replaced("\"milliseconds\":{", "\"milliseconds\":[{"), replaced("\"choice\"", "\"choibe\""),
          head + "{\n[]\nnull\n\xff\xfe\n" + std::string(100, '\0') + "\n"}) {
        CAPTURE(text);
        folder.write(file, text);
        const Process process(folder, blocked_wins);
        CHECK(process.choose(layer) == blocked);
        CHECK(process.times->asked > 0);
        const Process next(folder, direct_wins);
        CHECK(next.choose(layer) == blocked);
        CHECK(next.times->asked == 0);
        std::filesystem::remove_all(folder.path);
    }
}

TEST_CASE("lines of others stay, damaged ones and those of other processors too")
{
    const TestFolder folder("choices");
    const Process first(folder, direct_wins), second(folder, blocked_wins); // neither sees what the other has yet to do
    CHECK(first.choose(layer) == direct);
    CHECK(second.choose(layer) == direct);
    CHECK(second.times->asked == 0);
    CHECK(second.choose(small) == blocked);
    CHECK(first.choose(small) == blocked);
    const Process third(folder, direct_wins, 7);
    third.choose(layer);
    const std::string text = folder.read(file);
    CHECK(std::count(text.begin(), text.end(), '\n') == 4);
}

TEST_CASE("folders that cannot be written are no error")
{
    for (const char *folder : {"/proc/no-such-folder", "/dev/null", "/dev/full/x"}) {
        const Process process(folder, direct_wins);
        CHECK(process.choose(layer) == direct);
        CHECK(process.choose(layer) == direct);
    }
}

TEST_CASE("threads that want the same layer measure it once")
{
    const TestFolder folder("choices");
    const Process process(folder, direct_wins);
    auto plan = process.plan();
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) threads.emplace_back([&] { CHECK(plan.choose(layer) == direct); });
    for (auto &thread : threads) thread.join();
    const Process alone("", direct_wins);
    alone.choose(layer);
    CHECK(process.times->asked == alone.times->asked);
}

TEST_CASE("processes that measure at once agree in the end")
{
    const TestFolder folder("choices");
    in_processes(4, [&](int i) {
        const Process process(folder, i % 2 ? direct_wins : blocked_wins);
        for (std::int64_t side = 5; side < 15; ++side) process.choose(layer_3x3(side, 64, 64));
    });
    const Process one(folder, direct_wins), other(folder, blocked_wins);
    for (std::int64_t side = 5; side < 15; ++side)
        CHECK(one.choose(layer_3x3(side, 64, 64)) == other.choose(layer_3x3(side, 64, 64)));
    CHECK(one.times->asked + other.times->asked == 0);
    const std::string text = folder.read(file);
    CHECK(std::count(text.begin(), text.end(), '\n') == 11);
}
