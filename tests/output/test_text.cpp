// SPDX-License-Identifier: Apache-2.0
// Records as text: every byte survives, every number reads back.
#include "output/record_text.h"
#include "weights/sha256.h"

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <clocale>
#include <cmath>
#include <random>

using namespace tradewind;

namespace {

// Keeps what is written.
class Kept final : public Sink {
public:
    Kept(std::string &text, bool &finished) : text_(text), finished_(finished) {}
    void write(std::string_view text) override { text_ += text; }
    void finish() override { finished_ = true; }

private:
    std::string &text_;
    bool &finished_;
};

Record found(const std::string &file)
{
    Record record{file, 7, 640, 480, 6, "", {}, {}, {}};
    record.detections = {{{1.5f, 2, 30, 40.25f}, 3, "a \"b\", c", 0.875f}, {{0, 0, 480, 640}, 1, "d", 0.5f}};
    record.times.network = 1.2345678;
    return record;
}

Record failed(const std::string &file)
{
    Record record;
    record.file = file;
    record.error = {"E_NOT_A_PICTURE", "it starts with '\"'"};
    return record;
}

std::string written(const std::string &format, const std::vector<Record> &records)
{
    std::string text;
    bool finished = false;
    const auto writer = make_writer(format, std::make_unique<Kept>(text, finished));
    for (const auto &record : records) writer->add(record, nullptr);
    CHECK(!finished);
    writer->finish();
    CHECK(finished);
    return text;
}

std::string sha256_of(const std::string &text) { return sha256(std::as_bytes(std::span(text))); }

} // namespace

TEST_CASE("records")
{
    const auto json = nlohmann::json::parse(json_record(found("x.jpg")));
    CHECK(json["status"] == "ok");
    CHECK(json["exif_orientation"] == 6);
    CHECK(json["coordinate_frame"] == "oriented");
    CHECK(json["frame"].is_null());
    CHECK(json["sha256"].is_null());
    CHECK(json["detections"][0]["bbox"] == nlohmann::json({2, 1.5, 38.25, 28.5}));
    CHECK(json["detections"][0]["label"] == "a \"b\", c");
    CHECK(json["time_ms"]["network"] == doctest::Approx(1.235).epsilon(1e-6));
    for (const char *stage : {"decode", "preprocess", "upload", "postprocess", "total"})
        CHECK(json["time_ms"].contains(stage));
    const auto error = nlohmann::json::parse(json_record(failed("x.jpg")));
    CHECK(error["status"] == "error");
    CHECK(error["error"]["message"] == "it starts with '\"'");
    CHECK(!error.contains("detections"));
}

TEST_CASE("file names of any bytes")
{
    std::string all;
    for (int c = 1; c < 128; ++c) all += static_cast<char>(c);
    CHECK(nlohmann::json::parse(json_string(all)) == all);
    CHECK(nlohmann::json::parse(json_string("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80")) ==
          "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
    for (const char *bad : {"\xFF", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\x80"}) {
        CHECK(!is_utf8(bad));
        CHECK(nlohmann::json::parse(json_string(bad)).get<std::string>().find("\xEF\xBF\xBD") == 0);
    }
    const auto json = nlohmann::json::parse(json_record(failed("a b\xFF")));
    CHECK(json["file_bytes"] == "a%20b%FF");
    CHECK(!nlohmann::json::parse(json_record(failed("plain"))).contains("file_bytes"));
}

TEST_CASE("numbers read back as the same float, whatever the locale")
{
    std::setlocale(LC_ALL, "de_DE.UTF-8");
    std::mt19937 random(3);
    for (int i = 0; i < 10'000; ++i) {
        const auto bits = static_cast<std::uint32_t>(random());
        float value;
        std::memcpy(&value, &bits, 4);
        if (std::isfinite(value))
            CHECK(static_cast<float>(nlohmann::json::parse(number(value)).get<double>()) == value);
    }
    std::setlocale(LC_ALL, "C");
    CHECK(number(0.1f) == "0.1");
}

TEST_CASE("documents")
{
    const std::vector<Record> records = {found("x.jpg"), failed("y.jpg"), found("z.jpg")};
    const std::string lines = written("jsonl", records);
    CHECK(std::count(lines.begin(), lines.end(), '\n') == 3);
    CHECK(nlohmann::json::parse(written("json", records))["records"].size() == 3);
    CHECK(nlohmann::json::parse(written("json", {}))["records"].empty());
    const auto coco = nlohmann::json::parse(written("coco", records));
    CHECK(coco.size() == 4);
    CHECK(coco[0].size() == 4); // image_id, category_id, bbox, score: as the official tools want it
    CHECK(nlohmann::json::parse(written("coco", {})).empty());
}

TEST_CASE("CSV quotes what needs it, and says what failed")
{
    Record nothing = found("none.jpg");
    nothing.detections.clear();
    const std::string text = written("csv", {found("a,b \"c\"\n.jpg"), failed("bad"), nothing});
    CHECK(text.starts_with("file,image_id,category_id,label,score,xmin,ymin,xmax,ymax,status,file_bytes\r\n\"a,b "
                           "\"\"c\"\"\n.jpg\",7,3,\"a \"\"b\"\", c\",0.875,2,1.5,40.25,30,ok,\r\n"));
    CHECK(text.find("bad,0,,,,,,,,\"error: it starts with '\"\"'\",\r\n") != std::string::npos);
    CHECK(text.ends_with("none.jpg,7,,,,,,,,ok,\r\n"));
}

// FIPS 180-4's examples, and lengths at which the padding takes another block (values by sha256sum).
TEST_CASE("SHA-256")
{
    CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256_of(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    CHECK(sha256_of(std::string(55, 'x')) == "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072");
    CHECK(sha256_of(std::string(56, 'x')) == "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e");
    CHECK(sha256_of(std::string(63, 'x')) == "75220b47218278e656f2013bb8f0c455a25eaf01e86c64924e9d48d89776d6f2");
    CHECK(sha256_of(std::string(64, 'x')) == "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c");
    CHECK(sha256_of(std::string(119, 'x')) == "000b48d4edf0fa7bee3c6236ecd2785baa5db4eeb8bb54341b029e0d9fa5fb0c");
    CHECK(sha256_of(std::string(120, 'x')) == "13f05a0b594787f5ecd315edc96141bd3243203d1b7d4f0836f37308b276ba98");
}
