#include "web/transport/connection.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <ctime>
#include <functional>

#include "web/http/fields.hpp"
#include "web/http/head.hpp"
#include "web/http/problem.hpp"
#include "web/transport/piece.hpp"

namespace rogatory::transport {
namespace {

// One read's worth, shared by all connections of a thread: an idle connection owns no buffer.
thread_local std::array<std::uint8_t, kRecordBytes> scratch;

constexpr int kTooMany = 429;

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

// The time of a reply in HTTP's form, made once a second.
const std::string& date_now() {
    thread_local std::time_t second = 0;
    thread_local std::string text;
    if (const auto now = std::time(nullptr); now != second) {
        second = now;
        text = http::http_date(now);
    }
    return text;
}

// A value made from input can never start a new field.
void append_value(std::string& head, std::string_view value) {
    const auto start = static_cast<std::ptrdiff_t>(head.size());
    head += value;
    std::replace_if(
        head.begin() + start, head.end(), [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
}

// Status line and fields. Content-Length is ours alone; so is Connection.
std::string reply_head(const http::Response& response, std::uint64_t body_bytes) {
    std::string head;
    head.reserve(2048);
    head += "HTTP/1.1 ";
    head += std::to_string(response.status);
    head += ' ';
    head += http::reason_phrase(response.status);
    head += "\r\nDate: ";
    head += date_now();
    for (const auto& [name, value] : response.headers) {
        head += "\r\n";
        head += name;
        head += ": ";
        append_value(head, value);
    }
    // A reply without an end has no length: the end of the connection is its end (RFC 9112 §6.3).
    if (has_body(response.status) && !response.feed) head += "\r\nContent-Length: " + std::to_string(body_bytes);
    if (response.close) head += "\r\nConnection: close";
    head += "\r\n\r\n";
    return head;
}

}  // namespace

Task<void> Connection::serve() {
    stream_.expire_after(around_.limits.handshake);
    bool again = co_await stream_.handshake();
    if (auto shown = stream_.shown_certificates(); !shown.empty()) {
        shown_ = std::make_shared<const std::vector<Bytes>>(std::move(shown));
    }
    while (again) {
        // A connection spends most of its life waiting for the next request. It waits here, where this frame is all
        // it holds: those of a request under way are twice as large as what a waiting TLS session needs besides.
        if (received_.empty()) {
            if (around_.stopping) break;
            idle_ = true;
            stream_.expire_after(around_.limits.idle);
            auto step = stream_.try_read(scratch);
            while (step.bytes == 0 && stream_.waits_for(step.want)) {
                const auto error = co_await stream_.event(step.want);
                step = error ? Stream::Step{} : stream_.try_read(scratch);
            }
            idle_ = false;
            if (step.bytes == 0) break;
            received_.assign(reinterpret_cast<const char*>(scratch.data()), step.bytes);
        }
        again = co_await serve_one();
    }
    stream_.expire_after(around_.limits.linger);
    co_await stream_.close_gently(kLingerBytes);
}

Task<bool> Connection::serve_one() {
    auto head = co_await read_head();
    if (!head) co_return false;
    const auto method = head->method;
    const bool keep_alive = head->keep_alive;
    head->peer = place_.address();
    head->client_chain = shown_;
    const auto exchange = around_.application.begin(std::move(*head));

    auto response = co_await take(*exchange);
    if (!response) {
        exchange->done(0, 0);
        co_return false;
    }
    if (response->status == kTooMany && !around_.stopping) co_await hold_back();
    if (!keep_alive || around_.stopping || response->feed) response->close = true;
    const auto sent = co_await write_reply(*response, method);
    exchange->done(sent ? response->status : 0, sent.value_or(0));
    co_return sent && !response->close;
}

// Who asks again at once after each refusal asks five times a second on a connection, and as often as he can without
// this: one Party would have the processor to itself. Nothing is held meanwhile but the reply.
Task<void> Connection::hold_back() {
    stream_.expire_never();
    Timer timer{stream_.executor()};
    timer.expires_after(around_.limits.refusal);
    co_await passed(timer);
}

Task<std::optional<http::Request>> Connection::read_head() {
    std::size_t seen = 0;
    stream_.expire_after(around_.limits.head);
    while (true) {
        auto parsed = http::parse_head(received_, seen);
        if (auto* const complete = std::get_if<http::HeadComplete>(&parsed)) {
            received_.erase(0, complete->bytes);
            if (received_.empty()) received_.shrink_to_fit();
            co_return std::move(complete->request);
        }
        if (const auto* const refused = std::get_if<http::HeadRefused>(&parsed)) {
            auto response = around_.application.refuse(refused->status, refused->key);
            response.close = true;
            co_await write_reply(response, http::Method::get);
            co_return std::nullopt;
        }
        seen = received_.size();
        const auto got = co_await stream_.read_some(scratch);
        if (got == 0) co_return std::nullopt;
        received_.append(reinterpret_cast<const char*>(scratch.data()), got);
    }
}

Task<std::optional<http::Response>> Connection::take(http::Exchange& exchange) {
    const auto policy = exchange.body_policy();
    const auto length = exchange.request().content_length.value_or(0);
    // A body that will not be read: answer to the head alone, then close, since what follows is not a request.
    if (length > policy.max_bytes) {
        stream_.expire_never();
        std::optional<http::Response> refused;
        auto work = [&exchange, &refused] { refused = exchange.admit(); };
        co_await offload(work);
        if (!refused) refused = around_.application.refuse(413, "http.body_too_large");
        refused->close = true;
        co_return refused;
    }
    if (policy.kind == http::BodyPolicy::Kind::streamed) {
        auto response = co_await take_streamed(exchange);
        co_return response;
    }
    auto response = co_await take_buffered(exchange);
    co_return response;
}

Task<std::optional<http::Response>> Connection::take_buffered(http::Exchange& exchange) {
    auto& request = exchange.request();
    const auto length = request.content_length.value_or(0);
    if (length > around_.limits.body_before_admission) {
        stream_.expire_never();
        std::optional<http::Response> refused;
        auto work = [&exchange, &refused] { refused = exchange.admit(); };
        co_await offload(work);
        if (refused) {
            refused->close = true;
            co_return refused;
        }
    }
    if (length != 0) {
        const bool allowed = co_await allow_body(request);
        if (!allowed) co_return std::nullopt;
        // Grows with what has come, not with what was announced.
        while (request.body.size() < length) {
            const auto left = std::min<std::uint64_t>(length - request.body.size(), scratch.size());
            MutableByteView piece = scratch;
            piece = piece.first(left);
            const auto got = co_await read_body(piece);
            if (got == 0) co_return std::nullopt;
            request.body.append(reinterpret_cast<const char*>(scratch.data()), got);
        }
    }
    stream_.expire_never();
    if (exchange.brief()) {
        auto brief = exchange.respond();
        // Bytes that are there and a peer that reads make no wait: whoever sends request on request lets the others of
        // this thread have their turn all the same.
        if (++brief_in_a_row_ == kBriefInARow) {
            brief_in_a_row_ = 0;
            co_await turn(stream_.executor());
        }
        co_return brief;
    }
    http::Response response;
    auto work = [&exchange, &response] { response = exchange.respond(); };
    co_await offload(work);
    co_return response;
}

Task<std::optional<http::Response>> Connection::take_streamed(http::Exchange& exchange) {
    stream_.expire_never();
    http::StreamStart start;
    auto open = [&exchange, &start] { start = exchange.open_stream(); };
    co_await offload(open);
    auto left = exchange.request().content_length.value_or(0);
    if (auto* const refused = std::get_if<http::Response>(&start)) {
        if (left != 0) refused->close = true;
        co_return std::move(*refused);
    }
    auto& sink = *std::get<std::unique_ptr<http::BodySink>>(start);
    const bool allowed = co_await allow_body(exchange.request());

    while (allowed && left != 0) {
        // Into what the connections of this thread share, and from there into a piece: nothing is held for a wait.
        MutableByteView record = scratch;
        record = record.first(static_cast<std::size_t>(std::min<std::uint64_t>(left, scratch.size())));
        auto filled = co_await read_body(record);
        if (filled == 0) break;
        const Piece taken{left};
        const auto room = taken.room();
        std::memcpy(room.data(), record.data(), filled);
        // What has come meanwhile goes into the same piece: fewer hops, larger writes.
        while (filled < room.size()) {
            stream_.look_again();
            const auto more = stream_.try_read(room.subspan(filled)).bytes;
            if (more == 0) break;
            progressed(more);
            filled += more;
        }
        left -= filled;
        std::optional<http::Response> early;
        std::optional<http::Response> last;
        const ByteView piece = room.first(filled);
        // What is written last is finished in the same turn: of a small body that is a third of all turns.
        const bool finishes = left == 0 && !taken.is_large();
        auto write = [&sink, piece, finishes, &early, &last] {
            early = sink.write(piece);
            if (!early && finishes) last = sink.finish();
        };
        const auto remaining = stream_.deadline() - Stream::Clock::now();
        stream_.expire_never();  // the disk's time is not the peer's
        co_await offload(write);
        if (last) co_return last;
        if (early) {
            early->close = true;
            co_return early;
        }
        stream_.expire_after(std::chrono::duration_cast<std::chrono::milliseconds>(remaining));
    }
    stream_.expire_never();
    if (!allowed || left != 0) {
        auto abandon = [&sink] { sink.abandon(); };
        co_await offload(abandon);
        co_return std::nullopt;
    }
    http::Response response;
    auto finish = [&sink, &response] { response = sink.finish(); };
    co_await offload(finish);
    co_return response;
}

Task<bool> Connection::allow_body(const http::Request& request) {
    since_progress_ = 0;
    stream_.expire_after(around_.limits.progress);
    // RFC 9110 §10.1.1: whoever expects it waits for our word before sending; if part of the body is here, it did not.
    if (!request.headers.has("Expect") || !received_.empty()) co_return true;
    static constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    const bool sent = co_await write_all(as_bytes(kContinue));
    co_return sent;
}

Task<std::size_t> Connection::read_body(MutableByteView into) {
    if (!received_.empty()) {
        const auto taken = std::min(received_.size(), into.size());
        std::memcpy(into.data(), received_.data(), taken);
        received_.erase(0, taken);
        if (received_.empty()) received_.shrink_to_fit();
        co_return taken;
    }
    const auto got = co_await stream_.read_some(into);
    progressed(got);
    co_return got;
}

void Connection::progressed(std::size_t bytes) {
    since_progress_ += bytes;
    if (since_progress_ < around_.limits.progress_bytes) return;
    since_progress_ = 0;
    stream_.expire_after(around_.limits.progress);
}

Task<bool> Connection::write_all(ByteView bytes, bool more_follows) {
    const bool sent =
        co_await stream_.write(bytes, around_.limits.progress, around_.limits.progress_bytes, more_follows);
    co_return sent;
}

Task<std::optional<std::uint64_t>> Connection::write_reply(http::Response& response, http::Method method) {
    const auto size = response.source ? response.source->size() : response.body.size();
    auto head = reply_head(response, size);
    const bool with_body = has_body(response.status) && method != http::Method::head;
    if (with_body && response.feed) {
        const bool begun = co_await write_all(as_bytes(head));
        if (!begun) co_return std::nullopt;
        const auto sent = co_await follow(*response.feed);
        co_return sent;
    }
    if (!with_body || !response.source) {
        if (with_body) head += response.body;
        const bool sent = co_await write_all(as_bytes(head));
        if (!sent) co_return std::nullopt;
        co_return with_body ? size : 0;
    }

    const auto sent = co_await write_source(as_bytes(head), *response.source);
    co_return sent;
}

Task<std::optional<std::uint64_t>> Connection::write_source(ByteView head, http::BodySource& source) {
    const auto size = source.size();
    const bool head_sent = co_await write_all(head, size != 0);
    if (!head_sent) co_return std::nullopt;
    for (std::uint64_t done = 0; done < size;) {
        const Piece taken{size - done};
        const auto room = taken.room();
        // What the kernel has in memory is had for a copy; a turn to a worker and back is for what the disk must bring.
        auto got = source.read_ready(room);
        const bool at_hand = got != 0;
        if (!at_hand) {
            auto read = [&source, room, &got] { got = source.read(room); };
            stream_.expire_never();
            co_await offload(read);
        }
        if (got == 0) co_return std::nullopt;  // cut: a body shorter than announced can never look complete
        const ByteView piece = room.first(got);
        const bool sent = co_await write_all(piece);
        if (!sent) co_return std::nullopt;
        done += got;
        // A peer that takes all at once makes no wait: the others of this thread have their turn all the same.
        if (at_hand && done < size) co_await turn(stream_.executor());
    }
    co_return size;
}

Task<std::uint64_t> Connection::follow(http::LiveFeed& feed) {
    // Looked at now and then instead of woken: what is new may be news to thousands at once, and a second early is
    // early enough.
    constexpr std::chrono::milliseconds kLook{250};
    Timer timer{stream_.executor()};
    std::uint64_t sent = 0;
    auto spoken = Stream::Clock::time_point::min();
    stream_.expire_never();
    while (!around_.stopping && !stream_.is_cut()) {
        const auto now = Stream::Clock::now();
        const bool silent = spoken == Stream::Clock::time_point::min() || now - spoken >= around_.limits.sign_of_life;
        if (silent || feed.stirred()) {
            std::optional<std::string> text;
            auto take = [&feed, &text] { text = feed.take(); };
            co_await offload(take);
            if (!text) break;
            const bool written = co_await write_all(as_bytes(*text));
            if (!written) break;
            stream_.expire_never();
            sent += text->size();
            spoken = now;
        }
        timer.expires_after(kLook);
        co_await passed(timer);
    }
    co_return sent;
}

}  // namespace rogatory::transport
