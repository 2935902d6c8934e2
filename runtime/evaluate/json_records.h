// SPDX-License-Identifier: Apache-2.0
// Large JSON files that are lists of records, read one field at a time: nothing of the file is held.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

namespace tradewind {

// The value of one field. Of a list its first four numbers are kept, of an object nothing.
struct JsonField {
    enum class Kind { null, boolean, whole, number, text, list, object } kind = Kind::null;
    double number = 0;      // of whole numbers and booleans too
    std::int64_t whole = 0; // of numbers without a fraction that fit; else `kind` is number
    const std::string *text = nullptr;
    std::array<double, 4> list = {};
    std::size_t length = 0;
    bool only_numbers = true; // of the list
};

// Thrown by who takes records: a sentence about the record being read, which becomes an error that names it.
struct JsonRecordProblem {
    std::string sentence;
};

// What a file is expected to be, and who takes its records.
class JsonRecords {
public:
    virtual ~JsonRecords() = default;

    // {"section": [record, ...], ...}, or the list alone, which is a section without a name.
    virtual bool in_sections() const = 0;
    virtual const char *what() const = 0; // "COCO annotations"
    virtual const char *form() const = 0; // how such a file looks, for messages

    // False: the section is passed over.
    virtual bool begin_section(const std::string &name) = 0;
    virtual void field(const std::string &name, const JsonField &value) = 0;
    virtual void end_record() = 0;
    // To complete "annotations[17]" in messages: " (id 42)", or nothing.
    virtual std::string record_name() const { return {}; }
};

// Called now and then with how many bytes, from the first, will not be looked at again unless they are wrong.
using JsonProgress = std::function<void(std::size_t)>;

// Throws Error(usage), with `path` as context, for what is no JSON, cut off, or of another form, naming the place.
void read_json_records(std::span<const std::byte> bytes, const std::string &path, JsonRecords &records,
                       const JsonProgress &progress = {});

} // namespace tradewind
