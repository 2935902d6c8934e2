// SPDX-License-Identifier: Apache-2.0
// The plainest candidate, the table's or the measured one.
#include "targets/onednn/algorithm_choice.h"

#include "targets/onednn/measured_choices.h"
#include "tensor/seed.h"

#include <cstdio>

namespace tradewind::onednn {
namespace {

std::string in_words(const MeasuredChoice &measured)
{
    std::string text = to_string(measured.choice) + " (" + measured.day;
    const char *separator = ": ";
    for (const auto &[candidate, time] : measured.milliseconds) {
        char number[32];
        std::snprintf(number, sizeof number, " %.3g ms", time);
        text += separator + to_string(candidate) + number;
        separator = ", ";
    }
    return text + ")";
}

} // namespace

AlgorithmChoice::AlgorithmChoice(Tuning tuning, std::shared_ptr<const Processor> processor,
                                 std::shared_ptr<MeasuredChoices> measured)
    : tuning_(tuning), processor_(std::move(processor)), measured_(std::move(measured))
{
}

AlgorithmChoice::AlgorithmChoice(Tuning tuning, int threads, std::string cache_folder)
    : AlgorithmChoice(tuning, std::make_shared<const Processor>(), nullptr)
{
    if (tuning == Tuning::full)
        measured_ = std::make_shared<MeasuredChoices>(*processor_, threads, std::move(cache_folder));
}

AlgorithmChoice::~AlgorithmChoice() = default;

LayerChoice AlgorithmChoice::choose(const Layer &layer)
{
    const std::string key = layer.key();
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(key);
    return (found != answers_.end() ? found : answers_.emplace(key, answer(layer)).first)->second.choice;
}

AlgorithmChoice::Answer AlgorithmChoice::answer(const Layer &layer) const
{
    const auto candidates = processor_->candidates(layer);
    if (candidates.empty()) return {};
    if (candidates.size() == 1) return {candidates.front(), ""};
    if (tuning_ == Tuning::off) return {candidates.front(), to_string(candidates.front())};
    if (measured_) {
        const MeasuredChoice measured = measured_->choose(layer, candidates);
        return {measured.choice, in_words(measured)};
    }
    const LayerChoice choice = by_table(processor_->family, layer, candidates);
    return {choice, to_string(choice)};
}

std::string AlgorithmChoice::described(const Layer &layer) const
{
    const std::lock_guard lock(mutex_);
    const auto found = answers_.find(layer.key());
    return found == answers_.end() ? "" : found->second.description;
}

std::string AlgorithmChoice::name() const
{
    if (tuning_ == Tuning::off) return "direct";
    if (!measured_) return std::string("table ") + to_string(processor_->family) + " " + table_version;
    std::string decisions;
    const std::lock_guard lock(mutex_);
    for (const auto &[key, answer] : answers_) decisions += key + " = " + to_string(answer.choice) + "\n";
    const std::uint64_t hash = seed_hash(decisions);
    char digits[16];
    std::snprintf(digits, sizeof digits, "%08x", static_cast<unsigned>(hash ^ hash >> 32));
    return std::string("measured ") + digits;
}

} // namespace tradewind::onednn
