// SPDX-License-Identifier: Apache-2.0
// Targets by name, GPUs among them, with a module that stands in for that of CUDA.
#include "detector/open_target.h"
#include "detector/precision_choice.h"
#include "scene.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

using namespace tradewind;

namespace {

using Names = std::vector<std::string>;

// Folders as the program has them, with the stand-in before all others.
std::vector<std::string> folders()
{
    auto all = scene::module_folders();
    all.insert(all.begin(), std::string(std::getenv("TRADEWIND_BUILD")) + "/tests/stand_in_gpu");
    return all;
}

// For as long as it lives.
struct Fault {
    explicit Fault(const char *name) { setenv("TRADEWIND_STAND_IN_FAULT", name, 1); }
    ~Fault() { unsetenv("TRADEWIND_STAND_IN_FAULT"); }
};

struct Opened {
    std::string name, said;
};

Opened opened(const std::string &name, const std::vector<std::string> &modules,
              const std::vector<std::string> &driver_files = {})
{
    Opened result;
    result.name = open_target(
                      name, modules, [&](const std::string &line) { result.said += line; }, driver_files)
                      ->name();
    return result;
}

std::string refusal(ErrorCode code, const std::function<void()> &body)
{
    try {
        body();
    } catch (const Error &error) {
        CHECK(error.code() == code);
        return error.what();
    }
    FAIL("nothing was refused");
    return "";
}

const std::string fastest = scene::targets().back();

} // namespace

TEST_CASE("names of targets")
{
    for (const char *name :
         {"auto", "cpu", "reference", "cuda", "cuda:0", "cuda:7", "cuda:0,1", "cuda:3,1", "cuda:all"})
        CHECK(is_target_name(name));
    for (const char *name :
         {"", "gpu", "cuda:", "cuda:-1", "cuda:x", "cuda:0,0", "cuda:0,", "cuda:64", "cuda0", "CUDA"})
        CHECK_FALSE(is_target_name(name));
    CHECK(refusal(ErrorCode::usage, [] { open_target("gpu", {}, {}); }).find("there is no target 'gpu'") == 0);
}

TEST_CASE("the GPUs that a name stands for")
{
    CHECK(devices_of("cpu", {}) == Names{"cpu"});
    CHECK(devices_of("cuda", {}) == Names{"cuda"});
    CHECK(devices_of("cuda:1", {}) == Names{"cuda:1"});
    CHECK(devices_of("cuda:2,0", {}) == Names{"cuda:2", "cuda:0"});
    CHECK(devices_of("cuda:all", folders()) == Names{"cuda:0", "cuda:1"});
    CHECK(opened("cuda", folders()).name == "cuda:0");
    CHECK(opened("cuda:1", folders()).name == "cuda:1");
    CHECK(opened("cuda:1,0", folders()).name == "cuda:1");
    CHECK(refusal(ErrorCode::usage, [] { open_target("cuda:2", folders(), {}); }).find("there are 2 GPUs") == 0);
}

TEST_CASE("auto looks for a GPU where there is a driver alone, and says why one that is there is not used")
{
    const Names there = {"/nonexistent", "/dev/null"}, absent = {"/nonexistent"};
    CHECK(opened("auto", folders(), there).name == "cuda:0");
    const Opened without = opened("auto", folders(), absent);
    CHECK(without.name == fastest);
    const Opened other_build = opened("auto", scene::module_folders(), absent);
    CHECK(other_build.said == without.said); // nothing of GPUs
    const Fault fault("driver");
    CHECK(opened("auto", folders(), absent).said == without.said);
    const Opened too_old = opened("auto", folders(), there);
    CHECK(too_old.name == fastest);
    CHECK(too_old.said.find("computing on the CPU, not on the GPU: NVIDIA's driver is too old") == 0);
    CHECK(refusal(ErrorCode::resource, [] { open_target("cuda", folders(), {}); }).find("too old") !=
          std::string::npos);
}

TEST_CASE("a build without the module says so, and what to do")
{
    const std::string why = refusal(ErrorCode::resource, [] { open_target("cuda", {"/nonexistent"}, {}); });
    CHECK(why.find("this build has no CUDA target") == 0);
    CHECK(why.find("--target cpu") != std::string::npos);
    refusal(ErrorCode::resource, [] { devices_of("cuda:all", {"/nonexistent"}); });
}

TEST_CASE("GPUs are described, or why there is none")
{
    const auto lines = describe_gpus(folders());
    REQUIRE(lines.size() == 2);
    CHECK(lines[1].first == "cuda:1");
    CHECK(lines[1].second == "stands in for cuda:1");
    const Fault fault("driver");
    const auto none = describe_gpus(folders());
    REQUIRE(none.size() == 1);
    CHECK(none[0].first == "cuda");
    CHECK(none[0].second == "absent: NVIDIA's driver is too old; update it");
}

TEST_CASE("auto is f16 where a target takes it; names are refused with those that are taken")
{
    const auto gpu = open_target("cuda", folders(), {}), plain = open_target("reference", {}, {});
    CHECK(choose_precision(*gpu, "auto", true) == Precision::f16);
    CHECK(choose_precision(*plain, "auto", true) == Precision::f32);
    CHECK(choose_precision(*gpu, "f32", false) == Precision::f32);
    CHECK(refusal(ErrorCode::usage, [&] { choose_precision(*gpu, "bf16", false); }) ==
          "the stand-in does not compute in bf16; the target cuda:0 takes f32, f16");
    CHECK(refusal(ErrorCode::usage, [&] { choose_precision(*plain, "int8", true); }) ==
          "the reference target does not compute in int8; the target reference takes f32, --target cuda others");
    CHECK(refusal(ErrorCode::usage, [&] { choose_precision(*plain, "half", true); }) == "there is no precision 'half'");
    CHECK(precision_named("tf32") == Precision::tf32);
    CHECK_FALSE(precision_named("fp32"));
}

namespace {

// Takes what it is told to.
class Choosy final : public Target {
public:
    explicit Choosy(std::set<Precision> taken) : taken_(std::move(taken)) {}
    std::string name() const override { return "cpu"; }
    std::string description() const override { return "choosy"; }
    std::string refuses(Precision precision, std::size_t) const override
    {
        return taken_.count(precision) ? "" : std::string("no ") + to_string(precision);
    }
    std::string refuses(const Graph &, const Node &) const override { return ""; }
    std::unique_ptr<Executable> compile(Graph &&, const MemoryPlan &, const CompileOptions &) override
    {
        return nullptr;
    }

private:
    std::set<Precision> taken_;
};

} // namespace

TEST_CASE("auto on a processor is int8 for models with ranges, else bf16, else f32")
{
    const Choosy old({Precision::f32}), vnni({Precision::f32, Precision::int8}),
        amx({Precision::f32, Precision::bf16, Precision::int8});
    CHECK(choose_precision(old, "auto", true) == Precision::f32);
    CHECK(choose_precision(vnni, "auto", true) == Precision::int8);
    CHECK(choose_precision(vnni, "auto", false) == Precision::f32);
    CHECK(choose_precision(amx, "auto", true) == Precision::int8);
    CHECK(choose_precision(amx, "auto", false) == Precision::bf16);
    CHECK(refusal(ErrorCode::usage, [&] { choose_precision(amx, "f16", true); }) ==
          "no f16 (did you mean bf16?); the target cpu takes f32, bf16, int8, --target cuda others");
    CHECK(refusal(ErrorCode::usage, [&] { choose_precision(vnni, "f16", true); }) ==
          "no f16; the target cpu takes f32, int8, --target cuda others");
}

TEST_CASE("int8 needs a model with ranges")
{
    Model model;
    require_ranges(model, Precision::bf16);
    CHECK(refusal(ErrorCode::usage, [&] {
              require_ranges(model, Precision::int8);
          }).find("'tradewind model quantise") != std::string::npos);
    model.quantisation.ranges["a"] = {0, 1};
    require_ranges(model, Precision::int8);
}

TEST_CASE("a module without cuDNN says so, and what to do")
{
    std::string name = std::filesystem::temp_directory_path() / "tradewind-module-XXXXXX";
    const std::filesystem::path folder = mkdtemp(name.data());
    const std::string file = "tradewind-target-cuda.so", built = std::getenv("TRADEWIND_BUILD");
    std::filesystem::copy_file(built + "/tests/stand_in_gpu/without_cudnn/" + file, folder / file);
    const std::string why = refusal(ErrorCode::resource, [&] { devices_of("cuda:all", {folder.string()}); });
    CHECK(why.find("cuDNN 9 is not found (libcudnn-absent.so: ") == 0);
    CHECK(why.find("): install it, or use --target cpu") != std::string::npos);
    std::filesystem::remove_all(folder);
}

TEST_CASE("a damaged module is refused by name, and passed over by auto")
{
    std::string name = std::filesystem::temp_directory_path() / "tradewind-module-XXXXXX";
    const std::filesystem::path folder = mkdtemp(name.data());
    std::ofstream(folder / "tradewind-target-cuda.so") << "no library";
    const std::string why = refusal(ErrorCode::refused, [&] { open_target("cuda", {folder.string()}, {}); });
    CHECK(why.find("tradewind-target-cuda.so") != std::string::npos);
    const auto fallen_back = opened("auto", {folder.string()}, {"/dev/null"});
    CHECK(fallen_back.said.find("computing on the CPU, not on the GPU: ") == 0);
    std::filesystem::remove_all(folder);
}
