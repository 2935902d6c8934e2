// SPDX-License-Identifier: Apache-2.0
// Values of options, each with where it came from; read from and written as INI.
#pragma once

#include "config/option.h"

#include <map>

namespace tradewind {

struct Setting {
    std::string value;
    std::string origin; // "configs/ssd.ini:12", "--set", "bundle", "default", "TRADEWIND_THREADS"
};

// Texts by "section.key". Unchecked until resolved against option tables.
class Settings {
public:
    void set(const std::string &name, std::string value, std::string origin);
    void set_default(const std::string &name, std::string value, std::string origin); // unless present
    const Setting *find(const std::string &name) const;

    // Typed reading. Throws Error(failed) when absent (resolve() fills every default) and Error(usage) when malformed.
    std::string text(const std::string &name) const;
    std::int64_t integer(const std::string &name) const;
    double real(const std::string &name) const;
    bool boolean(const std::string &name) const;
    std::vector<std::int64_t> integers(const std::string &name) const;
    std::vector<double> reals(const std::string &name) const;
    std::vector<std::string> texts(const std::string &name) const;

    // Later settings win.
    void merge(const Settings &over);

    const std::map<std::string, Setting> &all() const { return values_; }

private:
    std::map<std::string, Setting> values_;
};

// INI: "[section]", "key = value", comments with # or ;. Throws Error(usage) with file and line. `sections` gets the
// names of all, in the order of the file, those without keys included.
Settings parse_ini(const std::string &text, const std::string &file, std::vector<std::string> *sections = nullptr);
Settings read_ini(const std::string &path, std::vector<std::string> *sections = nullptr);

// Sections in the order of the table, every key, with "# help (default ..., range ...)" comments when asked.
std::string to_ini(const Settings &settings, const OptionTable &table, bool with_help, bool with_origin);

// Fills defaults from the table and checks every value; an unknown section or key is an Error(usage) that names where
// it was set and near misses.
Settings resolve(const Settings &given, const OptionTable &table);

// Throws Error(usage) for a setting of this section that the table lacks, with those of its settings that are near.
// `owner`: the plugin that has the table.
void check_keys(const Settings &given, const std::string &section, const OptionTable &table, const std::string &owner);

} // namespace tradewind
