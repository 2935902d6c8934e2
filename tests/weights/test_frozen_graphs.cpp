// SPDX-License-Identifier: Apache-2.0
// Frozen graphs made by hand: what of a graph matters to its weights, and what is refused.
#include "files.h"
#include "made_table.h"

#include "weights/importers/import.h"

#include <doctest/doctest.h>

using namespace tradewind;
using namespace std::string_literals;

namespace {

std::string attribute(const std::string &tensor)
{
    return made::bytes(5, made::bytes(1, "value") + made::bytes(2, made::bytes(8, tensor)));
}

std::string node(const std::string &name, const std::string &op, const std::vector<std::string> &inputs,
                 const std::string &tensor = {})
{
    std::string text = made::bytes(1, name) + made::bytes(2, op);
    for (const auto &input : inputs) text += made::bytes(3, input);
    return made::bytes(1, text + (tensor.empty() ? "" : attribute(tensor)));
}

std::string floats(const std::vector<std::uint64_t> &sizes, const std::string &content)
{
    return made::number(1, 1) + made::bytes(2, made::shape(sizes)) + made::bytes(4, content);
}

// One value stands for all.
std::string filled(const std::vector<std::uint64_t> &sizes)
{
    return made::number(1, 1) + made::bytes(2, made::shape(sizes)) + made::fixed32(5, 0x3f800000);
}

struct Read {
    std::map<std::string, Tensor> tensors;
    std::string message;
};

Read read(const std::string &graph)
{
    const files::Folder folder;
    files::write(folder / "g.pb", graph);
    Read read;
    read.message = files::message_of([&] { read.tensors = import_weights(folder / "g.pb").weights.tensors; });
    return read;
}

} // namespace

TEST_CASE("unknown ops and cycles do not matter to the weights of a graph")
{
    const std::string weights = node("a/weights", "Const", {}, floats({2}, "\0\0\x80?\0\0\0@"s));
    const Read known = read(weights + node("x", "NoSuchOpInTheWorld", {"y", "a/weights"}) +
                            node("y", "Add", {"x", "y"}) + node("z", "Identity", {"^absent"}));
    CHECK(known.message == "no error");
    REQUIRE(known.tensors.size() == 1);
    CHECK(known.tensors.at("a/weights").floats()[1] == 2.0f);
}

TEST_CASE("a graph that is nothing but foreign has no weights")
{
    CHECK(files::contains(read(node("x", "NoSuchOp", {"x"})).message, "holds no weights under known names"));
}

TEST_CASE("a small graph cannot ask for much memory")
{
    CHECK(files::contains(read(node("a/weights", "Const", {}, filled({1 << 15, 1 << 15}))).message,
                          "a/weights: holds 1 values for a shape of 32768x32768"));
    CHECK(files::contains(read(node("a/weights", "Const", {}, filled({std::uint64_t{1} << 62, 1}))).message,
                          "cannot exist"));
    std::string many;
    for (int i = 0; i < 80; ++i) many += node(std::to_string(i) + "/weights", "Const", {}, filled({1 << 20}));
    CHECK(files::contains(read(many).message, "the weights of this graph take more than 256 MiB beyond its file"));
}
