// SPDX-License-Identifier: Apache-2.0
// Records as text.
#pragma once

#include "output/writer.h"

#include <string>

namespace tradewind {

// The shortest text that reads back as the same float32, whatever the locale.
std::string number(float value);

// A JSON string of any bytes: what is no UTF-8 becomes U+FFFD.
std::string json_string(const std::string &bytes);

// A field of CSV (RFC 4180): quoted where needed, quotes doubled.
std::string csv_field(const std::string &text);

// The text with U+FFFD for what is no UTF-8, and such a text without loss: %XX for all but plain ASCII.
std::string utf8(const std::string &bytes);
std::string percent_encoded(const std::string &bytes);

bool is_utf8(const std::string &bytes);

// One JSON object, without a newline. Boxes are x, y, width, height in pixels.
std::string json_record(const Record &record);

// [x, y, width, height]
std::string json_box(const Box &box);

} // namespace tradewind
