// SPDX-License-Identifier: Apache-2.0
// The threads between the queue's two ends.
#include "cli/look/look_at_all.h"

#include "cli/look/looking_queue.h"
#include "cli/signals.h"
#include "cli/terminal.h"
#include "targets/usable_threads.h"
#include "tensor/error.h"

#include <algorithm>
#include <system_error>
#include <thread>

namespace tradewind::cli {
namespace {

// Of decoded pictures that are on their way.
constexpr std::size_t most_bytes = std::size_t{256} << 20;

void deliver(const LookingRequest &request, Looked looked)
{
    if (!looked.warning.empty()) warn(looked.warning);
    request.take(std::move(looked));
}

void one_by_one(const LookingRequest &request)
{
    for (;;) {
        stop_if_asked();
        const auto task = request.next();
        if (!task) break;
        Looked looked = open_picture(*task, request.checksums);
        Looked *const only = &looked;
        if (looked.picture) detect_in(request.streams.front().ensemble, {&only, 1});
        deliver(request, std::move(looked));
    }
    stop_if_asked();
}

// Threads that are joined whatever happens, after what they wait for has been ended.
class Crew {
public:
    explicit Crew(LookingQueue &queue) : queue_(queue) {}
    ~Crew()
    {
        queue_.stop();
        end_waits();
        for (auto &thread : threads_) thread.join();
        resume_waits();
    }
    Crew(const Crew &) = delete;
    Crew &operator=(const Crew &) = delete;

    void add(std::function<void()> work)
    try {
        threads_.reserve(threads_.size() + 1); // so that no thread is lost that was started
        threads_.emplace_back([this, work = std::move(work)] {
            try {
                work();
            } catch (...) {
                queue_.fail(std::current_exception());
            }
        });
    } catch (const std::system_error &) {
        throw Error(ErrorCode::resource, "the system starts no more threads for this process: give fewer --streams");
    }

private:
    LookingQueue &queue_;
    std::vector<std::thread> threads_;
};

void feed(const LookingRequest &request, LookingQueue &queue)
try {
    while (queue.wait_for_room()) {
        stop_if_asked();
        auto task = request.next();
        if (!task) break;
        queue.add(std::move(*task));
    }
    queue.end();
} catch (...) {
    queue.end(std::current_exception());
}

void decode_all(const LookingRequest &request, LookingQueue &queue)
{
    while (Traveller *traveller = queue.next_to_decode()) {
        try {
            stop_if_asked();
            traveller->looked = open_picture(traveller->task, request.checksums);
            if (const auto &picture = traveller->looked.picture)
                traveller->resized_sides =
                    request.streams.front().ensemble.resized_sides({picture->whole_height(), picture->whole_width()});
        } catch (...) {
            traveller->failure = std::current_exception();
        }
        queue.decoded(*traveller);
    }
}

// What is decoded is still in the caches of the processor that looks at it, and no more threads want processors than
// there are streams.
void look_in(Stream &stream, const LookingRequest &request, LookingQueue &queue)
{
    const PinnedScope pinned(stream.processors);
    while (Traveller *traveller = queue.next_to_decode()) {
        try {
            stop_if_asked();
            Looked &looked = traveller->looked = open_picture(traveller->task, request.checksums);
            Looked *const only = &looked;
            if (looked.picture) detect_in(stream.ensemble, {&only, 1});
        } catch (...) {
            traveller->failure = std::current_exception();
        }
        queue.looked_at(*traveller);
    }
}

void detect_all_in(Ensemble &stream, LookingQueue &queue)
{
    for (auto run = queue.next_run(); !run.empty(); run = queue.next_run()) {
        try {
            stop_if_asked();
            std::vector<Looked *> pictures;
            for (Traveller *traveller : run) pictures.push_back(&traveller->looked);
            detect_in(stream, pictures);
        } catch (...) {
            for (Traveller *traveller : run) traveller->failure = std::current_exception();
        }
        queue.detected(run);
    }
}

// A GPU waits for pictures otherwise.
bool decode_themselves(const std::vector<Stream> &streams)
{
    const Ensemble &first = streams.front().ensemble;
    return first.batch() == 1 && !is_gpu(first.members().front()->target());
}

// Each stream finds the next run ready while it computes one.
QueueLimits limits_of(const std::vector<Stream> &streams, std::size_t decoders)
{
    const std::size_t batch = streams.front().ensemble.batch();
    return {2 * streams.size() * batch + decoders, most_bytes, batch};
}

// Results may wait for one that takes longer, without holding up the other streams at once.
QueueLimits limits_of(const std::vector<Stream> &streams)
{
    std::size_t bytes = 0;
    for (const auto &stream : streams) bytes += stream.picture_bytes;
    return {4 * streams.size(), bytes > 0 ? std::min(bytes, most_bytes) : most_bytes, 1};
}

void take_all(const LookingRequest &request, LookingQueue &queue)
{
    while (auto looked = queue.next_result()) deliver(request, std::move(*looked));
    stop_if_asked();
}

void in_streams(const LookingRequest &request)
{
    LookingQueue queue(limits_of(request.streams));
    Crew crew(queue);
    crew.add([&] { feed(request, queue); });
    for (auto &stream : request.streams) crew.add([&] { look_in(stream, request, queue); });
    take_all(request, queue);
}

void with_decoders(const LookingRequest &request)
{
    const auto decoders = static_cast<std::size_t>(usable_threads());
    LookingQueue queue(limits_of(request.streams, decoders));
    Crew crew(queue);
    crew.add([&] { feed(request, queue); });
    for (std::size_t i = 0; i < decoders; ++i) crew.add([&] { decode_all(request, queue); });
    for (auto &stream : request.streams) crew.add([&] { detect_all_in(stream.ensemble, queue); });
    take_all(request, queue);
}

} // namespace

std::set<std::string> algorithms_of(const std::vector<Stream> &streams)
{
    std::set<std::string> all;
    for (const Stream &stream : streams)
        for (const auto &member : stream.ensemble.members())
            all.insert(member->algorithms().begin(), member->algorithms().end());
    return all;
}

void look_at_all(const LookingRequest &request)
{
    if (!decode_themselves(request.streams)) return with_decoders(request);
    request.streams.size() == 1 ? one_by_one(request) : in_streams(request);
}

} // namespace tradewind::cli
