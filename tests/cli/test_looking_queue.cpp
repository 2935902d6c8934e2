// SPDX-License-Identifier: Apache-2.0
// Pictures on their way: which go together, in what order they come out, and how many there are at once.
#include "cli/look/looking_queue.h"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <thread>

using namespace tradewind;
using namespace tradewind::cli;

namespace {

using Ids = std::vector<std::int64_t>;

void add(LookingQueue &queue, const Ids &ids)
{
    for (const auto id : ids) queue.add({{"picture", ""}, id});
}

// A picture of one line; its width is the size that it is resized to.
void decode(LookingQueue &queue, std::int64_t width)
{
    Traveller *traveller = queue.next_to_decode();
    REQUIRE(traveller);
    Picture picture;
    picture.height = 1;
    picture.width = width;
    picture.rgb.resize(static_cast<std::size_t>(3 * width));
    traveller->looked.picture = std::move(picture);
    traveller->looked.record.image_id = traveller->task.image_id;
    traveller->resized_sides = {width};
    queue.decoded(*traveller);
}

Ids ids_of(const std::vector<Traveller *> &run)
{
    Ids ids;
    for (const Traveller *traveller : run) ids.push_back(traveller->task.image_id);
    return ids;
}

} // namespace

TEST_CASE("full runs come first, the others when no more is to come for now; results keep the order")
{
    LookingQueue queue({16, 1000, 2});
    add(queue, {0, 1, 2, 3, 4});
    for (const std::int64_t width : {5, 6, 7, 6, 5}) decode(queue, width);
    const auto first = queue.next_run(), second = queue.next_run(), third = queue.next_run();
    CHECK(ids_of(first) == Ids{0, 4});
    CHECK(ids_of(second) == Ids{1, 3});
    CHECK(ids_of(third) == Ids{2});
    queue.detected(third);
    queue.detected(second);
    queue.detected(first);
    queue.end();
    for (std::int64_t id = 0; id < 5; ++id) CHECK(queue.next_result()->record.image_id == id);
    CHECK_FALSE(queue.next_result());
    CHECK(queue.next_to_decode() == nullptr);
    CHECK(queue.next_run().empty());
}

TEST_CASE("who decodes and detects alone keeps the order too, and no more are on their way than may be")
{
    LookingQueue queue({3, 1000, 1});
    add(queue, {0, 1, 2});
    Traveller *const first = queue.next_to_decode(), *const second = queue.next_to_decode();
    REQUIRE(first);
    REQUIRE(second);
    second->looked.record.image_id = 1;
    queue.looked_at(*second);
    std::atomic<bool> room = false;
    std::thread feeder([&] { room = queue.wait_for_room(); });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK_FALSE(room);
    queue.looked_at(*first);
    CHECK(queue.next_result()->record.image_id == 0);
    feeder.join();
    CHECK(room);
    CHECK(queue.next_result()->record.image_id == 1);
    Traveller *const third = queue.next_to_decode();
    REQUIRE(third);
    third->failure = std::make_exception_ptr(std::runtime_error("a stream that failed"));
    queue.looked_at(*third);
    queue.end();
    CHECK_THROWS_WITH(queue.next_result(), "a stream that failed");
    CHECK(queue.next_to_decode() == nullptr);
}

TEST_CASE("a run that is not full waits for a picture that is being decoded")
{
    LookingQueue queue({16, 1000, 2});
    add(queue, {0, 1});
    decode(queue, 5);
    std::atomic<bool> taken = false;
    std::vector<Traveller *> run;
    std::thread stream([&] {
        run = queue.next_run();
        taken = true;
    });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK_FALSE(taken);
    decode(queue, 5);
    stream.join();
    CHECK(ids_of(run) == Ids{0, 1});
}

TEST_CASE("a picture that fails is finished at once, and a failure of the run comes when its turn does")
{
    LookingQueue queue({16, 1000, 1});
    add(queue, {0, 1});
    Traveller *failed = queue.next_to_decode();
    failed->looked.record.error = {"E", "no picture"};
    queue.decoded(*failed);
    decode(queue, 5);
    queue.detected(queue.next_run());
    queue.end(std::make_exception_ptr(std::runtime_error("stopped")));
    CHECK(queue.next_result()->record.error);
    CHECK_FALSE(queue.next_result()->record.error);
    CHECK_THROWS_WITH(queue.next_result(), "stopped");
}

TEST_CASE("what is on its way is bounded, in pictures and in bytes")
{
    LookingQueue queue({3, 20, 8});
    add(queue, {0, 1, 2});
    std::atomic<bool> room = false, decoding = false;
    std::thread feeder([&] { room = queue.wait_for_room(); });
    decode(queue, 7); // 21 bytes
    std::thread decoder([&] { decoding = queue.next_to_decode() != nullptr; });
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    CHECK_FALSE(room);
    CHECK_FALSE(decoding);
    const auto run = queue.next_run(); // nobody may decode a second one
    CHECK(ids_of(run) == Ids{0});
    queue.detected(run);
    CHECK(queue.next_result());
    feeder.join();
    decoder.join();
    CHECK(room);
    CHECK(decoding);
}

TEST_CASE("a queue that is stopped ends all waits")
{
    LookingQueue queue({1, 1, 1});
    add(queue, {0});
    CHECK(queue.next_to_decode());
    std::thread feeder([&] { CHECK_FALSE(queue.wait_for_room()); });
    std::thread decoder([&] { CHECK(queue.next_to_decode() == nullptr); });
    std::thread stream([&] { CHECK(queue.next_run().empty()); });
    queue.stop();
    feeder.join();
    decoder.join();
    stream.join();
}

TEST_CASE("many pictures through many threads: each once, in order")
{
    constexpr std::int64_t pictures = 3000;
    LookingQueue queue({64, 300, 4});
    std::atomic<std::size_t> runs = 0;
    std::vector<std::thread> threads;
    threads.emplace_back([&] {
        for (std::int64_t id = 0; id < pictures && queue.wait_for_room(); ++id) add(queue, {id});
        queue.end();
    });
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            while (Traveller *traveller = queue.next_to_decode()) {
                Picture picture;
                picture.width = 1 + traveller->task.image_id % 5;
                picture.rgb.resize(static_cast<std::size_t>(3 * picture.width));
                traveller->resized_sides = {picture.width};
                traveller->looked.record.image_id = traveller->task.image_id;
                if (traveller->task.image_id % 11) traveller->looked.picture = std::move(picture);
                queue.decoded(*traveller);
            }
        });
    for (int i = 0; i < 3; ++i)
        threads.emplace_back([&] {
            for (auto run = queue.next_run(); !run.empty(); run = queue.next_run()) {
                ++runs;
                for (Traveller *traveller : run) traveller->looked.record.width = traveller->looked.picture->width;
                queue.detected(run);
            }
        });
    std::int64_t next = 0;
    while (const auto looked = queue.next_result()) {
        REQUIRE(looked->record.image_id == next);
        REQUIRE(looked->record.width == (next % 11 ? 1 + next % 5 : 0));
        ++next;
    }
    for (auto &thread : threads) thread.join();
    CHECK(next == pictures);
    CHECK(runs > pictures / 5);
    CHECK(runs < pictures);
}
