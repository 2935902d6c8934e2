// SPDX-License-Identifier: Apache-2.0
// Tables of times.
#include "cli/bench/bench_text.h"

#include "cli/terminal.h"
#include "study/statistics.h"

namespace tradewind::cli {
namespace {

std::string milliseconds(double value)
{
    return formatted(value < 10 ? "%.3f" : value < 1000 ? "%.2f" : "%.0f", value);
}
std::string percent(double part) { return formatted("%.1f %%", 100 * part); }
std::string signed_percent(double part) { return formatted("%+.1f %%", 100 * part); }
std::string megabytes(std::int64_t bytes) { return formatted("%.1f MB", 1e-6 * static_cast<double>(bytes)); }

std::string line(const std::string &key, const std::string &value)
{
    return "  " + key + std::string(key.size() < 16 ? 16 - key.size() : 1, ' ') + printable(value) + "\n";
}

std::vector<std::string> rows_of_stages()
{
    auto names = stage_names();
    names.push_back("other");
    names.push_back("total");
    return names;
}

std::string stage_table(const Result &result, bool coloured)
{
    std::vector<std::vector<std::string>> rows;
    const double total = result.time.at("total").mean;
    for (const auto &name : rows_of_stages()) {
        const TimeSummary time = name == "total" ? shown_total(result) : result.time.at(name);
        rows.push_back({name, milliseconds(time.median), milliseconds(time.low) + " to " + milliseconds(time.high),
                        milliseconds(time.p90), milliseconds(time.p99), milliseconds(time.least),
                        percent(total > 0 ? time.mean / total : 0)});
    }
    return table({"stage (ms)", "median", "95 % interval", "90th", "99th", "least", "share of mean"}, rows, coloured);
}

std::string rounds_text(const Result &result)
{
    std::string text;
    for (const double round : result.rounds) text += (text.empty() ? "" : ", ") + milliseconds(round);
    const auto runs = static_cast<std::int64_t>(result.time.at("total").count), batch = result.configuration.batch;
    return std::to_string(runs * batch) + " pictures; median of each round: " + text + " ms";
}

std::string memory_text(const MemoryFacts &memory, bool gpu)
{
    return megabytes(memory.peak_bytes) + " at most" +
           (memory.predicted_bytes ? ", predicted " + megabytes(memory.predicted_bytes) : "") +
           (gpu ? "; on the GPU " : "; ") + megabytes(memory.activation_bytes) + " of activations, " +
           megabytes(memory.weight_bytes) + " of packed weights";
}

std::string how(const Configuration &c)
{
    return c.target + ", " + c.precision + ", " + std::to_string(c.threads) +
           (c.threads == 1 ? " thread" : " threads") +
           (c.streams > 1 ? " in each of " + std::to_string(c.streams) + " streams" : "") +
           (c.batch > 1 ? ", " + std::to_string(c.batch) + " pictures at once" : "");
}

// Times are those of one picture.
std::string batch_text(const Result &result)
{
    const auto batch = result.configuration.batch;
    if (batch == 1) return "";
    const double median = shown_total(result).median;
    return line("batch", "all times are those of one picture; " + std::to_string(batch) + " at once take " +
                             milliseconds(median * static_cast<double>(batch)) + " ms (median)");
}

std::string network_text(const Result &result, bool one_size)
{
    const double giga = 1e-9 * static_cast<double>(result.network.multiply_adds);
    const double network = result.time.at("network").median;
    return formatted("%.3f G multiply-adds", giga) +
           (one_size && network > 0 ? formatted(", %.1f GFLOP/s", 2e3 * giga / network) : " for the first picture") +
           ", " + std::to_string(result.network.nodes) + " nodes, " + std::to_string(result.network.parameters) +
           " parameters";
}

const char *said(Verdict verdict)
{
    switch (verdict) {
    case Verdict::slower:
        return "slower";
    case Verdict::faster:
        return "faster";
    case Verdict::undecided:
        return "not decided: it looks slower, but had to wait for processors that others used; try again when they are "
               "idle";
    case Verdict::same:
        break;
    }
    return "no difference beyond the limit";
}

std::string range_text(const Comparison::Range &range)
{
    return "quietest round " + milliseconds(range.quietest) + " ms; rounds without waits " +
           milliseconds(range.unhindered) + " ms; upper bound " + milliseconds(range.upper) + " ms";
}

// Said where it matters: 1 %.
std::string waiting_text(const Result &result)
{
    double waited = 0;
    for (const double round : result.rounds_waited) waited += round / static_cast<double>(result.rounds_waited.size());
    if (waited < 0.01 * result.time.at("total").mean) return "";
    return line("disturbed", "threads waited " + milliseconds(waited) +
                                 " ms a picture, all together, for processors that others used");
}

// Of the layers that can be computed in several ways.
std::string choices_text(const Result &result, std::size_t most, bool coloured)
{
    std::vector<std::vector<std::string>> rows;
    std::size_t count = 0;
    for (const NodeTime &node : result.profile) {
        if (node.choice.empty()) continue;
        if (++count <= most) rows.push_back({printable(node.choice), printable(node.node)});
    }
    if (rows.empty()) return "";
    const auto chosen = result.versions.find("algorithms");
    return "\nalgorithms of layers, by time: " + std::to_string(rows.size()) + " of " + std::to_string(count) +
           (chosen == result.versions.end() ? "" : ", chosen by " + printable(chosen->second)) + "\n" +
           table({"algorithm (when tuned: what each takes)", "node"}, rows, coloured);
}

} // namespace

std::string bench_text(const Result &result, bool one_size, bool coloured)
{
    const Configuration &c = result.configuration;
    std::string text = result.network.name + " (" + (c.config.empty() ? "" : printable(c.config) + ", ") + "weights " +
                       printable(c.weights) + "), resized to " + std::to_string(c.resized_height) + "x" +
                       std::to_string(c.resized_width) + "\n\n";
    text += line("pictures", result.inputs) + line("how", how(c)) + line("target", result.versions.at("target"));
    if (const auto chosen = result.versions.find("algorithms"); chosen != result.versions.end())
        text += line("algorithms", chosen->second);
    text += line("machine", result.machine.cpu + ", " + std::to_string(result.machine.cores) + " cores to use, " +
                                megabytes(result.machine.memory_bytes) + ", " + result.machine.system);
    text += line("network", network_text(result, one_size)) + "\n" + stage_table(result, coloured) + "\n";
    text += line("measured", rounds_text(result));
    text += batch_text(result) + waiting_text(result);
    text += line("stages", "add up to " + formatted("%.2f %%", 100 * result.stage_sum_ratio) + " of the wall clock" +
                               (result.stage_sum_ratio < 0.98
                                    ? ": the rest is 'other', where networks for new picture sizes are compiled"
                                    : ""));
    text += line("throughput", formatted("%.2f pictures a second", result.pictures_per_second));
    text += line("first picture", milliseconds(result.first_picture) + " ms, compiling included; " +
                                      milliseconds(result.start_to_first) + " ms from the start of the process");
    text += line("memory", memory_text(result.memory, c.target.starts_with("cuda")));
    text += line("energy", (result.joules_per_picture ? formatted("%.3f J a picture, ", *result.joules_per_picture)
                                                      : std::string("not measured: ")) +
                               result.energy_note);
    return text;
}

std::string profile_text(const Result &result, std::size_t most, bool coloured)
{
    std::vector<std::vector<std::string>> rows;
    double sum = 0;
    for (const NodeTime &node : result.profile) sum += node.milliseconds;
    for (const NodeTime &node : result.profile) {
        if (rows.size() == most) break;
        const double mega = 1e-6 * static_cast<double>(node.multiply_adds);
        rows.push_back({milliseconds(node.milliseconds), percent(node.share),
                        node.multiply_adds ? formatted("%.1f", node.giga_flops) : "",
                        node.multiply_adds ? formatted("%.2f", mega) : "", node.op, node.implementation,
                        printable(node.node)});
    }
    return "\nnodes by time: " + std::to_string(rows.size()) + " of " + std::to_string(result.profile.size()) +
           ", which take " + milliseconds(sum) + " ms together\n" +
           table({"ms", "share", "GFLOP/s", "M multiply-adds", "op", "implementation", "node"}, rows, coloured) +
           choices_text(result, most, coloured);
}

std::string comparison_text(const Result &before, const Result &now, const Comparison &comparison, double limit,
                            int again)
{
    std::string text = std::string("\ncompared: ") + said(comparison.verdict) + "\n";
    const auto commit = [](const Result &result) {
        const auto found = result.versions.find("commit");
        return found == result.versions.end() ? "unknown" : found->second;
    };
    text += line("commits", commit(before) + ", and now " + commit(now));
    text += line("before", range_text(comparison.before)) + line("now", range_text(comparison.now));
    text += line("rule", "slower: the quietest round now takes, and rounds without their waits for processors that "
                         "others used would take, ");
    text += line("", formatted("%g %%", 100 * limit) +
                         " more than the upper bound before; faster: the other way round. The bound is the larger of");
    text += line("", "the 95 % interval's end and the median of rounds");
    if (again) text += line("again", formatted("%d times more rounds, because the first looked slower", again));
    std::vector<std::vector<std::string>> rows;
    for (const auto &name : rows_of_stages())
        if (const auto old = before.time.find(name); old != before.time.end()) {
            const double was = old->second.median, is = now.time.at(name).median;
            rows.push_back({name, milliseconds(was), milliseconds(is), was > 0 ? signed_percent(is / was - 1) : ""});
        }
    return text + table({"stage (median, ms)", "before", "now", "change"}, rows, false);
}

} // namespace tradewind::cli
