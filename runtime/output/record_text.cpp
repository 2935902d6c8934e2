// SPDX-License-Identifier: Apache-2.0
// Records as JSON.
#include "output/record_text.h"

#include <charconv>

namespace tradewind {
namespace {

// Length of the UTF-8 sequence at `at`; 0 when it is none (overlong forms and surrogates are none).
std::size_t sequence(const std::string &bytes, std::size_t at)
{
    const auto byte = [&](std::size_t i) {
        return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0u;
    };
    const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0u) == 0x80u; };
    const unsigned first = byte(0), second = byte(1);
    if (first < 0x80) return 1;
    if (first >= 0xC2 && first < 0xE0) return tail(1) ? 2 : 0;
    if (first >= 0xE0 && first < 0xF0) {
        const bool bad = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F);
        return !bad && tail(1) && tail(2) ? 3 : 0;
    }
    const bool bad =
        first < 0xF0 || first > 0xF4 || (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return !bad && tail(1) && tail(2) && tail(3) ? 4 : 0;
}

std::string escaped(char c)
{
    switch (c) {
    case '"':
        return "\\\"";
    case '\\':
        return "\\\\";
    case '\n':
        return "\\n";
    case '\r':
        return "\\r";
    case '\t':
        return "\\t";
    }
    constexpr char digits[] = "0123456789abcdef";
    const auto value = static_cast<unsigned char>(c);
    return value < 0x20 || value == 0x7F ? std::string("\\u00") + digits[value >> 4] + digits[value & 15]
                                         : std::string(1, c);
}

std::string milliseconds(double value)
{
    return number(static_cast<float>(static_cast<std::int64_t>(value * 1000 + 0.5)) / 1000.0f);
}

std::string json_detection(const Detection &detection)
{
    return "{\"category_id\":" + std::to_string(detection.class_id) + ",\"label\":" + json_string(detection.label) +
           ",\"bbox\":" + json_box(detection.box) +
           ",\"bbox_format\":\"xywh_px\",\"score\":" + number(detection.score) + "}";
}

std::string json_file(const Record &record)
{
    std::string text = "{\"schema\":\"tradewind-detections-1\",\"file\":" + json_string(record.file);
    if (!is_utf8(record.file)) text += ",\"file_bytes\":\"" + percent_encoded(record.file) + "\"";
    return text + ",\"image_id\":" + std::to_string(record.image_id) + ",\"frame\":null,\"pts_s\":null";
}

// The post-processing of a record includes the copies of the network's outputs.
std::string json_times(const StageTimes &times)
{
    std::string text;
    for (const auto &[stage, value] : {std::pair{"decode", times.decode},
                                       {"preprocess", times.preprocess},
                                       {"upload", times.upload},
                                       {"network", times.network},
                                       {"postprocess", times.postprocess + times.download},
                                       {"total", times.total}})
        text += (text.empty() ? "{\"" : ",\"") + std::string(stage) + "\":" + milliseconds(value);
    return text + "}";
}

std::string json_failure(const Record::Failure &failure)
{
    return ",\"status\":\"error\",\"error\":{\"code\":" + json_string(failure.code) +
           ",\"message\":" + json_string(failure.message) + "}}";
}

} // namespace

std::string number(float value)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}

bool is_utf8(const std::string &bytes)
{
    for (std::size_t at = 0, length; at < bytes.size(); at += length)
        if ((length = sequence(bytes, at)) == 0) return false;
    return true;
}

std::string percent_encoded(const std::string &bytes)
{
    constexpr char digits[] = "0123456789ABCDEF";
    std::string text;
    for (const unsigned char c : bytes)
        if (c > 0x20 && c < 0x7F && c != '%' && c != '"' && c != '\\')
            text += static_cast<char>(c);
        else
            text += {'%', digits[c >> 4], digits[c & 15]};
    return text;
}

std::string utf8(const std::string &bytes)
{
    std::string text;
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = sequence(bytes, at);
        text += length ? bytes.substr(at, length) : "\xEF\xBF\xBD";
        at += length ? length : 1;
    }
    return text;
}

std::string json_string(const std::string &bytes)
{
    std::string text = "\"";
    for (std::size_t at = 0; at < bytes.size();) {
        const std::size_t length = sequence(bytes, at);
        if (length == 0)
            text += "\\ufffd";
        else
            text += length == 1 ? escaped(bytes[at]) : bytes.substr(at, length);
        at += length ? length : 1;
    }
    return text + "\"";
}

std::string csv_field(const std::string &text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? "\"\"" : std::string(1, c);
    return quoted + "\"";
}

std::string json_box(const Box &box)
{
    return "[" + number(box.xmin) + "," + number(box.ymin) + "," + number(box.xmax - box.xmin) + "," +
           number(box.ymax - box.ymin) + "]";
}

std::string json_record(const Record &record)
{
    if (record.error) return json_file(record) + json_failure(*record.error);
    std::string text = json_file(record) + ",\"width\":" + std::to_string(record.width) +
                       ",\"height\":" + std::to_string(record.height) +
                       ",\"exif_orientation\":" + std::to_string(record.exif_orientation) +
                       ",\"coordinate_frame\":\"oriented\",\"sha256\":" +
                       (record.sha256.empty() ? "null" : json_string(record.sha256)) + ",\"detections\":[";
    for (std::size_t i = 0; i < record.detections.size(); ++i)
        text += (i ? "," : "") + json_detection(record.detections[i]);
    return text + "],\"time_ms\":" + json_times(record.times) + ",\"status\":\"ok\"}";
}

} // namespace tradewind
