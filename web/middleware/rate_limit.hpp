#pragma once

#include <string>

#include "platform/ports/clock.hpp"
#include "web/http/buckets.hpp"
#include "web/middleware/stage.hpp"

namespace rogatory::middleware {

using http::Rate;

// http::Buckets on the server's clock.
class Buckets {
public:
    Buckets(Rate rate, const ports::Clock& clock) : buckets_{rate}, clock_{clock} {}
    [[nodiscard]] bool take(const std::string& key) { return buckets_.take(key, clock_.elapsed()); }

private:
    http::Buckets buckets_;
    const ports::Clock& clock_;
};

// Requests of one address, before anybody knows who it is.
class AddressRate final : public Stage {
public:
    AddressRate(Rate rate, const ports::Clock& clock) : buckets_{rate, clock} {}
    [[nodiscard]] std::optional<http::Response> on_head(const http::Request&, http::Context&,
                                                        const http::Route*) override;

private:
    Buckets buckets_;
};

// Requests of one account or invitation; bytes and objects are counted by the service.
class CallerRate final : public Stage {
public:
    CallerRate(Rate rate, const ports::Clock& clock) : buckets_{rate, clock} {}
    [[nodiscard]] std::optional<http::Response> on_head(const http::Request&, http::Context&,
                                                        const http::Route*) override;

private:
    Buckets buckets_;
};

}  // namespace rogatory::middleware
