// SPDX-License-Identifier: Apache-2.0
// Which of cuDNN's engines may compute a convolution.
#include "targets/cuda/cudnn_plan.h"

#include <algorithm>
#include <charconv>

namespace tradewind::cuda {
namespace {

using Notes = std::vector<cudnnBackendNumericalNote_t>;

template <class Note> bool any_of(const std::vector<Note> &notes, std::initializer_list<Note> wanted)
{
    return std::find_first_of(notes.begin(), notes.end(), wanted.begin(), wanted.end()) != notes.end();
}

bool breaks_promises(const Notes &notes, const ConvolutionShape &shape)
{
    if (any_of(notes, {CUDNN_NUMERICAL_NOTE_NONDETERMINISTIC, CUDNN_NUMERICAL_NOTE_REDUCED_PRECISION_REDUCTION}))
        return true;
    if (shape.storage != Storage::f32) return any_of(notes, {CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS});
    return !shape.tf32 && any_of(notes, {CUDNN_NUMERICAL_NOTE_TENSOR_CORE, CUDNN_NUMERICAL_NOTE_DOWN_CONVERT_INPUTS});
}

bool transforms(const Notes &notes)
{
    return any_of(notes,
                  {CUDNN_NUMERICAL_NOTE_FFT, CUDNN_NUMERICAL_NOTE_WINOGRAD, CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_4x4,
                   CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_6x6, CUDNN_NUMERICAL_NOTE_WINOGRAD_TILE_13x13});
}

constexpr std::int64_t most_knobs = 64; // an engine has at most one of each type

struct Knob {
    cudnnBackendKnobType_t type;
    std::int64_t value;
};

struct Engine {
    std::int64_t number = 0;
    std::vector<Knob> knobs;
};

// Work that is cut where processors are free, not where tiles end, sums the tiles of one picture in another order than
// those of the next.
bool cuts_anywhere(const Engine &engine)
{
    return std::any_of(engine.knobs.begin(), engine.knobs.end(),
                       [](const Knob &knob) { return knob.type == CUDNN_KNOB_TYPE_STREAM_K && knob.value != 0; });
}

std::string text_of(const Engine &engine)
{
    std::string text = std::to_string(engine.number);
    for (const Knob &knob : engine.knobs)
        text += " " + std::to_string(static_cast<int>(knob.type)) + "=" + std::to_string(knob.value);
    return text;
}

// Reads a number that ends at `end` or where the text does, and moves behind that.
std::optional<std::int64_t> take_number(std::string_view &text, char end)
{
    const std::string_view digits = text.substr(0, text.find(end));
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc() || rest != digits.data() + digits.size()) return std::nullopt;
    text.remove_prefix(std::min(text.size(), digits.size() + 1));
    return value;
}

std::optional<Engine> engine_of(std::string_view text)
{
    const auto number = take_number(text, ' ');
    if (!number) return std::nullopt;
    Engine engine{*number, {}};
    while (!text.empty()) {
        const auto type = take_number(text, '=');
        const auto value = take_number(text, ' ');
        if (!type || !value) return std::nullopt;
        engine.knobs.push_back({static_cast<cudnnBackendKnobType_t>(*type), *value});
    }
    return engine;
}

// None where the engine of the configuration breaks a promise.
std::optional<Candidate> admit(const Form &form, const Descriptor &configuration)
{
    const Descriptor descriptor =
        configuration.descriptor(CUDNN_ATTR_ENGINECFG_ENGINE, CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    Engine engine{descriptor.integer(CUDNN_ATTR_ENGINE_GLOBAL_INDEX), {}};
    for (const Descriptor &choice :
         configuration.descriptors(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR, most_knobs))
        engine.knobs.push_back({choice.knob_type(), choice.integer(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE)});
    const Notes notes = descriptor.numerical_notes();
    if (breaks_promises(notes, form.asked) || cuts_anywhere(engine)) return std::nullopt;
    return Candidate{form, configuration, text_of(engine), transforms(notes),
                     any_of(descriptor.behavior_notes(), {CUDNN_BEHAVIOR_NOTE_RUNTIME_COMPILATION})};
}

// `known`: whether cuDNN has such an engine.
Descriptor configuration_of(const Engine &engine, const Descriptor &graph, const PlanDevice &device, bool &known)
{
    Descriptor descriptor(CUDNN_BACKEND_ENGINE_DESCRIPTOR);
    descriptor.set(CUDNN_ATTR_ENGINE_OPERATION_GRAPH, graph);
    descriptor.set(CUDNN_ATTR_ENGINE_GLOBAL_INDEX, engine.number);
    if (device.properties) descriptor.set(CUDNN_ATTR_ENGINE_DEVICEPROP, device.properties);
    Descriptor configuration(CUDNN_BACKEND_ENGINECFG_DESCRIPTOR);
    known = descriptor.try_finalize();
    if (!known) return configuration;
    std::vector<Descriptor> choices;
    for (const Knob &knob : engine.knobs) {
        Descriptor &choice = choices.emplace_back(CUDNN_BACKEND_KNOB_CHOICE_DESCRIPTOR);
        choice.set(CUDNN_ATTR_KNOB_CHOICE_KNOB_TYPE, knob.type);
        choice.set(CUDNN_ATTR_KNOB_CHOICE_KNOB_VALUE, knob.value);
        choice.finalize("choosing the settings of an engine");
    }
    configuration.set(CUDNN_ATTR_ENGINECFG_ENGINE, descriptor);
    if (!choices.empty()) configuration.set(CUDNN_ATTR_ENGINECFG_KNOB_CHOICES, choices);
    known = configuration.try_finalize();
    return configuration;
}

} // namespace

std::vector<Candidate> propose(const Form &form, const PlanDevice &device, Proposals proposals)
{
    Descriptor heuristics(CUDNN_BACKEND_ENGINEHEUR_DESCRIPTOR);
    heuristics.set(CUDNN_ATTR_ENGINEHEUR_OPERATION_GRAPH, operation_graph(form.asked, device));
    heuristics.set(CUDNN_ATTR_ENGINEHEUR_MODE,
                   proposals == Proposals::predicted ? CUDNN_HEUR_MODE_A : CUDNN_HEUR_MODE_FALLBACK);
    if (device.properties) heuristics.set(CUDNN_ATTR_ENGINEHEUR_DEVICEPROP, device.properties);
    std::vector<Candidate> found;
    if (!heuristics.try_finalize()) return found;
    for (const Descriptor &configuration :
         heuristics.descriptors(CUDNN_ATTR_ENGINEHEUR_RESULTS, CUDNN_BACKEND_ENGINECFG_DESCRIPTOR,
                                heuristics.count(CUDNN_ATTR_ENGINEHEUR_RESULTS)))
        if (auto candidate = admit(form, configuration)) found.push_back(std::move(*candidate));
    return found;
}

std::optional<Candidate> find_candidate(const Form &form, const PlanDevice &device, const std::string &engine)
{
    const auto wanted = engine_of(engine);
    if (!wanted) return std::nullopt;
    bool known = false;
    const Descriptor configuration = configuration_of(*wanted, operation_graph(form.asked, device), device, known);
    return known ? admit(form, configuration) : std::nullopt;
}

} // namespace tradewind::cuda
