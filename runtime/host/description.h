// SPDX-License-Identifier: Apache-2.0
// The host's side of a description in progress: what a plugin's tw_graph and tw_build point at.
#pragma once

#include "config/settings.h"
#include "host/registry.h"
#include "tensor/error.h"

#include <deque>
#include <functional>
#include <new>
#include <optional>

// The graph that plugins see as an opaque pointer.
struct tw_graph {
    explicit tw_graph(tradewind::Graph &to) : graph(to) {}

    tradewind::Graph &graph;
    std::vector<std::string> scopes;
    std::size_t own_scopes = 0;            // where those begin that the component now running opened
    std::deque<tradewind::TapInfo> taps;   // elements never move: plugins hold pointers into them
    std::optional<tradewind::Error> error; // the first one

    std::string scope() const; // "FeatureExtractor/MobilenetV1"
    std::string scoped(const std::string &name) const;
    void fail(const tradewind::Error &error_now); // keeps the first, with the scopes as context
};

namespace tradewind {

// Runs `body` unless an error has stuck; whatever it throws becomes that error. Every function that plugins call goes
// through here: nothing may be thrown across their frames.
template <class F> void guarded(tw_graph *graph, F &&body) noexcept
{
    if (graph->error) return;
    try {
        body();
    } catch (const Error &error) {
        graph->fail(error);
    } catch (const std::bad_alloc &) {
        graph->fail(Error(ErrorCode::resource, "there is not enough memory for this network"));
    } catch (const std::exception &error) {
        graph->fail(Error(ErrorCode::failed, error.what()));
    }
}

// The functions of a description, for any component.
const tw_graph_api &graph_api();

// One component being asked to describe something: its options, and for a meta-architecture the extractor.
struct Description : tw_build {
    Description(tw_graph &to, const Component &component, const Settings &settings);

    const Component &component;
    const Settings &settings;
    const Component *extractor = nullptr; // for meta-architectures
    int classes = 0;
    bool trunk_done = false;

    // Keep what getters return pointers to.
    mutable std::deque<std::string> texts;
    mutable std::deque<std::vector<std::int64_t>> integers;
    mutable std::deque<std::vector<double>> reals;
    mutable std::deque<std::vector<const char *>> text_lists;
};

// Calls a function of a component: a status, an exception that crossed the boundary and scopes left open all become the
// description's error.
void call(tw_graph &graph, const Component &component, const std::function<tw_status(tw_error &)> &function);

void run_trunk(tw_graph &graph, const Component &extractor, const Settings &settings, Value image);

} // namespace tradewind
