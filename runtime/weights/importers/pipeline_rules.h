// SPDX-License-Identifier: Apache-2.0
// What becomes of each field of a published detector's config: rules, which are data (configs/published/fields.ini).
#pragma once

#include "config/settings.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tradewind::importers {

struct Rule {
    std::string verb;                         // set, list, part, means, type, maps, is, refuse, training
    std::vector<std::string> words;           // behind the verb: settings, values, the number and separator of a part
    std::optional<std::string> fallback;      // "else": where the field is absent
    std::map<std::string, std::string> names; // "with A:B": what values are called here
    std::string reason;                       // "because", or behind "refuse"
};

class Rules {
public:
    // Throws Error(usage) with the line for a rule that is none.
    explicit Rules(const Settings &fields);

    const Rule *find(const std::string &path) const;  // "model.x.type"
    bool passed_over(const std::string &path) const;  // the message with all that is in it
    bool knows_inside(const std::string &path) const; // whether there are rules for fields of this message
    std::map<std::string, Rule> of_fields(const std::string &message) const; // its fields' own rules, by path

private:
    std::map<std::string, Rule> rules_;
};

} // namespace tradewind::importers
