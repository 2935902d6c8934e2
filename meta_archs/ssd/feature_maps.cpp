// SPDX-License-Identifier: Apache-2.0
// Choosing taps.
#include "feature_maps.h"

#include <algorithm>
#include <map>

namespace ssd {
namespace {

using namespace tradewind;

std::vector<Tap> named(Graph &g, const std::vector<std::string> &names)
{
    std::vector<Tap> maps;
    for (const auto &name : names) {
        maps.push_back(g.tap_named(name));
        if (!maps.back().value.id()) return {};
    }
    return maps;
}

std::vector<Tap> chosen(Graph &g)
{
    std::map<std::int64_t, Tap> last_of_stride;
    for (const auto &tap : g.taps()) last_of_stride[tap.stride] = tap;
    if (last_of_stride.count(16) && last_of_stride.count(32)) return {last_of_stride[16], last_of_stride[32]};
    std::vector<Tap> coarsest;
    for (auto entry = last_of_stride.rbegin(); entry != last_of_stride.rend() && coarsest.size() < 2; ++entry)
        coarsest.insert(coarsest.begin(), entry->second);
    return coarsest;
}

// Liu et al. 2016, section 3.1: maps whose features are larger than those of the others.
void normalise(Graph &g, std::vector<Tap> &maps)
{
    for (const auto &name : g.texts("l2_normalised")) {
        const auto map = std::find_if(maps.begin(), maps.end(), [&](const Tap &tap) { return tap.name == name; });
        if (map == maps.end()) return g.fail("l2_normalised names " + name + ", which is none of the feature maps");
        const Scope scope(g, map->scope);
        map->value = g.l2_normalization(map->value, {.name = map->name + "/L2Norm"});
    }
}

} // namespace

std::vector<Tap> base_maps(Graph &g)
{
    const auto names = g.texts("feature_maps");
    const bool automatic = names.size() == 1 && names[0] == "auto";
    auto maps = automatic ? chosen(g) : named(g, names);
    if (maps.empty()) g.fail("the feature extractor offers no tap to predict from");
    normalise(g, maps);
    return maps;
}

} // namespace ssd
