#include "web/witness/service.hpp"

#include <chrono>
#include <ctime>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "platform/base/log.hpp"
#include "web/http/problem.hpp"
#include "web/witness/mirror.hpp"
#include "web/witness/request.hpp"
#include "web/witness/status.hpp"

namespace rogatory::witness {

namespace {

constexpr std::string_view kAddCheckpoint = "/add-checkpoint";
constexpr std::string_view kStatus = "/status";
constexpr std::string_view kLog = "/log/";
constexpr std::string_view kCheckpoint = "/checkpoint";
constexpr std::string_view kMirror = "/mirror/";

http::Response text(int status, std::string_view type, std::string body) {
    auto response = http::Response::text(status, std::string{type}, std::move(body));
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    return response;
}

}  // namespace

class WitnessExchange final : public http::Exchange {
public:
    WitnessExchange(WitnessService& service, http::Request head) : service_{service}, request_{std::move(head)} {
        request_.request_id = encoding::hex_encode(crypto::system_random().bytes<8>());
    }

    http::Request& request() override { return request_; }
    http::BodyPolicy body_policy() const override {
        return request_.path == kAddCheckpoint ? http::BodyPolicy::buffered(kMaxRequestBytes) : http::BodyPolicy{};
    }
    std::optional<http::Response> admit() override {
        if (admitted_) return std::nullopt;
        admitted_ = true;
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        if (service_.buckets_.take(request_.peer, now)) return std::nullopt;
        return http::problem(Error{ErrorCode::too_many, "http.too_many"}.with("retry_after", "2"), request_.request_id);
    }
    http::Response respond() override {
        try {
            if (auto refused = admit()) return *std::move(refused);
            return service_.answer(request_);
        } catch (const std::exception& broken) {  // the boundary of a request
            log::Line{log::Level::error, "a request failed by an exception"}.add(log::Field::error, broken.what());
            return http::problem(500, "http.internal", request_.request_id);
        }
    }
    http::StreamStart open_stream() override { return respond(); }
    void done(int status, std::uint64_t bytes_out) override {
        log::Line{status >= 500 ? log::Level::error : log::Level::info, "request"}
            .add(log::Field::request_id, request_.request_id)
            .add(log::Field::method, http::method_name(request_.method))
            .add(log::Field::route, request_.path == kAddCheckpoint || request_.path == kStatus ? request_.path : "-")
            .add(log::Field::status, status)
            .add(log::Field::bytes_out, bytes_out);
    }

private:
    WitnessService& service_;
    http::Request request_;
    bool admitted_ = false;
};

std::unique_ptr<http::Exchange> WitnessService::begin(http::Request head) {
    return std::make_unique<WitnessExchange>(*this, std::move(head));
}

http::Response WitnessService::refuse(int status, std::string_view key) { return http::problem(status, key, {}); }

http::Response WitnessService::answer(const http::Request& request) {
    const std::string_view path = request.path;
    if (path == kAddCheckpoint) {
        if (request.method != http::Method::post) return http::problem(405, "http.method_not_allowed", {});
        try {
            const auto answer = witness_.add_checkpoint(request.body, std::time(nullptr));
            if (answer.status == 200 && mirror_ != nullptr) mirror_->notify();
            return text(answer.status, answer.type, answer.body);
        } catch (const Witness::FailedDisk& failed) {
            log::Line{log::Level::error, "ending, so that nothing is signed that may be forgotten"}.add(
                log::Field::error, failed.what());
            stop_();
            auto response = http::problem(500, "http.internal", request.request_id);
            response.close = true;
            return response;
        }
    }
    if (request.method != http::Method::get && request.method != http::Method::head) {
        return http::problem(405, "http.method_not_allowed", {});
    }
    if (path == kStatus) return status();
    if (path.starts_with(kLog) && path.ends_with(kCheckpoint) && path.size() > kLog.size() + kCheckpoint.size()) {
        const auto name = path.substr(kLog.size(), path.size() - kLog.size() - kCheckpoint.size());
        for (const auto& log : witness_.logs()) {
            if (path_name(log.key.name()) != name) continue;
            if (const auto newest = witness_.newest(log.key.name())) {
                return text(200, "text/plain; charset=utf-8", newest->format());
            }
        }
    }
    if (mirror_ != nullptr && path.starts_with(kMirror)) return mirrored(path.substr(kMirror.size()));
    return http::problem(404, "http.not_found", {});
}

// A tile never changes; the checkpoint says how far the copy is whole.
http::Response WitnessService::mirrored(std::string_view path) const {
    const auto slash = path.find('/');
    for (const auto& log : witness_.logs()) {
        if (slash == std::string_view::npos || path_name(log.key.name()) != path.substr(0, slash)) continue;
        const auto file = path.substr(slash + 1);
        const auto found = mirror_->read(log.key.name(), file);
        if (!found) break;
        if (file == kCheckpoint.substr(1)) return text(200, "text/plain; charset=utf-8", std::string{as_text(*found)});
        auto response = http::Response::text(200, "application/octet-stream", std::string{as_text(*found)});
        response.headers.add("Cache-Control", "public, max-age=31536000, immutable");
        response.headers.add("X-Content-Type-Options", "nosniff");
        return response;
    }
    return http::problem(404, "http.not_found", {});
}

http::Response WitnessService::status() const {
    Status status{witness_.key().vkey(), {}};
    for (const auto& log : witness_.logs()) {
        Status::Log line{log.key.name(), tlog::empty_tree(), std::nullopt, std::nullopt};
        if (const auto newest = witness_.newest(log.key.name())) {
            line.head = newest->checkpoint.head;
            line.cosigned_at = cosigned_at(witness_.key(), *newest);
        }
        if (mirror_ != nullptr) line.mirrored = mirror_->size(log.key.name());
        status.logs.push_back(std::move(line));
    }
    return text(200, "text/plain; charset=utf-8", status.format());
}

}  // namespace rogatory::witness
