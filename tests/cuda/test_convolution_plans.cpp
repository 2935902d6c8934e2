// SPDX-License-Identifier: Apache-2.0
// That cuDNN has a plan, by an engine that keeps our promises, for each convolution of each detector on each kind of
// device. Plans are built, not run; no device is needed.
#include "described_devices.h"
#include "network_convolutions.h"

#include "targets/cuda/cudnn_convolution.h"
#include "tensor/clock.h"
#include "tensor/error.h"

#include <doctest/doctest.h>

#include <cstdio>
#include <map>

using namespace tradewind;
using namespace tradewind::cuda;

namespace {

struct Numbers {
    const char *name;
    Storage storage;
    bool tf32;
};

const Numbers kinds_of_numbers[] = {{"f32", Storage::f32, false},
                                    {"tf32", Storage::f32, true},
                                    {"f16", Storage::f16, false},
                                    {"bf16", Storage::bf16, false}};

// What became of many shapes.
struct Tally {
    int shapes = 0, absent = 0, transforming = 0, compiled = 0;
    std::size_t most_workspace = 0;
    double milliseconds = 0;
    std::map<std::string, int> engines;

    void add(const ConvolutionPlan &plan)
    {
        transforming += plan.transforms;
        compiled += plan.compiled;
        most_workspace = std::max(most_workspace, plan.workspace_bytes);
        ++engines[plan.engine.substr(0, plan.engine.find(' ')) +
                  (plan.form.after == Activation::none ? "" : " and activation")];
    }

    void print(const std::string &device, const char *numbers) const
    {
        std::printf("%s %s: %d convolutions, %d without plan, %d by transforms, %d compiled, at most %.1f MB of "
                    "workspace, %.1f ms "
                    "each; engines",
                    device.c_str(), numbers, shapes, absent, transforming, compiled,
                    static_cast<double>(most_workspace) / 1e6, milliseconds / shapes);
        const char *between = "";
        for (const auto &[engine, count] : engines) {
            std::printf("%s %s: %d", between, engine.c_str(), count);
            between = ",";
        }
        std::printf("\n");
    }
};

Tally plan_all(const std::set<ConvolutionShape> &shapes, const Numbers &numbers, const PlanDevice &device)
{
    Tally tally;
    const double start = milliseconds_now();
    for (ConvolutionShape shape : shapes) {
        shape.storage = numbers.storage;
        shape.tf32 = numbers.tf32;
        ++tally.shapes;
        try {
            tally.add(*predicted_plan(shape, device));
        } catch (const Error &error) {
            ++tally.absent;
            FAIL_CHECK(error.what());
        }
    }
    tally.milliseconds = milliseconds_now() - start;
    return tally;
}

void plan_on_all_devices(const std::vector<std::string> &configs)
{
    const auto shapes = scene::convolutions(configs);
    CHECK(shapes.size() > 10);
    for (const auto &described : scene::described_devices()) {
        const PlanDevice device = PlanDevice::described(described.device);
        for (const Numbers &numbers : kinds_of_numbers) {
            CAPTURE(described.name);
            CAPTURE(numbers.name);
            const Tally tally = plan_all(shapes, numbers, device);
            tally.print(described.name, numbers.name);
            CHECK(tally.transforming == 0);
            CHECK(tally.compiled == 0); // a network would take minutes to begin
        }
    }
}

// What is unlike others in each way, of one network.
ConvolutionShape shape_of(std::int64_t channels, std::int64_t filters, std::int64_t kernel, Activation activation,
                          Storage storage)
{
    ConvolutionShape shape{1, channels, filters, {}, {}, storage, false, true, false, activation};
    shape.y = shape.x = {19, 19, kernel, 1, 1, kernel / 2, kernel / 2};
    return shape;
}

const PlanDevice &hopper()
{
    static const PlanDevice device = PlanDevice::described(scene::described_devices()[2].device);
    return device;
}

} // namespace

TEST_CASE("a few convolutions have plans")
{
    ConvolutionShape asymmetric = shape_of(3, 32, 3, Activation::relu6, Storage::f16);
    asymmetric.y = asymmetric.x = {300, 150, 3, 2, 1, 0, 1};
    ConvolutionShape dilated = shape_of(512, 512, 3, Activation::relu, Storage::f32);
    dilated.y = dilated.x = {38, 38, 3, 1, 6, 6, 6};
    ConvolutionShape residual = shape_of(64, 256, 1, Activation::relu, Storage::bf16);
    residual.residual = true;
    ConvolutionShape bare = shape_of(512, 273, 1, Activation::none, Storage::f32);
    bare.bias = false;
    for (const ConvolutionShape &shape :
         {asymmetric, dilated, residual, bare, shape_of(512, 24, 3, Activation::none, Storage::f16)}) {
        CAPTURE(to_string(shape));
        const auto plan = predicted_plan(shape, hopper());
        CHECK_FALSE(plan->transforms);
        CHECK_FALSE(plan->compiled);
        CHECK(plan->workspace_bytes < std::size_t{256} << 20);
    }
}

TEST_CASE("predictions on regions have plans")
{
    for (const auto &described : scene::described_devices())
        for (const Numbers &numbers : kinds_of_numbers)
            for (const std::int64_t filters :
                 {91, 360}) { // 300 regions of 1024 features in 3 x 3 bins, and their parts
                ConvolutionShape shape;
                shape.count = 300;
                shape.channels = 9232;
                shape.filters = filters;
                shape.storage = numbers.storage;
                shape.tf32 = numbers.tf32;
                CAPTURE(described.name);
                CAPTURE(to_string(shape));
                CHECK_FALSE(predicted_plan(shape, PlanDevice::described(described.device))->transforms);
            }
}

TEST_CASE("relu6 follows the plan of a convolution without activation")
{
    const auto plan = predicted_plan(shape_of(64, 64, 3, Activation::relu6, Storage::f16), hopper());
    CHECK(plan->form.after == Activation::relu6);
    CHECK(plan->form.asked.activation == Activation::none);
    CHECK(predicted_plan(shape_of(64, 64, 3, Activation::relu, Storage::f16), hopper())->form.after ==
          Activation::none);
}

TEST_CASE("relu6 is also proposed in the kernel of the convolution, which is then compiled")
{
    for (const Storage storage : {Storage::f16, Storage::bf16}) {
        const auto forms = forms_of(shape_of(64, 64, 3, Activation::relu6, storage));
        REQUIRE(forms.size() == 2);
        CHECK(forms[1].after == Activation::none);
        const auto proposed = propose(forms[1], hopper(), Proposals::predicted);
        CHECK(proposed.size() > 0);
        for (const Candidate &candidate : proposed) CHECK(candidate.compiled);
    }
}

TEST_CASE("plans are restored from their text")
{
    const Form form{shape_of(256, 256, 3, Activation::relu, Storage::f16)};
    const auto proposed = propose(form, hopper(), Proposals::predicted);
    REQUIRE(proposed.size() > 1);
    const auto plan = build_plan(proposed[1], hopper());
    REQUIRE(plan);
    const std::string text = text_of(*plan);
    const auto restored = restore_plan(proposed[1], hopper(), text);
    REQUIRE(restored);
    CHECK(restored->workspace_bytes == plan->workspace_bytes);
    CHECK(text_of(*restored) == text);
    CHECK_FALSE(restore_plan(proposed[1], hopper(), text.substr(0, text.size() / 2)));
    CHECK_FALSE(restore_plan(proposed[1], hopper(), "{}"));
}

TEST_CASE("engines are found again by their text")
{
    const Form form{shape_of(256, 256, 3, Activation::relu, Storage::f16)};
    const auto proposed = propose(form, hopper(), Proposals::predicted);
    REQUIRE(proposed.size() > 3);
    for (const Candidate &candidate : proposed) {
        CAPTURE(candidate.engine);
        const auto found = find_candidate(form, hopper(), candidate.engine);
        REQUIRE(found);
        CHECK(found->engine == candidate.engine);
        CHECK(build_plan(*found, hopper()));
    }
}

TEST_CASE("texts of no engine find none")
{
    const Form form{shape_of(256, 256, 3, Activation::relu, Storage::f16)};
    for (const char *text : {"", "x", "99999", "-1", "11 2", "11 2=", "11 =2", "11 2=x", "11 9999=1", "11  2=1"}) {
        CAPTURE(text);
        CHECK_FALSE(find_candidate(form, hopper(), text));
    }
}

TEST_CASE("float32 is multiplied as float32 unless TF32 is asked for")
{
    ConvolutionShape shape = shape_of(256, 256, 3, Activation::relu, Storage::f32);
    const auto exact = propose({shape}, hopper(), Proposals::predicted);
    shape.tf32 = true;
    const auto cut = propose({shape}, hopper(), Proposals::predicted);
    CHECK(exact.size() > 0);
    CHECK(cut.size() > exact.size());
    // What TF32 would choose is none of float32's engines, and not found among them by its text either.
    shape.tf32 = false;
    CHECK_FALSE(find_candidate({shape}, hopper(), cut.front().engine));
    for (const Candidate &candidate : exact) CHECK(candidate.engine != cut.front().engine);
}

TEST_CASE("every convolution of every detector has a plan") { plan_on_all_devices(scene::detector_configs()); }
