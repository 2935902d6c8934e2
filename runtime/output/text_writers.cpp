// SPDX-License-Identifier: Apache-2.0
// JSON lines, one JSON document, COCO results and CSV, all written as they come.
#include "output/record_text.h"

#include "tensor/error.h"
#include "tensor/near_names.h"

namespace tradewind {
namespace {

class JsonLines final : public Writer {
public:
    explicit JsonLines(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) {}
    void add(const Record &record, const Picture *) override { sink_->write(json_record(record) + "\n"); }
    void finish() override { sink_->finish(); }

private:
    std::unique_ptr<Sink> sink_;
};

class JsonDocument final : public Writer {
public:
    explicit JsonDocument(std::unique_ptr<Sink> sink) : sink_(std::move(sink))
    {
        sink_->write("{\"schema\":\"tradewind-detections-1\",\"records\":[");
    }
    void add(const Record &record, const Picture *) override
    {
        sink_->write((first_ ? "\n" : ",\n") + json_record(record));
        first_ = false;
    }
    void finish() override
    {
        sink_->write("\n]}\n");
        sink_->finish();
    }

private:
    std::unique_ptr<Sink> sink_;
    bool first_ = true;
};

// The official results format: a list of image_id, category_id, bbox, score.
class CocoResults final : public Writer {
public:
    explicit CocoResults(std::unique_ptr<Sink> sink) : sink_(std::move(sink)) { sink_->write("["); }
    void add(const Record &record, const Picture *) override
    {
        std::string text;
        for (const auto &detection : record.detections)
            text += std::string(first_ && text.empty() ? "\n" : ",\n") +
                    "{\"image_id\":" + std::to_string(record.image_id) +
                    ",\"category_id\":" + std::to_string(detection.class_id) + ",\"bbox\":" + json_box(detection.box) +
                    ",\"score\":" + number(detection.score) + "}";
        if (text.empty()) return;
        sink_->write(text);
        first_ = false;
    }
    void finish() override
    {
        sink_->write("\n]\n");
        sink_->finish();
    }

private:
    std::unique_ptr<Sink> sink_;
    bool first_ = true;
};

class Csv final : public Writer {
public:
    explicit Csv(std::unique_ptr<Sink> sink) : sink_(std::move(sink))
    {
        sink_->write("file,image_id,category_id,label,score,xmin,ymin,xmax,ymax,status,file_bytes\r\n");
    }
    void add(const Record &record, const Picture *) override
    {
        const std::string head = csv_field(utf8(record.file)) + "," + std::to_string(record.image_id) + ",",
                          end = is_utf8(record.file) ? ",\r\n" : "," + percent_encoded(record.file) + "\r\n";
        std::string text;
        if (record.error) text += head + ",,,,,,," + csv_field("error: " + record.error->message) + end;
        for (const auto &d : record.detections)
            text += head + std::to_string(d.class_id) + "," + csv_field(d.label) + "," + number(d.score) + "," +
                    number(d.box.xmin) + "," + number(d.box.ymin) + "," + number(d.box.xmax) + "," +
                    number(d.box.ymax) + ",ok" + end;
        if (!record.error && record.detections.empty()) text += head + ",,,,,,,ok" + end;
        sink_->write(text);
    }
    void finish() override { sink_->finish(); }

private:
    std::unique_ptr<Sink> sink_;
};

} // namespace

const std::vector<std::string> &formats()
{
    static const std::vector<std::string> names = {"image", "jsonl", "json", "coco", "csv"};
    return names;
}

std::unique_ptr<Writer> make_writer(const std::string &format, std::unique_ptr<Sink> sink)
{
    if (format == "jsonl") return std::make_unique<JsonLines>(std::move(sink));
    if (format == "json") return std::make_unique<JsonDocument>(std::move(sink));
    if (format == "coco") return std::make_unique<CocoResults>(std::move(sink));
    if (format == "csv") return std::make_unique<Csv>(std::move(sink));
    throw Error(ErrorCode::usage, "there is no textual format '" + format + "'" + did_you_mean(format, formats()));
}

} // namespace tradewind
