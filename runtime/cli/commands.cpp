// SPDX-License-Identifier: Apache-2.0
// Choosing and running commands: the one place where errors end.
#include "cli/commands.h"

#include "cli/signals.h"
#include "cli/terminal.h"
#include "tensor/error.h"
#include "tensor/near_names.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace tradewind::cli {
namespace {

const Command *find(const std::string &name)
{
    for (const Command &command : commands())
        if (name == command.name) return &command;
    return nullptr;
}

// "model" and "plugin" take a second word; "study" may.
bool is_group(const std::string &word)
{
    return std::any_of(commands().begin(), commands().end(),
                       [&](const Command &c) { return std::string(c.name).starts_with(word + " "); });
}

[[noreturn]] void refuse(const std::string &name, const std::string &prefix)
{
    std::vector<std::string> names;
    std::string all;
    for (const Command &command : commands()) {
        const std::string full = command.name;
        if (!full.starts_with(prefix)) continue;
        names.push_back(full.substr(prefix.size()));
        all += (all.empty() ? "" : ", ") + names.back();
    }
    const std::string what = prefix.empty()
                                 ? "there is no command '" + name + "'"
                                 : "'" + prefix.substr(0, prefix.size() - 1) + "' has no command '" + name + "'";
    const std::string near = did_you_mean(name, names);
    throw Error(ErrorCode::usage, what + (near.empty() ? "; there are " + all : near));
}

const Command &choose(Arguments &arguments)
{
    const std::string first = arguments.empty() ? "help" : arguments.front();
    if (!arguments.empty()) arguments.erase(arguments.begin());
    if (first == "--help" || first == "-h") return *find("help");
    if (first == "--version") return *find("version");
    if (!is_group(first)) {
        if (const Command *command = find(first)) return *command;
        refuse(first, "");
    }
    const std::string second = arguments.empty() ? "" : arguments.front();
    const Command *alone = find(first);
    if (!alone && (second == "--help" || second == "-h" || second.empty())) {
        arguments = {first};
        return *find("help");
    }
    if (const Command *command = find(first + " " + second)) {
        arguments.erase(arguments.begin());
        return *command;
    }
    if (alone) return *alone;
    refuse(second, first + " ");
}

int run_chosen(Arguments arguments)
{
    const Command &command = choose(arguments);
    const bool asks_for_help = std::count(arguments.begin(), arguments.end(), "--help") ||
                               std::count(arguments.begin(), arguments.end(), "-h");
    if (!asks_for_help) return command.run(arguments);
    print(command.usage);
    return 0;
}

// Threads of OpenMP that spin for long while they wait stall each other where cores are shared, those that spin too
// briefly fall asleep between two layers: some tens of microseconds are neither. What the user set stays. Must come
// before the library of OpenMP is loaded, which is with the target.
void let_threads_sleep()
{
    if (!std::getenv("OMP_WAIT_POLICY")) setenv("GOMP_SPINCOUNT", "30000", 0);
}

int report(const std::string &text, int code)
{
    std::fprintf(stderr, "tradewind: %s\n", printable(text).c_str());
    return code;
}

} // namespace

int run(const Arguments &arguments)
{
    fill_standard_descriptors();
    catch_signals();
    let_threads_sleep();
    try {
        const int code = run_chosen(arguments);
        if (std::fflush(stdout) != 0 && !reader_has_left()) return report("standard output cannot be written", 1);
        return code;
    } catch (const ReaderHasLeft &) {
        return 0;
    } catch (const Interrupted &interrupted) {
        return 128 + interrupted.signal;
    } catch (const Error &error) {
        if (noted_signal()) return 128 + noted_signal(); // it ended a wait
        return report(error.what(), static_cast<int>(error.code()));
    } catch (const std::bad_alloc &) {
        return report("there is not enough memory", static_cast<int>(ErrorCode::resource));
    } catch (const std::exception &error) {
        return report(std::string("internal error: ") + error.what(), 1);
    }
}

} // namespace tradewind::cli
