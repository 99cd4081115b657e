#include "web/middleware/pipeline.hpp"

#include <chrono>
#include <functional>

#include "crypto/encoding/hex.hpp"
#include "crypto/primitives/random.hpp"
#include "web/http/problem.hpp"
#include "web/middleware/security_headers.hpp"

namespace rogatory::middleware {
namespace {

// Drawn many at a time: asking the system for randomness costs as much as the rest of beginning a request.
std::string fresh_request_id() {
    constexpr std::size_t kBytes = 8;
    thread_local ByteArray<64 * kBytes> drawn;
    thread_local std::size_t used = drawn.size();
    if (used == drawn.size()) {
        crypto::system_random().fill(drawn);
        used = 0;
    }
    const ByteView id = ByteView{drawn}.subspan(used, kBytes);
    used += kBytes;
    return encoding::hex_encode(id);
}

std::string allowed_methods(const std::vector<http::Method>& methods) {
    std::string list;
    for (const auto method : methods) {
        if (!list.empty()) list += ", ";
        list += http::method_name(method);
    }
    return list;
}

}  // namespace

class PipelineExchange final : public http::Exchange {
public:
    PipelineExchange(Pipeline& pipeline, http::Request head) : pipeline_{pipeline}, request_{std::move(head)} {
        request_.request_id = fresh_request_id();
        override_method();
        auto matched = pipeline_.router_.match(request_.method, request_.path, request_.query);
        if (!matched) {
            unmatched_ = http::problem(matched.error(), request_.request_id);
        } else if (auto* const match = std::get_if<http::Match>(&*matched)) {
            route_ = match->route;
            context_ = std::move(match->context);
        } else if (auto& none = std::get<http::NoMatch>(*matched); none.allowed.empty()) {
            unmatched_ = http::problem(404, "http.not_found", request_.request_id);
        } else {
            unmatched_ = http::problem(405, "http.method_not_allowed", request_.request_id);
            unmatched_->headers.add("Allow", allowed_methods(none.allowed));
        }
    }

    http::Request& request() override { return request_; }

    http::BodyPolicy body_policy() const override {
        if (route_ != nullptr) return route_->body;
        return http::BodyPolicy::buffered(kUnmatchedBody);
    }

    bool brief() const override {
        if (route_ == nullptr) return false;
        return route_->brief || (route_->brief_as_before && pipeline_.quick_.was_quick(asked()));
    }

    std::optional<http::Response> admit() override {
        return guarded_optional([this] { return admit_inside(); });
    }

    http::Response respond() override {
        if (route_ == nullptr || !route_->brief_as_before) return respond_inside();
        const auto begun = std::chrono::steady_clock::now();
        auto response = respond_inside();
        pipeline_.quick_.note(asked(), response.status, std::chrono::steady_clock::now() - begun, response.body.size());
        return response;
    }

    http::Response respond_inside() {
        return guarded([this] {
            if (auto early = admit_inside()) return *std::move(early);
            for (auto& stage : pipeline_.stages_) {
                if (auto early = stage->on_body(request_, context_, *route_)) return reply(*std::move(early));
            }
            return reply(route_->handler(request_, context_));
        });
    }

    http::StreamStart open_stream() override;

    void done(int status, std::uint64_t bytes_out) override {
        const auto took =
            std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun_);
        const auto duration = static_cast<std::uint64_t>(took.count());
        const auto bytes_in = request_.content_length.value_or(0);
        pipeline_.metrics_.request(route_ != nullptr ? std::string_view{route_->pattern} : std::string_view{}, status,
                                   duration, bytes_in, bytes_out);
        // What the operator has taken out of service is no failure of anything.
        const bool failed = status >= 500 && !log_key_.starts_with("server.");
        log::Line line{failed ? log::Level::error : log::Level::info, "request"};
        line.add(log::Field::request_id, request_.request_id)
            .add(log::Field::method, http::method_name(request_.method))
            .add(log::Field::route, route_ != nullptr ? route_->pattern : "-")
            .add(log::Field::status, status)
            .add(log::Field::duration_us, duration)
            .add(log::Field::bytes_in, bytes_in)
            .add(log::Field::bytes_out, bytes_out);
        if (context_.caller) line.add(log::Field::principal, context_.caller->log_id());
        if (!log_key_.empty()) line.add(log::Field::key, log_key_);
        if (!log_detail_.empty()) line.add(log::Field::detail, log_detail_);
    }

    // The last word on every reply: the stages from the last to the first, then what the log will say.
    http::Response reply(http::Response response) {
        for (auto stage = pipeline_.stages_.rbegin(); stage != pipeline_.stages_.rend(); ++stage) {
            (*stage)->on_reply(request_, context_, response);
        }
        log_key_ = response.log_key;
        log_detail_ = response.log_detail;
        return response;
    }

    http::Response guarded(const std::function<http::Response()>& work) {
        try {
            return work();
        } catch (const std::exception& broken) {
            return failure(broken.what());
        } catch (...) {
            return failure("not a standard exception");  // a library's; the request must be answered all the same
        }
    }

private:
    static constexpr std::uint64_t kUnmatchedBody = 16 * 1024;

    QuickAnswers::Question asked() const {
        return {request_.path, request_.query, request_.headers.find("Authorization").value_or(""),
                request_.headers.find("Cookie").value_or("")};
    }

    // tus 1.0: "The actual method of the request MUST be ignored." Uploads only, and only where a POST came: nobody
    // else has a use for a second way to say DELETE.
    void override_method() {
        constexpr std::string_view kUploads = "/api/v1/uploads/";
        if (request_.method != http::Method::post || !request_.path.starts_with(kUploads)) return;
        const auto wanted = request_.headers.find("X-HTTP-Method-Override");
        if (!wanted) return;
        const auto method = http::parse_method(*wanted);
        if (method == http::Method::patch || method == http::Method::del || method == http::Method::head) {
            request_.method = *method;
        }
    }

    std::optional<http::Response> admit_inside() {
        if (admitted_) return std::nullopt;
        for (auto& stage : pipeline_.stages_) {
            if (auto early = stage->on_head(request_, context_, route_)) return reply(*std::move(early));
        }
        if (unmatched_) return reply(*std::move(unmatched_));
        admitted_ = true;
        return std::nullopt;
    }

    std::optional<http::Response> guarded_optional(const std::function<std::optional<http::Response>()>& work) {
        std::optional<http::Response> result;
        bool admitted = false;
        auto response = guarded([&] {
            auto inner = work();
            admitted = !inner;
            return inner ? *std::move(inner) : http::Response{};
        });
        if (!admitted) result = std::move(response);
        return result;
    }

    http::Response failure(std::string_view what) {
        log::Line{log::Level::error, "a request failed by an exception"}
            .add(log::Field::request_id, request_.request_id)
            .add(log::Field::error, what);
        auto response = http::problem(500, "http.internal", request_.request_id);
        add_security_headers(response);
        log_key_ = response.log_key;
        return response;
    }

    Pipeline& pipeline_;
    http::Request request_;
    http::Context context_;
    const http::Route* route_ = nullptr;
    std::optional<http::Response> unmatched_;
    bool admitted_ = false;
    std::string log_key_;
    std::string log_detail_;
    const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

namespace {

// A handler's sink inside the failure boundary, its replies through the stages.
class GuardedSink final : public http::BodySink {
public:
    GuardedSink(PipelineExchange& exchange, std::unique_ptr<http::BodySink> inner)
        : exchange_{exchange}, inner_{std::move(inner)} {}

    std::optional<http::Response> write(ByteView piece) override {
        bool more = false;
        auto response = exchange_.guarded([&] {
            auto early = inner_->write(piece);
            more = !early;
            return early ? exchange_.reply(*std::move(early)) : http::Response{};
        });
        if (more) return std::nullopt;
        return response;
    }
    http::Response finish() override {
        return exchange_.guarded([&] { return exchange_.reply(inner_->finish()); });
    }
    void abandon() override {
        exchange_.guarded([&] {
            inner_->abandon();
            return http::Response{};
        });
    }

private:
    PipelineExchange& exchange_;
    std::unique_ptr<http::BodySink> inner_;
};

}  // namespace

http::StreamStart PipelineExchange::open_stream() {
    std::unique_ptr<http::BodySink> sink;
    auto response = guarded([&] {
        if (auto early = admit_inside()) return *std::move(early);
        auto start = route_->streams(request_, context_);
        if (auto* const refused = std::get_if<http::Response>(&start)) return reply(std::move(*refused));
        sink = std::make_unique<GuardedSink>(*this, std::get<std::unique_ptr<http::BodySink>>(std::move(start)));
        return http::Response{};
    });
    if (sink) return sink;
    return response;
}

Pipeline::Pipeline(http::Router router, Stages stages, Metrics& metrics)
    : router_{std::move(router)},
      stages_{std::move(stages)},
      metrics_{metrics},
      quick_{encoding::hex_encode(crypto::system_random().bytes<16>())} {}

std::unique_ptr<http::Exchange> Pipeline::begin(http::Request head) {
    return std::make_unique<PipelineExchange>(*this, std::move(head));
}

http::Response Pipeline::refuse(int status, std::string_view key) {
    metrics_.refused();
    auto response = http::problem(status, key, fresh_request_id());
    add_security_headers(response);
    return response;
}

}  // namespace rogatory::middleware
