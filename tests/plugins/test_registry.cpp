// SPDX-License-Identifier: Apache-2.0
// Finding plugins: folders, names, near misses, duplicates. Nothing is loaded to list them.
#include "plugin_folder.h"

#include "tensor/near_names.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace tradewind;
using plugins::error_of;
using plugins::Folder;
using plugins::lacks;
namespace fs = std::filesystem;

TEST_CASE("the plugins of the build tree are found, by name and by id")
{
    const Folder empty;
    Registry registry(plugins::with_built(empty));
    const auto extractors = registry.extractors(), metas = registry.meta_architectures();
    CHECK(std::count(extractors.begin(), extractors.end(), "mobilenet_v1") == 1);
    CHECK(std::count(metas.begin(), metas.end(), "ssd") == 1);
    CHECK(registry.extractor("org.tradewind.mobilenet_v1").name == "mobilenet_v1");
    CHECK(registry.meta_architecture("ssd").id == "org.tradewind.ssd");
    for (const auto &entry : registry.entries()) CHECK(entry.refusal == "");
}

TEST_CASE("an unknown name lists near ones and the folders that were searched")
{
    const Folder folder;
    Registry registry(plugins::with_built(folder));
    CHECK(lacks(error_of([&] { registry.extractor("mobilenet_v2"); }),
                {"usage: ", "feature extractor 'mobilenet_v2'", "did you mean mobilenet_v1", folder.path(),
                 "--plugin-dir"}) == "");
    CHECK(lacks(error_of([&] { registry.extractor("ssd"); }),
                {"usage: ", "ssd is a meta-architecture, no feature extractor"}) == "");
    CHECK(lacks(error_of([&] { registry.meta_architecture("sdd"); }),
                {"usage: ", "meta-architecture 'sdd'", "did you mean ssd"}) == "");
}

TEST_CASE("folders one level down are searched, deeper ones and missing ones are not")
{
    const Folder folder;
    fs::create_directories(folder.path("one/two"));
    folder.add("plain", "one/plain");
    folder.add("newer_minor", "one/two/newer_minor");
    folder.write("one/plain.plugin",
                 "[plugin]\nlibrary = plain.so\nabi = 0.1\nprovides = feature-extractor:org.example.plain\n");
    SearchPath path = folder.search_path();
    path.push_back({folder.path("absent"), "installed"});
    Registry registry(path);
    REQUIRE(registry.entries().size() == 1);
    CHECK(registry.extractor("plain").library == folder.path("one/plain.so"));
}

TEST_CASE("what is provided twice is refused the second time, naming both manifests")
{
    const Folder first, second;
    first.add("plain");
    second.add("plain", "other");
    second.add("newer_minor", "plain");
    SearchPath path = first.search_path();
    path.push_back(second.search_path()[0]);
    Registry registry(path);
    REQUIRE(registry.entries().size() == 3);
    CHECK(registry.entries()[0].refusal == "");
    CHECK(lacks(registry.entries()[1].refusal, {"feature-extractor:org.example.plain", first.path("plain.plugin"),
                                                second.path("other.plugin"), "remove or rename"}) == "");
    CHECK(lacks(registry.entries()[2].refusal,
                {"the name plain", first.path("plain.plugin"), second.path("plain.plugin")}) == "");
    CHECK(registry.extractor("plain").library == first.path("plain.so"));
    CHECK(lacks(error_of([&] { registry.extractor("other"); }), {"refused: ", second.path("other.plugin")}) == "");
}

TEST_CASE("the same folder given twice holds its plugins once")
{
    const Folder folder;
    folder.add("plain");
    SearchPath path = folder.search_path();
    path.push_back({folder.path() + "/.", "again"});
    Registry registry(path);
    REQUIRE(registry.entries().size() == 1);
    CHECK(registry.entries()[0].refusal == "");
}

TEST_CASE("near names: slips, not strangers")
{
    const std::vector<std::string> names = {"relu", "relu6", "none", "sigmoid"};
    CHECK(near_names("relu7", names) == std::vector<std::string>{"relu", "relu6"});
    CHECK(near_names("sgimoid", names) == std::vector<std::string>{"sigmoid"});
    CHECK(near_names("RELU", names).front() == "relu");
    CHECK(near_names("convolution", names).empty());
    CHECK(did_you_mean("relu7", names) == " (did you mean relu or relu6?)");
    CHECK(did_you_mean("convolution", names) == "");
}
