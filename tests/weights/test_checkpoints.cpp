// SPDX-License-Identifier: Apache-2.0
// TensorFlow checkpoints: golden ones of both versions, and damage of every kind.
#include "files.h"
#include "made_table.h"
#include "shared_data.h"

#include "tensor/error.h"
#include "weights/importers/import.h"
#include "weights/importers/sorted_table.h"
#include "weights/sha256.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>

using namespace tradewind;
using files::contains;

namespace {

bool have(const char *what) { return have_shared(what); }

std::string golden(const std::string &name) { return shared_path("goldens/checkpoint/" + name); }

nlohmann::json expected() { return nlohmann::json::parse(std::ifstream(golden("expected.json"))); }

std::string type_of(const std::string &published)
{
    if (published == "bool") return "u8";
    if (published == "uint8") return "u8";
    return published == "int32" ? "i32" : published == "int64" ? "i64" : "f32";
}

bool kept_as_bytes(const std::string &published) { return published != "float16" && published != "float64"; }

void check_variable(const nlohmann::json &variable, const std::map<std::string, Tensor> &got)
{
    const std::string name = variable["name"], type = variable["dtype"];
    CAPTURE(name);
    REQUIRE(got.count(name));
    const Tensor &tensor = got.at(name);
    CHECK(tensor.shape() == variable["shape"].get<Shape>());
    CHECK(to_string(tensor.type()) == type_of(type));
    if (kept_as_bytes(type)) {
        CHECK(sha256({tensor.data(), tensor.bytes()}) == variable["sha256"].get<std::string>());
        return;
    }
    const auto values = variable["rule"].get<std::vector<double>>(); // converted, so the bytes are others
    REQUIRE(values.size() == static_cast<std::size_t>(tensor.count()));
    for (std::size_t i = 0; i < values.size(); ++i) CHECK(tensor.floats()[i] == static_cast<float>(values[i]));
}

void check_variables(const nlohmann::json &variables, const std::map<std::string, Tensor> &got)
{
    CHECK(got.size() == variables.size());
    for (const auto &variable : variables) check_variable(variable, got);
}

// A copy of a golden checkpoint that may be damaged.
struct Copy {
    explicit Copy(const std::string &name)
    {
        for (const auto &item : std::filesystem::directory_iterator(golden(name)))
            files::write(folder / item.path().filename().string(), files::read(item.path().string()));
    }
    std::string index() const { return folder / "model.ckpt.index"; }
    std::string message() const
    {
        return files::message_of([&] { import_weights(index()); });
    }
    void flip(const std::string &name, std::size_t at) const
    {
        std::string bytes = files::read(folder / name);
        bytes[at] = static_cast<char>(bytes[at] ^ 1);
        files::write(folder / name, bytes);
    }
    files::Folder folder;
};

// A made checkpoint of one data file.
std::string message_of_made(const std::vector<made::Entry> &entries, const std::string &data = std::string(16, '\1'))
{
    const files::Folder folder;
    files::write(folder / "m.index", made::table(entries));
    files::write(folder / "m.data-00000-of-00001", data);
    return files::message_of([&] { import_weights(folder / "m.index"); });
}

std::string with_entry(const std::string &entry)
{
    return message_of_made({{"", made::header(1)}, {"a/weights", entry}});
}

} // namespace

TEST_CASE("checkpoints of both versions give every variable, whatever its type")
{
    if (!have("checkpoint goldens")) return;
    const auto all = expected();
    for (const char *name : {"v2/model.ckpt.index", "v2/model.ckpt", "sharded/model.ckpt.index"}) {
        CAPTURE(name);
        const Bundle bundle = import_weights(golden(name));
        check_variables(all["variables"], bundle.weights.tensors);
        CHECK(bundle.metadata.at("source") == "model.ckpt.index");
    }
    nlohmann::json older = nlohmann::json::array();
    const auto absent = all["not_in_v1"].get<std::vector<std::string>>();
    for (const auto &variable : all["variables"])
        if (std::find(absent.begin(), absent.end(), variable["name"].get<std::string>()) == absent.end())
            older.push_back(variable);
    const Bundle bundle = import_weights(golden("v1/model.ckpt"));
    check_variables(older, bundle.weights.tensors);
    CHECK(bundle.metadata.at("source_format") == "TensorFlow checkpoint (version 1)");
}

TEST_CASE("a partitioned variable is put together")
{
    if (!have("the sliced checkpoint")) return;
    const auto got = import_weights(golden("sliced/model.ckpt")).weights.tensors;
    CHECK(got.size() == 2);
    auto variable = expected()["sliced"];
    variable["dtype"] = "float32";
    check_variable(variable, got);
    CHECK(got.at("FeatureExtractor/plain/biases").shape() == Shape{20});
}

TEST_CASE("shapes need no data files")
{
    if (!have("checkpoint goldens")) return;
    for (const char *name : {"v2", "sharded", "sliced"}) {
        const Copy copy(name);
        for (const auto &item : std::filesystem::directory_iterator(copy.folder / ""))
            if (contains(item.path().string(), ".data-")) std::filesystem::remove(item.path());
        const auto shapes = import_weights(copy.index(), Reading::shapes).weights.tensors;
        const auto values = import_weights(golden(std::string(name) + "/model.ckpt")).weights.tensors;
        REQUIRE(shapes.size() == values.size());
        for (const auto &[variable, tensor] : values) {
            CHECK(shapes.at(variable).shape() == tensor.shape());
            CHECK(shapes.at(variable).type() == tensor.type());
        }
    }
}

TEST_CASE("released indexes are read whole")
{
    if (!have("indexes of released checkpoints")) return;
    const std::map<std::string, std::size_t> released = {
        {"rfcn_resnet101_coco_11_06_2017", 907},
        {"faster_rcnn_inception_resnet_v2_atrous_coco_11_06_2017", 1405},
        {"ssd_mobilenet_v1_coco_11_06_2017", 587},
        {"ssd_mobilenet_v1_coco_2018_01_28", 200},
        {"faster_rcnn_inception_v2_finetuned_9cls", 357}};
    for (const auto &[name, count] : released) {
        CAPTURE(name);
        const std::string path = shared_path("assets/structure/" + name + "/model.ckpt.index");
        CHECK(import_weights(path, Reading::shapes).weights.tensors.size() == count);
        CHECK(contains(files::message_of([&] { import_weights(path); }),
                       "model.ckpt.data-00000-of-00001, which the index names"));
    }
}

TEST_CASE("a missing shard, and one of another length, are named")
{
    if (!have("checkpoint goldens")) return;
    const Copy copy("sharded");
    const std::string shard = copy.folder / "model.ckpt.data-00001-of-00002", bytes = files::read(shard);
    files::write(shard, bytes.substr(0, bytes.size() / 2));
    CHECK(contains(copy.message(), "lie outside of the data file, which is truncated"));
    std::filesystem::remove(shard);
    CHECK(contains(copy.message(), "model.ckpt.data-00001-of-00002, which the index names"));
    CHECK(contains(files::message_of([&] { import_weights(copy.folder / "model.ckpt.data-00000-of-00002"); }),
                   "name its index, "));
}

TEST_CASE("a flipped bit is found, in data and in the index")
{
    if (!have("checkpoint goldens")) return;
    {
        const Copy copy("v2");
        copy.flip("model.ckpt.data-00000-of-00001", 200'000);
        CHECK(contains(copy.message(), "its checksum is wrong: the data file is damaged"));
    }
    const std::string whole = files::read(golden("v2/model.ckpt.index"));
    for (std::size_t at = 0; at < whole.size(); at += 97) {
        CAPTURE(at);
        const Copy copy("v2");
        copy.flip("model.ckpt.index", at);
        const std::string message = copy.message();
        // Two numbers of the footer are not used, and zeros fill it up.
        CHECK((contains(message, "the table of entries is ") || at >= whole.size() - 48));
    }
    const files::Folder folder;
    std::string bytes = files::read(golden("v1/model.ckpt"));
    bytes[100'000] = static_cast<char>(bytes[100'000] ^ 1);
    files::write(folder / "model.ckpt", bytes);
    CHECK(contains(files::message_of([&] { import_weights(folder / "model.ckpt"); }),
                   "the checksum of the block at byte "));
}

TEST_CASE("a truncated index or first-version checkpoint is refused at every length")
{
    if (!have("checkpoint goldens")) return;
    const files::Folder folder;
    for (const char *name : {"v2/model.ckpt.index", "v1/model.ckpt"}) {
        const std::string whole = files::read(golden(name));
        const std::string path = folder / std::filesystem::path(name).filename().string();
        for (std::size_t length = 1; length < whole.size(); length += whole.size() / 37 + 1) {
            files::write(path, whole.substr(0, length));
            CHECK(contains(files::message_of([&] { import_weights(path); }), "the table of entries is truncated"));
        }
    }
}

TEST_CASE("places and sizes that no file has are refused")
{
    constexpr std::uint64_t huge = std::uint64_t{1} << 63;
    const std::string shape = made::shape({4});
    const std::uint32_t sum = made::masked_checksum_value(std::string(16, '\1'));
    CHECK(with_entry(made::entry(1, shape, 0, 0, 16, sum)) == "no error");
    for (const std::uint64_t offset : {huge, huge - 1, ~std::uint64_t{0}, ~std::uint64_t{0} - 15, std::uint64_t{1}})
        CHECK(contains(with_entry(made::entry(1, shape, 0, offset, 16, sum)), "lie outside of the data file"));
    CHECK(contains(with_entry(made::entry(1, shape, 0, 0, huge, sum)), "the index gives it 9223372036854775808 bytes"));
    CHECK(contains(with_entry(made::entry(1, shape, 1, 0, 16, sum)), "puts it into data file 1 of 1"));
    CHECK(contains(with_entry(made::entry(1, made::shape({huge}), 0, 0, 16, sum)), "cannot exist"));
    CHECK(contains(with_entry(made::entry(1, made::shape({huge / 2, huge / 2}), 0, 0, 16, sum)), "cannot exist"));
    CHECK(contains(with_entry(made::entry(1, made::shape(std::vector<std::uint64_t>(40, 1)), 0, 0, 4, sum)),
                   "too many dimensions"));
    CHECK(contains(with_entry("\x0F"), "the index of the checkpoint is damaged"));
    for (const std::uint64_t shards : {std::uint64_t{0}, huge})
        CHECK(contains(message_of_made({{"", made::header(shards)}}), "the header of the checkpoint is damaged"));
    CHECK(contains(message_of_made({{"a/weights", made::entry(1, shape, 0, 0, 16, sum)}}), "has no header"));
}

TEST_CASE("tables whose blocks lie anywhere are refused")
{
    const files::Folder folder;
    const auto message = [&](const std::string &table) {
        files::write(folder / "m.index", table);
        return files::message_of([&] { import_weights(folder / "m.index"); });
    };
    constexpr std::uint64_t huge = std::uint64_t{1} << 63;
    const std::vector<made::Entry> entries = {{"", made::header(1)}};
    for (const auto &handle :
         {made::varint(huge) + made::varint(10), made::varint(0) + made::varint(huge),
          made::varint(0) + made::varint(~std::uint64_t{0} - 4), made::varint(1) + made::varint(5000)})
        CHECK(contains(message(made::table(entries, 0, handle)), "lies outside of the file"));
    CHECK(contains(message(made::table(entries, 0, "\xff")), "an entry ends outside its block"));
    CHECK(contains(message(made::table(entries, 0, std::string(11, '\xff'))), "a number in it is too long"));
    CHECK(contains(message(made::table(entries, 1)), "compressed (type 1)"));
}

TEST_CASE("slices that overlap, leave holes or lie outside are refused")
{
    const auto extent = [](std::uint64_t start, std::uint64_t length) {
        return made::bytes(1, made::number(1, start) + made::number(2, length));
    };
    const auto message = [&](const std::vector<std::string> &slices) {
        std::string entry = made::number(1, 1) + made::bytes(2, made::shape({4}));
        for (const auto &slice : slices) entry += made::bytes(7, slice);
        return with_entry(entry);
    };
    CHECK(contains(message({extent(0, 2), extent(1, 2)}), "slices of it overlap"));
    CHECK(contains(message({extent(0, 2), extent(3, 1)}), "do not cover"));
    CHECK(contains(message({extent(0, 2), extent(2, 3)}), "lies outside of its shape 4"));
    CHECK(contains(message({extent(std::uint64_t{1} << 63, 2)}), "lies outside of its shape 4"));
    CHECK(contains(message({extent(0, 2), extent(2, 2)}), "a slice of it is missing"));
    CHECK(contains(message({extent(0, 2) + extent(0, 2)}), "lies outside of its shape 4"));
}
