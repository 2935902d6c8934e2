// SPDX-License-Identifier: Apache-2.0
// Bundles: what is written is read again, and damage of any byte is told.
#include "files.h"

#include "tensor/error.h"
#include "weights/bundle.h"

#include <doctest/doctest.h>

#include <cstdint>
#include <cstring>

using namespace tradewind;
using files::contains;
using files::message_of;

namespace {

Tensor counting(const Shape &shape)
{
    Tensor tensor(shape);
    for (std::int64_t i = 0; i < tensor.count(); ++i) tensor.floats()[i] = static_cast<float>(i) * 0.5f;
    return tensor;
}

Bundle small()
{
    Bundle bundle;
    bundle.weights.tensors = {
        {"a/weights", counting({2, 3})}, {"b/biases", counting({5})}, {"empty", counting({0, 4})}};
    bundle.settings.set("model.extractor", "mobilenet_v1", "test");
    bundle.settings.set("model.classes", "2", "test");
    bundle.labels = {{1, "cat"}, {2, "dog \"quoted\" \xc3\xa4"}};
    bundle.metadata["licence"] = "Apache-2.0";
    return bundle;
}

bool same(const Bundle &a, const Bundle &b)
{
    if (a.labels != b.labels || a.weights.tensors.size() != b.weights.tensors.size()) return false;
    for (const auto &[name, setting] : a.settings.all())
        if (!b.settings.find(name) || b.settings.find(name)->value != setting.value) return false;
    for (const auto &[name, tensor] : a.weights.tensors) {
        const auto found = b.weights.tensors.find(name);
        if (found == b.weights.tensors.end() || found->second.shape() != tensor.shape()) return false;
        if (std::memcmp(found->second.data(), tensor.data(), tensor.bytes()) != 0) return false;
    }
    return true;
}

// A safetensors file of this header and so many bytes of data.
std::string container(const std::string &header, std::size_t data_bytes)
{
    const std::uint64_t length = header.size();
    return std::string(reinterpret_cast<const char *>(&length), 8) + header + std::string(data_bytes, '\0');
}

} // namespace

TEST_CASE("a bundle is read as it was written, and written the same way twice")
{
    const files::Folder folder;
    write_bundle(small(), folder / "a", false);
    write_bundle(small(), folder / "b", false);
    CHECK(files::read(folder / "a") == files::read(folder / "b"));
    const Bundle read = read_bundle(folder / "a");
    CHECK(same(small(), read));
    CHECK(read.metadata.at("licence") == "Apache-2.0");
    CHECK(folder.count() == 2);
}

TEST_CASE("golden activations travel beside the weights and are none")
{
    const files::Folder folder;
    Bundle bundle = small();
    write_bundle(bundle, folder / "without", false);
    CHECK(read_bundle(folder / "without").golden.description.empty());
    bundle.golden.description = "{\"any\": \"text\"}";
    bundle.golden.tensors["activations"] = counting({7});
    bundle.golden.tensors["picture"] = Tensor(Shape{1, 1, 3}, ElementType::u8); // three bytes: nothing may follow them
    write_bundle(bundle, folder / "with", false);
    const Bundle read = read_bundle(folder / "with");
    CHECK(same(small(), read));
    CHECK(read.metadata.count("golden") == 0);
    CHECK(read.golden.description == bundle.golden.description);
    REQUIRE(read.golden.tensors.size() == 2);
    CHECK(read.golden.tensors.at("activations").floats()[6] == 3.0f);
    CHECK(read.golden.tensors.at("picture").shape() == Shape{1, 1, 3});
    const std::string bytes = files::read(folder / "with");
    for (const char *name : {"a/weights", "b/biases"}) // in the file, not copied
        CHECK(reinterpret_cast<std::uintptr_t>(read.weights.tensors.at(name).data()) % 4 == 0);
    CHECK(bytes.find("~golden/activations") > bytes.find("b/biases"));
}

TEST_CASE("ranges for 8 bits travel in the metadata")
{
    const files::Folder folder;
    Bundle bundle = small();
    bundle.quantisation.ranges = {{"a", {-1.5f, 0.1f}}, {"b \"quoted\"", {0.0f, 6.0f}}};
    bundle.quantisation.kept = {"a"};
    bundle.quantisation.made = {{"method", "entropy"}};
    write_bundle(bundle, folder / "a", false);
    const Bundle read = read_bundle(folder / "a");
    CHECK(same(small(), read));
    CHECK(read.metadata.count("quantisation") == 0);
    REQUIRE(read.quantisation.ranges.size() == 2);
    CHECK(read.quantisation.ranges.at("a").low == -1.5f);
    CHECK(read.quantisation.ranges.at("a").high == 0.1f);
    CHECK(read.quantisation.ranges.at("b \"quoted\"").high == 6.0f);
    CHECK(read.quantisation.kept == std::set<std::string>{"a"});
    CHECK(read.quantisation.made.at("method") == "entropy");
}

TEST_CASE("ranges that say nothing are refused, each with what is wrong")
{
    CHECK(parse_quantisation("", "f").empty());
    const std::pair<const char *, const char *> wrong[] = {
        {"[]", "is no JSON object"},
        {"{", "is no JSON object"},
        {R"({"kept": [], "made": {}})", "has no proper 'ranges'"},
        {R"({"ranges": {"a": [1]}, "kept": [], "made": {}})", "a range for 'a' that is not two finite numbers"},
        {R"({"ranges": {"a": [1, 1]}, "kept": [], "made": {}})", "a range for 'a' that is not two finite numbers"},
        {R"({"ranges": {"a": [0, 1e99]}, "kept": [], "made": {}})", "a range for 'a' that is not two finite numbers"},
        {R"({"ranges": {"a": ["0", 1]}, "kept": [], "made": {}})", "a range for 'a' that is not two finite numbers"},
        {R"({"ranges": {}, "kept": [1], "made": {}})", "names a node by something that is no text"},
        {R"({"ranges": {}, "kept": {}, "made": {}})", "has no proper 'kept'"},
        {R"({"ranges": {}, "kept": [], "made": {"a": 1}})", "something that is no text how it was made"}};
    for (const auto &[text, why] : wrong) {
        CAPTURE(text);
        CHECK(contains(message_of([text = text] { parse_quantisation(text, "f"); }), why));
    }
}

TEST_CASE("an existing file is kept unless told otherwise")
{
    const files::Folder folder;
    files::write(folder / "a", "mine");
    CHECK(contains(message_of([&] { write_bundle(small(), folder / "a", false); }), "exists already"));
    CHECK(files::read(folder / "a") == "mine");
    write_bundle(small(), folder / "a", true);
    CHECK(same(small(), read_bundle(folder / "a")));
}

TEST_CASE("every truncation and every flipped byte of a bundle is refused or changes nothing")
{
    const files::Folder folder;
    write_bundle(small(), folder / "whole", false);
    const std::string whole = files::read(folder / "whole");
    const std::string damaged = folder / "damaged";
    std::size_t refused = 0, harmless = 0;
    const auto attempt = [&](const std::string &bytes, std::size_t at) {
        CAPTURE(at);
        files::write(damaged, bytes);
        try {
            const Bundle read = read_bundle(damaged);
            CHECK(same(small(), read));
            ++harmless;
        } catch (const Error &error) {
            CHECK(error.code() == ErrorCode::refused);
            CHECK(contains(error.what(), damaged));
            ++refused;
        }
    };
    for (std::size_t length = 0; length < whole.size(); ++length) attempt(whole.substr(0, length), length);
    CHECK(harmless == 0);
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (const int bit : {0, 3, 7}) {
            std::string bytes = whole;
            bytes[at] = static_cast<char>(bytes[at] ^ (1 << bit));
            attempt(bytes, at);
        }
    CHECK(refused > 3 * whole.size());
}

TEST_CASE("foreign and broken containers are refused with the reason")
{
    const files::Folder folder;
    const auto message = [&](const std::string &bytes) {
        files::write(folder / "f", bytes);
        return message_of([&] { read_bundle(folder / "f"); });
    };
    CHECK(contains(message_of([&] { read_bundle(folder / "absent"); }), "cannot be opened"));
    CHECK(contains(message(""), "empty"));
    CHECK(contains(message("abc"), "3 bytes"));
    CHECK(contains(message(std::string(8, '\xff') + "{}"), "header claims"));
    CHECK(contains(message(container("[1,2]", 0)), "no JSON object"));
    CHECK(
        contains(message(container("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}", 4)), "needs 8"));
    CHECK(contains(message(container("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8)), "hole"));
    CHECK(contains(message(container("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8)),
                   "belong to no tensor"));
    CHECK(contains(message(container("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"a\":{\"dtype\":"
                                     "\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
                                     8)),
                   "named twice"));
    CHECK(contains(
        message(container("{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}", 0)),
        "impossible shape"));
    CHECK(contains(message(container("{\"a\":{\"dtype\":\"X9\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4)),
                   "element type X9"));
    CHECK(contains(message(container("{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}", 4)),
                   "no whole number"));
    CHECK(contains(message(container(std::string(200'000, '['), 0)), "no JSON object"));
}

TEST_CASE("other floating-point types become float32")
{
    const files::Folder folder;
    std::string bytes = container("{\"d\":{\"dtype\":\"F64\",\"shape\":[1],\"data_offsets\":[0,8]},\"h\":{\"dtype\":"
                                  "\"F16\",\"shape\":[2],\"data_offsets\":[8,12]},"
                                  "\"b\":{\"dtype\":\"BF16\",\"shape\":[1],\"data_offsets\":[12,14]}}",
                                  14);
    const double d = 0.25;
    const std::uint16_t rest[] = {0x3C00, 0xC100, 0x4049}; // 1, -2.5, and the upper half of pi
    std::memcpy(bytes.data() + bytes.size() - 14, &d, 8);
    std::memcpy(bytes.data() + bytes.size() - 6, rest, 6);
    files::write(folder / "f", bytes);
    const auto tensors = read_bundle(folder / "f").weights.tensors;
    CHECK(tensors.at("d").floats()[0] == 0.25f);
    CHECK(tensors.at("h").floats()[0] == 1.0f);
    CHECK(tensors.at("h").floats()[1] == -2.5f);
    CHECK(tensors.at("b").floats()[0] == 3.140625f);
}
