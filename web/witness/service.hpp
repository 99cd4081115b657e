#pragma once

#include <functional>
#include <memory>
#include <string>

#include "platform/base/time.hpp"
#include "web/http/buckets.hpp"
#include "web/http/handler.hpp"
#include "web/witness/witness.hpp"

namespace rogatory::witness {

class Mirror;

// A witness as what the transport serves. All that it says is public; nothing is asked of who calls but patience.
//
//   POST /add-checkpoint             C2SP tlog-witness v1.0.0
//   GET  /log/<name>/checkpoint      the newest cosigned checkpoint; <name> is path_name(origin)
//   GET  /mirror/<name>/checkpoint   of the copy it keeps, if it does; C2SP tlog-tiles under that prefix:
//   GET  /mirror/<name>/tile/…       tiles and entry bundles, as far as that checkpoint
//   GET  /status                     a Status
class WitnessService final : public http::Application {
public:
    // `stop` is called when the state could not be kept: the program must end and its disk be looked at.
    WitnessService(Witness& witness, Mirror* mirror, http::Rate per_address, std::function<void()> stop)
        : witness_{witness}, mirror_{mirror}, buckets_{per_address}, stop_{std::move(stop)} {}

    [[nodiscard]] std::unique_ptr<http::Exchange> begin(http::Request head) override;
    [[nodiscard]] http::Response refuse(int status, std::string_view key) override;

private:
    friend class WitnessExchange;
    [[nodiscard]] http::Response answer(const http::Request& request);
    [[nodiscard]] http::Response mirrored(std::string_view path) const;
    [[nodiscard]] http::Response status() const;

    Witness& witness_;
    Mirror* mirror_;
    http::Buckets buckets_;
    std::function<void()> stop_;
};

}  // namespace rogatory::witness
