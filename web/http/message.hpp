#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/bytes.hpp"
#include "platform/base/result.hpp"

namespace rogatory::http {

enum class Method { get, head, post, put, patch, del, options };

[[nodiscard]] std::optional<Method> parse_method(std::string_view text);  // case-sensitive, RFC 9110 §9.1
[[nodiscard]] std::string_view method_name(Method method);

// Header fields in the order received. Names compare without regard to ASCII case (RFC 9110 §5.1).
class Headers {
public:
    void add(std::string name, std::string value) { fields_.emplace_back(std::move(name), std::move(value)); }
    void set(std::string_view name, std::string value);
    // So many more will come.
    void make_room(std::size_t fields) { fields_.reserve(fields_.size() + fields); }

    // The value of a field that occurs exactly once; nothing if it is absent or occurs twice. Who must tell these
    // apart asks count().
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
    [[nodiscard]] bool has(std::string_view name) const { return count(name) != 0; }

    [[nodiscard]] auto begin() const { return fields_.begin(); }
    [[nodiscard]] auto end() const { return fields_.end(); }
    [[nodiscard]] std::size_t size() const { return fields_.size(); }

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

[[nodiscard]] bool same_name(std::string_view a, std::string_view b) noexcept;

// The bytes of a reply that are too many for memory: read in pieces on a worker while the connection drains.
//
// read() fills at most `into.size()` bytes and returns how many; fewer than asked is no end, zero before size() bytes
// is a failure of the source and cuts the connection, so that a truncated body can never look complete.
class BodySource {
public:
    virtual ~BodySource() = default;
    [[nodiscard]] virtual std::uint64_t size() const = 0;
    [[nodiscard]] virtual std::size_t read(MutableByteView into) = 0;
    // The same of what can be had without waiting for a disk, on the connection's own thread. Zero: read() it.
    [[nodiscard]] virtual std::size_t read_ready(MutableByteView) { return 0; }
};

// A reply without an end: what is new, as it comes. One thread at a time uses it.
class LiveFeed {
public:
    virtual ~LiveFeed() = default;
    // Whether there may be something to take; asked often and from an I/O thread, so it must not wait for anything.
    [[nodiscard]] virtual bool stirred() const = 0;
    // What is new, or a sign of life; nothing: it is over. On a worker, when stirred() and every now and then.
    [[nodiscard]] virtual std::optional<std::string> take() = 0;
};

// What a browser is to make of a reply; security_headers.cpp says what each kind may do.
enum class ContentKind {
    data,    // of the API: nothing of it runs or is framed
    page,    // the web client's document
    frame,   // a document for the sandboxed frame in which decrypted files are looked at
    worker,  // the script of a worker
    asset,   // any other file of the web client
};

struct Response {
    int status = 200;
    ContentKind kind = ContentKind::data;
    Headers headers;
    std::string body;                    // either this …
    std::unique_ptr<BodySource> source;  // … or this …
    std::shared_ptr<LiveFeed> feed;      // … or this, which ends with the connection
    bool close = false;                  // end the connection after this reply
    // For the log alone: never sent.
    std::string log_key;
    std::string log_detail;

    [[nodiscard]] static Response empty(int status) {
        Response response;
        response.status = status;
        return response;
    }
    [[nodiscard]] static Response text(int status, std::string_view type, std::string body);
};

// Where a streamed request body goes, piece by piece, on a worker. The connection reads no further piece until
// write() has returned: memory stays bounded whatever the sender does.
class BodySink {
public:
    virtual ~BodySink() = default;
    // An answer ends the request early: the rest of the body is not read and the connection closes.
    [[nodiscard]] virtual std::optional<Response> write(ByteView piece) = 0;
    // All announced bytes have come.
    [[nodiscard]] virtual Response finish() = 0;
    // The connection broke first. What came may be kept (tus: "SHOULD always attempt to store as much … as possible").
    virtual void abandon() = 0;
};

struct Request {
    Method method = Method::get;
    std::string path;   // as received, starts with '/', no query; segments are decoded by the router
    std::string query;  // as received, without '?'
    Headers headers;
    std::optional<std::uint64_t> content_length;
    bool keep_alive = true;
    std::string body;  // complete when a handler sees it, empty for a streamed one

    // The certificates (DER) that the client showed, its own first; none or null: none. The connection's, and not
    // believed.
    std::shared_ptr<const std::vector<Bytes>> client_chain;
    std::string peer;        // text of the peer's address: for limits and the session list, never for the log
    std::string request_id;  // ours, 16 hex digits
};

}  // namespace rogatory::http
