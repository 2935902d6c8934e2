// SPDX-License-Identifier: Apache-2.0
// A walk over nlohmann's events that knows how deep it is.
#include "evaluate/json_records.h"

#include "evaluate/json_syntax_error.h"
#include "tensor/error.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <iterator>

namespace tradewind {
namespace {

// The level of a container: 0 is the object of sections, which a list of records alone does not have.
enum Level : std::size_t { sections, section, record, list };

constexpr std::size_t report_every = 4u << 20;

// Where the next report is due.
struct Reporter {
    const char *first, *next;
    const JsonProgress &progress;

    void report(const char *here)
    {
        if (progress) progress(static_cast<std::size_t>(here - first));
        next = here + report_every;
    }
};

struct ReportingIterator {
    using iterator_category = std::input_iterator_tag;
    using value_type = char;
    using difference_type = std::ptrdiff_t;
    using pointer = const char *;
    using reference = const char &;

    const char *here;
    Reporter *reporter;

    reference operator*() const { return *here; }
    ReportingIterator &operator++()
    {
        if (++here == reporter->next) reporter->report(here);
        return *this;
    }
    bool operator==(const ReportingIterator &other) const { return here == other.here; }
};

class Walk final : public nlohmann::json_sax<nlohmann::json> {
public:
    Walk(std::span<const std::byte> bytes, const std::string &path, JsonRecords &records)
        : bytes_(bytes), path_(path), records_(records)
    {
    }

    bool null() override { return scalar({}); }
    bool boolean(bool value) override
    {
        return scalar(number_field(JsonField::Kind::boolean, value ? 1 : 0, value ? 1 : 0));
    }
    bool number_integer(std::int64_t value) override
    {
        return scalar(number_field(JsonField::Kind::whole, static_cast<double>(value), value));
    }
    bool number_unsigned(std::uint64_t value) override
    {
        const bool fits = value <= static_cast<std::uint64_t>(INT64_MAX);
        return scalar(number_field(fits ? JsonField::Kind::whole : JsonField::Kind::number, static_cast<double>(value),
                                   fits ? static_cast<std::int64_t>(value) : 0));
    }
    bool number_float(double value, const std::string &) override
    {
        const bool whole = std::floor(value) == value && std::fabs(value) < 9e15;
        return scalar(number_field(whole ? JsonField::Kind::whole : JsonField::Kind::number, value,
                                   whole ? static_cast<std::int64_t>(value) : 0));
    }
    bool string(std::string &value) override
    {
        JsonField field;
        field.kind = JsonField::Kind::text;
        field.text = &value;
        return scalar(field);
    }
    bool binary(nlohmann::json::binary_t &) override { return false; } // not in text

    bool start_object(std::size_t) override { return open(true); }
    bool start_array(std::size_t) override { return open(false); }
    bool end_object() override { return close(); }
    bool end_array() override { return close(); }
    bool key(std::string &name) override;
    bool parse_error(std::size_t position, const std::string &, const nlohmann::detail::exception &error) override
    {
        throw Error(ErrorCode::usage,
                    describe_json_error(bytes_, position, error.id, records_.what(), records_.form()) +
                        (in_record_ ? ", in " + entry() : ""),
                    path_);
    }

private:
    static JsonField number_field(JsonField::Kind kind, double number, std::int64_t whole)
    {
        JsonField field;
        field.kind = kind;
        field.number = number;
        field.whole = whole;
        return field;
    }

    std::size_t level() const { return depth_ - 1 + (records_.in_sections() ? sections : section); }
    bool scalar(const JsonField &value);
    bool open(bool object);
    bool close();
    void open_section(bool object);
    void begin_section(const std::string &name);
    void element(const JsonField &value);
    void give_field(const JsonField &value);
    void end_record();
    std::string entry() const;
    [[noreturn]] void refuse(const std::string &why) const { throw Error(ErrorCode::usage, why, path_); }
    [[noreturn]] void refuse_form() const
    {
        refuse(std::string("the file has another form than ") + records_.what() + ", which are " + records_.form());
    }
    [[noreturn]] void refuse_section() const { refuse("\"" + section_ + "\" is no list of objects"); }

    std::span<const std::byte> bytes_;
    const std::string &path_;
    JsonRecords &records_;
    std::size_t depth_ = 0, passed_over_ = 0; // the depth of the container that is passed over, or 0
    std::string section_, field_;
    std::size_t record_ = 0;
    bool wanted_ = false, in_record_ = false;
    JsonField list_;
};

// "annotations[17] (id 42)".
std::string Walk::entry() const
{
    const std::string index = std::to_string(record_);
    return (section_.empty() ? "entry " + index : section_ + "[" + index + "]") + records_.record_name();
}

void Walk::begin_section(const std::string &name)
{
    section_ = name;
    record_ = 0;
    try {
        wanted_ = records_.begin_section(name);
    } catch (const JsonRecordProblem &problem) {
        refuse(problem.sentence);
    }
}

void Walk::give_field(const JsonField &value)
{
    try {
        records_.field(field_, value);
    } catch (const JsonRecordProblem &problem) {
        refuse(entry() + ": " + problem.sentence);
    }
}

void Walk::end_record()
{
    try {
        records_.end_record();
    } catch (const JsonRecordProblem &problem) {
        refuse(entry() + ": " + problem.sentence);
    }
    in_record_ = false;
    ++record_;
}

bool Walk::key(std::string &name)
{
    if (passed_over_) return true;
    if (level() == sections) begin_section(name);
    if (level() == record) field_ = name;
    return true;
}

void Walk::element(const JsonField &value)
{
    const bool number = value.kind == JsonField::Kind::whole || value.kind == JsonField::Kind::number;
    list_.only_numbers &= number;
    if (list_.length < list_.list.size()) list_.list[list_.length] = value.number;
    ++list_.length;
}

bool Walk::scalar(const JsonField &value)
{
    if (passed_over_) return true;
    if (depth_ == 0) refuse_form();
    if (level() == sections && wanted_) refuse_section();
    if (level() == section) refuse(entry() + " is no object");
    if (level() == record) give_field(value);
    if (level() == list) element(value);
    return true;
}

void Walk::open_section(bool object)
{
    if (!records_.in_sections()) {
        if (object) refuse_form();
        begin_section("");
    }
    if (object && wanted_) refuse_section();
    if (!wanted_) passed_over_ = depth_;
}

bool Walk::open(bool object)
{
    ++depth_;
    if (passed_over_) return true;
    switch (level()) {
    case sections:
        if (!object) refuse_form();
        break;
    case section:
        open_section(object);
        break;
    case record:
        if (!object) refuse(entry() + " is no object");
        in_record_ = true;
        break;
    case list:
        list_ = {};
        list_.kind = object ? JsonField::Kind::object : JsonField::Kind::list;
        if (object) passed_over_ = depth_;
        break;
    default:
        element({});
        passed_over_ = depth_;
    }
    return true;
}

bool Walk::close()
{
    const std::size_t closed = level();
    if (passed_over_ == depth_) passed_over_ = 0;
    --depth_;
    if (passed_over_) return true;
    if (closed == list) give_field(list_);
    if (closed == record) end_record();
    return true;
}

} // namespace

void read_json_records(std::span<const std::byte> bytes, const std::string &path, JsonRecords &records,
                       const JsonProgress &progress)
{
    Walk walk(bytes, path, records);
    const char *text = reinterpret_cast<const char *>(bytes.data());
    Reporter reporter{text, text + report_every, progress};
    nlohmann::json::sax_parse(ReportingIterator{text, &reporter}, ReportingIterator{text + bytes.size(), nullptr},
                              &walk);
}

} // namespace tradewind
