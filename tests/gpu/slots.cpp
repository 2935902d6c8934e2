// SPDX-License-Identifier: Apache-2.0
// Determinism: what a slot computes depends on its own picture alone.
#include "request.h"

#include "detector/plan.h"

#include <cmath>
#include <cstring>

using namespace tradewind;

namespace gpu {
namespace {

constexpr std::size_t outputs = 4; // boxes, scores, classes, count

using Found = std::vector<Tensor>;

std::unique_ptr<Executable> plan_of(const Request &request, const Model &model, Target &target, std::size_t batch)
{
    DetectorOptions options = request.options();
    options.batch = batch;
    const Picture picture = request.picture();
    return compile(detection_graph(model, resized_size(model, {picture.height, picture.width}), options), target,
                   options);
}

// Another picture of the same size.
Picture varied(Picture picture, std::size_t how)
{
    for (auto &byte : picture.rgb) byte = static_cast<std::uint8_t>(byte ^ (how * 37));
    return picture;
}

// Slot b gets the picture varied by hows[b].
std::vector<Found> run(Executable &plan, const Model &model, const Picture &picture,
                       const std::vector<std::size_t> &hows)
{
    for (std::size_t slot = 0; slot < hows.size(); ++slot)
        plan.resize_into(0, slot, varied(picture, hows[slot]), resize_method(model));
    plan.run();
    std::vector<Found> found(hows.size());
    for (std::size_t slot = 0; slot < hows.size(); ++slot)
        for (std::size_t i = 0; i < outputs; ++i) found[slot].push_back(plan.read(i, slot));
    return found;
}

bool same_bits(const Found &a, const Found &b)
{
    for (std::size_t i = 0; i < outputs; ++i)
        if (std::memcmp(a[i].data(), b[i].data(), a[i].bytes()) != 0) return false;
    return true;
}

// The part of the detections of `from` for which `to` has one of the same class at nearly the same place.
double part_found(const Found &from, const Found &to, double apart)
{
    const auto count = static_cast<std::int64_t>(from[3].floats()[0]),
               others = static_cast<std::int64_t>(to[3].floats()[0]);
    std::int64_t found = 0;
    for (std::int64_t i = 0; i < count; ++i)
        for (std::int64_t k = 0; k < others; ++k) {
            bool near =
                from[2].floats()[i] == to[2].floats()[k] && std::abs(from[1].floats()[i] - to[1].floats()[k]) <= apart;
            for (int side = 0; side < 4; ++side)
                near = near && std::abs(from[0].floats()[4 * i + side] - to[0].floats()[4 * k + side]) <= apart;
            if (!near) continue;
            ++found;
            break;
        }
    return count ? static_cast<double>(found) / static_cast<double>(count) : 1;
}

} // namespace

nlohmann::json slots(const Request &request)
{
    const Model model = request.model();
    const auto target = request.target();
    const DetectorOptions options = request.options();
    if (const auto why = target->refuses(options.precision, options.batch); !why.empty()) return {{"skipped", why}};
    const Picture picture = request.picture();
    const auto single = plan_of(request, model, *target, 1), many = plan_of(request, model, *target, options.batch);

    const Found alone = run(*single, model, picture, {0}).front();
    bool over_runs = true, over_slots = true, over_neighbours = true;
    for (int i = 0; i < 3; ++i) over_runs = over_runs && same_bits(alone, run(*single, model, picture, {0}).front());

    const std::vector<std::size_t> same(options.batch, 0);
    std::vector<std::size_t> different(options.batch);
    for (std::size_t slot = 0; slot < options.batch; ++slot) different[slot] = slot;
    const auto all = run(*many, model, picture, same), mixed = run(*many, model, picture, different);
    for (const Found &slot : all) over_slots = over_slots && same_bits(slot, all.front());
    for (int i = 0; i < 3; ++i) { // the other way round, too: each picture in another slot
        const auto again = run(*many, model, picture, different);
        for (std::size_t slot = 0; slot < options.batch; ++slot)
            over_runs = over_runs && same_bits(again[slot], mixed[slot]);
    }
    const std::vector<std::size_t> backwards(different.rbegin(), different.rend());
    const auto turned = run(*many, model, picture, backwards);
    for (std::size_t slot = 0; slot < options.batch; ++slot)
        over_neighbours = over_neighbours && same_bits(mixed[slot], turned[options.batch - 1 - slot]);
    over_neighbours = over_neighbours && same_bits(mixed.front(), all.front());
    return {
        {"passed", over_runs && over_slots && over_neighbours && alone[3].floats()[0] > 0},
        {"detections", alone[3].floats()[0]},
        {"same_bits_over_runs", over_runs},
        {"same_bits_in_all_slots", over_slots},
        {"same_bits_beside_others", over_neighbours},
        {"same_bits_as_batch_1", same_bits(alone, all.front())},
        {"part_of_batch_1_found", part_found(alone, all.front(), options.precision == Precision::f32 ? 1e-4 : 1e-2)}};
}

} // namespace gpu
