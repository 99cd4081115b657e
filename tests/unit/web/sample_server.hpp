#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <latch>
#include <memory>
#include <stdexcept>

#include "platform/base/ensure.hpp"
#include "web/http/router.hpp"
#include "web/middleware/metrics.hpp"
#include "web/middleware/pipeline.hpp"
#include "web/middleware/security_headers.hpp"
#include "web/transport/listener.hpp"

namespace rogatory::test {

// A few routes of every kind on the real pipeline and the real transport, without a service behind them.
class SampleServer {
public:
    explicit SampleServer(transport::ListenOptions options = {}, const transport::TlsContext* tls = nullptr,
                          unsigned workers = 4)
        : pipeline_{http::Router{routes()}, stages(), metrics_}, workers_{workers} {
        auto listening = transport::Listener::open(pipeline_, workers_, tls, std::move(options));
        ensure(listening.has_value(), "the sample server listens");
        listener_ = *std::move(listening);
    }

    [[nodiscard]] std::uint16_t port() const { return listener_->port(); }
    [[nodiscard]] transport::Listener& listener() { return *listener_; }

    std::atomic<int> handled{0};
    std::atomic<std::uint64_t> streamed{0};
    std::atomic<int> abandoned{0};
    std::atomic<int> news{0};  // GET /live tells it; below zero ends it
    std::atomic<int> feeds_gone{0};
    std::promise<void> arrived;  // GET /wait is in its handler
    std::promise<void> release;  // and goes on

private:
    class CountingSink final : public http::BodySink {
    public:
        explicit CountingSink(SampleServer& server) : server_{server} {}
        std::optional<http::Response> write(ByteView piece) override {
            largest_ = std::max(largest_, piece.size());
            server_.streamed += piece.size();
            if (server_.streamed > 100'000'000) return http::Response::empty(507);
            return std::nullopt;
        }
        http::Response finish() override { return http::Response::text(200, "text/plain", std::to_string(largest_)); }
        void abandon() override { ++server_.abandoned; }

    private:
        SampleServer& server_;
        std::size_t largest_ = 0;
    };
    class CountingFeed final : public http::LiveFeed {
    public:
        explicit CountingFeed(SampleServer& server) : server_{server} {}
        ~CountingFeed() override { ++server_.feeds_gone; }
        bool stirred() const override { return server_.news != told_; }
        std::optional<std::string> take() override {
            told_ = server_.news;
            if (told_ < 0) return std::nullopt;
            return "data: " + std::to_string(told_) + "\n\n";
        }

    private:
        SampleServer& server_;
        int told_ = 0;
    };
    class PatternSource : public http::BodySource {
    public:
        PatternSource(std::uint64_t size, std::uint64_t available) : size_{size}, left_{available} {}
        std::uint64_t size() const override { return size_; }
        std::size_t read(MutableByteView into) override {
            const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), left_));
            std::fill_n(into.begin(), count, std::uint8_t{'x'});
            left_ -= count;
            return count;
        }

    protected:
        [[nodiscard]] std::uint64_t left() const { return left_; }

    private:
        std::uint64_t size_;
        std::uint64_t left_;
    };
    // The first half is at hand in odd parts, of the rest every other one: as a file of which some pages are in memory.
    class HalfReadySource final : public PatternSource {
    public:
        explicit HalfReadySource(std::uint64_t size) : PatternSource{size, size} {}
        std::size_t read_ready(MutableByteView into) override {
            const bool waits = left() < size() / 2 && (turns_++ % 2) == 0;
            return waits ? 0 : read(into.first(std::min<std::size_t>(into.size(), 100'001)));
        }

    private:
        unsigned turns_ = 0;
    };

    static middleware::Stages stages() {
        middleware::Stages stages;
        stages.push_back(std::make_unique<middleware::SecurityHeaders>());
        return stages;
    }
    http::Route plain(http::Method method, std::string pattern, http::BodyPolicy body, http::Handler handler) {
        http::Route route;
        route.method = method;
        route.pattern = std::move(pattern);
        route.access = http::Access::none;
        route.body = body;
        route.handler = [this, handler = std::move(handler)](const http::Request& request,
                                                             const http::Context& context) {
            ++handled;
            return handler(request, context);
        };
        return route;
    }
    std::vector<http::Route> routes() {
        using http::BodyPolicy;
        using http::Context;
        using http::Method;
        using http::Request;
        using http::Response;
        std::vector<http::Route> list;
        list.push_back(plain(Method::get, "/hello", {}, [](const Request&, const Context&) {
            return Response::text(200, "text/plain", "hello");
        }));
        list.push_back(plain(Method::get, "/brief", {}, [](const Request&, const Context&) {
            return Response::text(200, "text/plain", "brief");
        }));
        list.back().brief = true;
        list.push_back(plain(Method::get, "/too-many", {},
                             [](const Request&, const Context&) { return Response::text(429, "text/plain", "wait"); }));
        list.back().brief = true;
        list.push_back(plain(
            Method::post, "/echo", BodyPolicy::buffered(1 << 20),
            [](const Request& request, const Context&) { return Response::text(200, "text/plain", request.body); }));
        list.push_back(plain(Method::get, "/throw", {}, [](const Request&, const Context&) -> Response {
            throw std::runtime_error{"secret of the handler"};
        }));
        list.push_back(plain(Method::get, "/big/{size}/{available}", {}, [](const Request&, const Context& context) {
            auto response = Response::empty(200);
            response.source =
                std::make_unique<PatternSource>(std::stoull(std::string{context.path_value("size")}),
                                                std::stoull(std::string{context.path_value("available")}));
            return response;
        }));
        list.push_back(plain(Method::get, "/half-ready/{size}", {}, [](const Request&, const Context& context) {
            auto response = Response::empty(200);
            response.source = std::make_unique<HalfReadySource>(std::stoull(std::string{context.path_value("size")}));
            return response;
        }));
        list.push_back(plain(Method::get, "/live", {}, [this](const Request&, const Context&) {
            auto response = Response::empty(200);
            response.headers.add("Content-Type", "text/event-stream");
            response.feed = std::make_shared<CountingFeed>(*this);
            return response;
        }));
        list.push_back(plain(Method::get, "/wait", {}, [this](const Request&, const Context&) {
            arrived.set_value();
            release.get_future().wait();
            return Response::text(200, "text/plain", "waited");
        }));
        http::Route stream;
        stream.method = Method::patch;
        stream.pattern = "/stream";
        stream.access = http::Access::none;
        stream.body = BodyPolicy::streamed(std::uint64_t{1} << 40U);
        stream.streams = [this](const Request& request, const Context&) -> http::StreamStart {
            ++handled;
            if (request.headers.has("Refuse")) return Response::empty(409);
            return std::make_unique<CountingSink>(*this);
        };
        list.push_back(std::move(stream));
        return list;
    }

    middleware::Metrics metrics_;
    middleware::Pipeline pipeline_;
    transport::Workers workers_;
    std::unique_ptr<transport::Listener> listener_;
};

}  // namespace rogatory::test
