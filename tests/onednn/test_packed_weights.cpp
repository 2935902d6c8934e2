// SPDX-License-Identifier: Apache-2.0
// A network whose packed weights come from a file of an earlier run.
#include "running.h"
#include "ssd_mobilenet.h"
#include "targets/onednn/onednn_target.h"
#include "targets/onednn/packed_weights.h"
#include "test_folder.h"
#include "weights/binding.h"
#include "weights/bundle.h"
#include "weights/seeded.h"

#include "passes/passes.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace tradewind::onednn;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t side = 96;

std::string write_model(const TestFolder &folder, const std::string &prefix)
{
    const Graph graph = ssd_mobilenet(side, 20, false);
    Bundle bundle;
    for (const ParameterInfo &parameter : graph.parameters)
        if (!parameter.name.empty())
            bundle.weights.tensors[parameter.name] = seeded_tensor(prefix + parameter.name, parameter.shape);
    fs::create_directories(folder.path);
    const std::string path = folder.path / "model.safetensors";
    write_bundle(bundle, path, true);
    return path;
}

// What a process does with a model.
struct Process {
    std::unique_ptr<Target> target = make_target();
    std::shared_ptr<SharedWeights> shared = target->shared_weights();
    std::vector<Tensor> outputs;
    MemoryNeed predicted, need;
    PackedFile::Counts counts;

    Process(const Graph &graph, const std::string &cache)
    {
        CompileOptions options;
        options.threads = 2;
        options.cache_folder = cache;
        options.only_measure = true;
        const MemoryPlan plan = plan_memory(graph, target->memory_rules(graph, options));
        predicted = target->compile(Graph(graph), plan, options)->memory();
        options.only_measure = false;
        options.shared = shared;
        const auto executable = target->compile(Graph(graph), plan, options);
        need = executable->memory();
        executable->write(0, random_tensor({1, side, side, 3}, 5));
        executable->run();
        for (std::size_t i = 0; i < graph.outputs.size(); ++i) outputs.push_back(executable->read(i));
        if (const PackedFile *file = dynamic_cast<PackedWeights &>(*shared).file()) counts = file->counts();
    }

    bool found_all_that(const Process &other) const { return counts.found == other.counts.added && counts.added == 0; }
    bool has_outputs_of(const Process &other) const
    {
        for (std::size_t i = 0; i < outputs.size(); ++i)
            if (!identical(outputs[i], other.outputs[i])) return false;
        return true;
    }
};

Graph bound(const Bundle &bundle)
{
    Graph graph = ssd_mobilenet(side, 20, false);
    bind(graph, bundle.weights);
    return graph;
}

} // namespace

TEST_CASE("the second process packs nothing and finds the same boxes")
{
    const TestFolder folder("packed-weights");
    const Bundle bundle = read_bundle(write_model(folder, ""));
    const Graph graph = bound(bundle);
    const std::string cache = folder.path / "cache";
    const Process plain(graph, ""), first(graph, cache), second(graph, cache);
    CHECK(plain.counts.added == 0);
    CHECK(first.counts.found == 0);
    CHECK(first.counts.added > 20);
    CHECK(first.counts.saved == 1);
    CHECK(second.found_all_that(first));
    CHECK(second.counts.saved == 0);
    CHECK(first.has_outputs_of(plain));
    CHECK(second.has_outputs_of(plain));
    for (const Process *process : {&plain, &first, &second}) {
        CHECK(process->predicted.weights == process->need.weights);
        CHECK(process->predicted.packing == process->need.packing);
        CHECK(process->predicted.weights == plain.need.weights);
    }
    CHECK(second.need.packing < first.need.packing);
}

TEST_CASE("weights that are other ones are never found: another file, other factors, other values in memory")
{
    const TestFolder folder("packed-weights");
    const std::string path = write_model(folder, ""), cache = folder.path / "cache";
    const Bundle bundle = read_bundle(path);
    Graph graph = bound(bundle);
    const Process first(graph, cache);
    REQUIRE(first.counts.saved == 1);

    auto scaled = std::find_if(graph.parameters.begin(), graph.parameters.end(),
                               [](const auto &parameter) { return parameter.shape.size() == 4; });
    REQUIRE(scaled != graph.parameters.end());
    scaled->factors = std::make_shared<const std::vector<double>>(scaled->shape.back(), 0.5);
    const Process with_factors(graph, cache);
    CHECK(with_factors.counts.added == 1);
    CHECK(with_factors.has_outputs_of(Process(graph, "")));
    CHECK_FALSE(with_factors.has_outputs_of(first));

    scaled->factors = nullptr;
    scaled->data = random_tensor(scaled->shape, 3);
    const Process in_memory(graph, cache);
    CHECK(in_memory.counts.added == 1);
    CHECK(in_memory.has_outputs_of(Process(graph, "")));

    write_model(folder, "other/"); // the same place, names and sizes
    const Bundle replaced = read_bundle(path);
    const Process other(bound(replaced), cache);
    CHECK(other.counts.found == 0);
    CHECK(other.has_outputs_of(Process(bound(replaced), "")));
    CHECK_FALSE(other.has_outputs_of(first));
}

TEST_CASE("a damaged file changes no box")
{
    const TestFolder folder("packed-weights");
    const Bundle bundle = read_bundle(write_model(folder, ""));
    const Graph graph = bound(bundle);
    const std::string cache = folder.path / "cache";
    const Process first(graph, cache);
    for (const auto &entry : fs::directory_iterator(folder.path / "cache/packed")) {
        if (entry.path().extension() != ".packed") continue;
        const std::string name = "cache/packed/" + entry.path().filename().string();
        std::string text = folder.read(name);
        for (std::size_t at = text.size() / 10; at < text.size(); at += text.size() / 10) text[at] ^= 1;
        folder.write(name, text);
    }
    const Process second(graph, cache);
    CHECK(second.counts.added > 0);
    CHECK(second.counts.added + second.counts.found == first.counts.added);
    CHECK(second.has_outputs_of(first));
    CHECK(Process(graph, cache).has_outputs_of(first));
}

TEST_CASE("weights that come from no file are not kept")
{
    const TestFolder folder("packed-weights");
    Graph graph = ssd_mobilenet(side, 20, false);
    bind_randomly(graph);
    const Process process(graph, folder.path / "cache");
    CHECK(process.counts.added == 0);
    CHECK_FALSE(fs::exists(folder.path / "cache"));
}
